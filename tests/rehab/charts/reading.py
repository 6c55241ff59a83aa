"""Reading a picture back, as a browser would."""

from xml.etree import ElementTree


def read(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314  the markup is our own


def parts(markup: str, kind: str) -> list[ElementTree.Element]:
    """The elements that carry every class of `kind` among theirs."""
    return [node for node in read(markup).iter() if set(kind.split()) <= set(node.get("class", "").split())]


def words(markup: str) -> str:
    """All visible text."""
    return " ".join("".join(node.itertext()) for node in read(markup).iter("text"))
