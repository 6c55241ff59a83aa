"""The embedded default: every part of Plimsoll from one command, and all of them gone again.

For development, demonstration and tests on one machine; production is in docs/operations.md.
"""
