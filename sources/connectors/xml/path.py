"""Small paths into an XML record, as a mapping names its columns.

``PageCount`` a child's text · ``@Id`` an attribute · ``Pages/@Count`` further down · ``IndexField[@Name='X']/@Value``
and ``IndexField[Name='X']/Value`` the one of many · ``count(Page)`` how many · ``../@Name`` one level up,
``/Batch/@Name`` the nearest element around the record that is called so · ``.`` the record's own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

TAG_NAME: Final = r"[^\W\d][\w.\-]*"
STEP: Final = re.compile(rf"({TAG_NAME})(?:\[(@?{TAG_NAME})=(?:'([^']*)'|\"([^\"]*)\")\])?")
ALIKE_FROM: Final = 0.6
COUNT: Final = re.compile(r"count\((.+)\)")


@dataclass(slots=True)
class Element:
    """An element of which only what some path may ask for is kept."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The element's own text without outer blanks."""
        return "".join(self.texts).strip()


@dataclass(frozen=True)
class PathStep:
    """One level down: the child's tag and, where it is one of many, its key (``@Name`` or ``Name``) and value."""

    tag: str
    key: str | None = None
    value: str = ""

    def fits(self, element: Element) -> bool:
        """Whether an element of this tag is meant."""
        return self.key is None or self.name_of(element) == self.value

    def name_of(self, element: Element) -> str | None:
        """What tells this element among its like."""
        if self.key is None:
            return None
        if self.key.startswith("@"):
            return element.attributes.get(self.key[1:])
        return next((child.text for child in element.children if child.tag == self.key), None)


@dataclass(frozen=True)
class XmlPath:
    """A path that was understood.

    Attributes:
        written: as in town.toml.
        up: how many levels above the record it begins.
        around: the tag of the element around the record where it begins instead.
        attribute: what of the element is asked; its text when None.
    """

    written: str
    steps: tuple[PathStep, ...]
    attribute: str | None = None
    up: int = 0
    around: str | None = None
    is_count: bool = False

    @property
    def begins_above(self) -> bool:
        """Whether it asks for something outside of the record."""
        return self.up > 0 or self.around is not None

    @property
    def tags(self) -> set[str]:
        """All elements below its beginning that it needs."""
        keys = {step.key for step in self.steps if step.key and not step.key.startswith("@")}
        return {step.tag for step in self.steps} | keys

    def found(self, record: Element, above: Sequence[Element]) -> str | None:
        """The value; None where nothing is there. ``above`` are the elements around the record, outermost first."""
        beginning = self._beginning(record, above)
        meant = _below(beginning, self.steps) if beginning is not None else []
        if self.is_count:
            return str(len(meant)) if beginning is not None else None
        if self.attribute is None:
            return meant[0].text if meant else None
        return next(
            (element.attributes[self.attribute] for element in meant if self.attribute in element.attributes), None
        )

    def likely_meant(self, record: Element) -> Iterator[str]:
        """This path with the name of another of the many, where that name looks alike."""
        if self.begins_above:
            return
        for depth, step in enumerate(self.steps):
            if step.key is None:
                continue
            for element in _below(record, [PathStep(above.tag) for above in self.steps[: depth + 1]]):
                name = step.name_of(element)
                if name and SequenceMatcher(None, step.value.casefold(), name.casefold()).ratio() >= ALIKE_FROM:
                    yield self.written.replace(f"'{step.value}'", f"'{name}'")

    def _beginning(self, record: Element, above: Sequence[Element]) -> Element | None:
        if self.around is not None:
            return next((element for element in reversed(above) if element.tag == self.around), None)
        if self.up:
            return above[-self.up] if self.up <= len(above) else None
        return record


def understood(path: str) -> XmlPath | None:
    """A path as written in town.toml; None when it is none."""
    counted = COUNT.fullmatch(path.strip())
    rest = counted[1].strip() if counted else path.strip()
    up, around = 0, None
    while rest.startswith("../"):
        rest, up = rest[3:], up + 1
    if rest.startswith("/") and not up:
        around, _, rest = rest[1:].partition("/")
    rest, attribute = _attribute(rest)
    steps = _steps(rest)
    if steps is None or (counted and (attribute or not steps)) or around == "" or not path.strip():
        return None
    return XmlPath(path, steps, attribute, up, around, counted is not None)


def _attribute(rest: str) -> tuple[str, str | None]:
    before, at, name = rest.rpartition("@")
    if at and re.fullmatch(TAG_NAME, name) and (before == "" or before.endswith("/")):
        return before.removesuffix("/"), name
    return rest, None


def _steps(rest: str) -> tuple[PathStep, ...] | None:
    if rest in ("", "."):
        return ()
    steps: list[PathStep] = []
    place = 0
    while step := STEP.match(rest, place):
        steps.append(PathStep(step[1], step[2], step[3] or step[4] or ""))
        place = step.end()
        if place == len(rest):
            return tuple(steps)
        if rest[place] != "/":
            return None
        place += 1
    return None


def _below(element: Element, steps: Sequence[PathStep]) -> list[Element]:
    found = [element]
    for step in steps:
        found = [child for above in found for child in above.children if child.tag == step.tag and step.fits(child)]
    return found
