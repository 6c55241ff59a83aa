"""The house's rules about the code itself, held by reading it."""
