"""The only place where markup is put together: an element writer that escapes every text and attribute."""

from collections.abc import Iterable
from html import escape


class Svg(str):
    """Finished markup. Templates print it as it is (`__html__`); anything else is escaped."""

    __slots__ = ()

    def __html__(self) -> "Svg":
        return self


def element(tag: str, *children: str, **attributes: str | int | float | None) -> Svg:
    """`element("path", d="M0 0", class_="limit")`. None leaves an attribute out; `_` means `-`."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    inside = join(children)
    return Svg(f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>")


def join(pieces: Iterable[str]) -> Svg:
    return Svg("".join(piece if isinstance(piece, Svg) else escape(piece) for piece in pieces))


def number(value: float) -> str:
    """One decimal at most, and none where it says nothing: short markup compresses well."""
    return f"{value:.1f}".removesuffix(".0")


def path(points: Iterable[tuple[float, float]], *, close: bool = False) -> str:
    """Path data through the points, straight from one to the next."""
    steps = " ".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M{steps}{'Z' if close else ''}" if steps else ""


def steps(points: Iterable[tuple[float, float]], *, close: bool = False) -> str:
    """The same as `path`, said step by step: equal steps are equal text, and a level stretch is one step."""
    said, level, last = "", 0.0, None
    for x, y in points:
        if last is None:
            said = f"M{number(x)} {number(y)}"
        elif y == last[1]:
            level += x - last[0]
        else:
            said += _level(level) + f"l{_pair(x - last[0], y - last[1])}"
            level = 0.0
        last = x, y
    return f"{said}{_level(level)}{'z' if close else ''}" if said else ""


def _level(length: float) -> str:
    return f"h{number(length)}" if length else ""


def _pair(x: float, y: float) -> str:
    written = number(y)
    return f"{number(x)}{written}" if written.startswith("-") else f"{number(x)} {written}"


def picture(
    *children: str, width: int, height: int, class_: str, title: str, text: str | None = None, key: str = ""
) -> Svg:
    """An <svg> and its name: with a `key` a <title> (and <desc>) referred to by id, else an aria-label."""
    frame: dict[str, str | int | float | None] = {
        "viewBox": f"0 0 {width} {height}",
        "width": width,
        "height": height,
        "role": "img",
    }
    if not key:
        return element("svg", *children, class_=class_, **frame, aria_label=title)
    named = [element("title", title, id=f"{key}-title")]
    if text:
        named.append(element("desc", text, id=f"{key}-desc"))
    described = f"{key}-desc" if text else None
    return element(
        "svg",
        *named,
        *children,
        class_=class_,
        **frame,
        aria_labelledby=f"{key}-title",
        aria_describedby=described,
    )


def _value(value: str | int | float) -> str:
    return escape(number(value) if isinstance(value, float) else str(value))
