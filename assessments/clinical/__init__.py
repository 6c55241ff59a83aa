"""The clinical judgement of an assessment: plain values in, findings out. Standard library only."""
