"""The version of the rules, stored with every flag so that it can be replayed and explained."""

RULE_VERSION = "2026.1"
