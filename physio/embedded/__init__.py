"""The embedded default: Postgres, broker, mail sink, web, worker and beat from one command, and all of them gone again.

For development, demonstration and tests on one machine. Production has its own Postgres and broker (docs/operations.md).
"""
