"""Which leg."""

from enum import StrEnum


class Side(StrEnum):
    LEFT = "LEFT"
    RIGHT = "RIGHT"

    @property
    def label(self) -> str:
        return self.value.lower()
