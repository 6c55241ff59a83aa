"""How often the rules raise a flag, and what they miss: `make flag-rate`."""
