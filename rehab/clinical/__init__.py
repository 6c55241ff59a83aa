"""The clinical judgement of rehabilitation: plain values in, findings out. Standard library only."""
