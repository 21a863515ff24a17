"""Pages to files: renders charts once, writes tables as CSV, fills the templates. Autoescape is on everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboards.drawing.rendering import Picture, darkened, render
from dashboards.drawing.theme import CANVASES
from dashboards.questions.setting import Setting
from dashboards.words import numbers
from dashboards.writing.elements import Figure, KeyFigure, Page, PageTable
from dashboards.writing.sparkline import sparkline
from dashboards.writing.tables import csv_text, left_out, shown_rows, signs

HERE: Final = Path(__file__).parent
TEMPLATES: Final = HERE / "templates"
STYLE: Final = HERE / "style.css"
WITHOUT_FIGURES: Final = ("barrierefreiheit.html", "404.html")
"""The statement on accessibility and the error page: files of every site, each with a template of its own."""


@dataclass(frozen=True)
class WrittenPicture:
    """A written picture: its file without suffix, the sizes of its renditions."""

    name: str
    wide: Picture
    narrow: Picture | None


@dataclass(frozen=True)
class WrittenTable:
    """A written table: cells for the page, its file and size."""

    table: PageTable
    rows: list[list[str]]
    left_out: str
    signs: list[str]
    csv_file: str
    csv_size: str


class Writer:
    """Collects pages and writes them; a figure on two pages is drawn once."""

    def __init__(self, folder: Path, setting: Setting, policy: str) -> None:
        """Prepare the folders."""
        self.folder = folder
        self.setting = setting
        self.policy = policy
        self.pages: dict[str, Page] = {}
        self._pictures: dict[str, WrittenPicture] = {}
        self._tables: dict[str, WrittenTable] = {}
        for name in ("charts", "data"):
            (folder / name).mkdir()

    @property
    def charts(self) -> int:
        """Charts drawn so far, sparklines not counted."""
        return sum(not name.startswith("verlauf-") for name in self._pictures)

    def add(self, file: str, page: Page) -> None:
        """Take a page; its charts and tables are written now, its HTML at the end."""
        self.pages[file] = page
        for section in page.sections:
            if section.figure:
                self.picture(section.figure, section.finding)
                self.table(section.figure.table)
            for table in section.tables:
                self.table(table)

    def finish(self) -> None:
        """Write all pages, those without figures too, and the style."""
        nav = [(file, page.name) for file, page in self.pages.items()]
        frame = {"setting": self.setting, "nav": nav, "policy": self.policy, "writer": self, "numbers": numbers}
        for file, page in self.pages.items():
            self._write(file, self._environment.get_template("page.html").render(page=page, file=file, **frame))
        for name in WITHOUT_FIGURES:
            self._write(name, self._environment.get_template(name).render(file=name, **frame))
        self._write("style.css", STYLE.read_text(encoding="utf-8") + self._page_foot())

    def _page_foot(self) -> str:
        """The foot of every printed page: who speaks, of which day, which generation, which page."""
        stand = f"{self.setting.town}: Digitalisierung im Blick. Datenstand {numbers.day(self.setting.as_of)}, "
        words = _css_string(f"{stand}Fassung der Zahlen {self.setting.generation_id}")
        style = "font: 8pt system-ui, sans-serif; color: #444"
        left, right = (
            f"@bottom-left {{ content: {words}; {style}; }}",
            f"@bottom-right {{ content: counter(page); {style}; }}",
        )
        return f"\n@page {{\n  {left}\n  {right}\n}}\n"

    def picture(self, figure: Figure, finding: str) -> WrittenPicture:
        """Draw a figure in all its renditions, once."""
        slug = figure.table.slug
        if slug not in self._pictures:
            self._pictures[slug] = self._drawn(figure, finding)
        return self._pictures[slug]

    def _drawn(self, figure: Figure, finding: str) -> WrittenPicture:
        slug = figure.table.slug
        if figure.picture:
            self._write_pair(slug, figure.picture)
            return WrittenPicture(slug, figure.picture, None)
        if figure.draw is None:
            raise ValueError(f"{slug} has neither a chart nor a picture")
        wide, narrow = (render(figure.draw(canvas), canvas, finding, figure.description) for canvas in CANVASES)
        self._write_pair(slug, wide)
        self._write_pair(f"{slug}-schmal", narrow)
        return WrittenPicture(slug, wide, narrow)

    def spark(self, key: KeyFigure) -> WrittenPicture | None:
        """Draw the small line of a key figure, once."""
        if key.spark is None:
            return None
        name = f"verlauf-{key.metric.key}"
        if name not in self._pictures:
            picture = sparkline(key.spark)
            self._write_pair(name, picture)
            self._pictures[name] = WrittenPicture(name, picture, None)
        return self._pictures[name]

    def table(self, table: PageTable) -> WrittenTable:
        """Write a table as CSV, once, and give its cells."""
        if table.slug not in self._tables:
            file = f"data/{table.slug}.csv"
            data = csv_text(table).encode()
            (self.folder / file).write_bytes(data)
            rows, size = shown_rows(table), numbers.file_size(len(data))
            self._tables[table.slug] = WrittenTable(table, rows, left_out(table), signs(rows), file, size)
        return self._tables[table.slug]

    def _write_pair(self, name: str, picture: Picture) -> None:
        self._write(f"charts/{name}.svg", picture.svg)
        self._write(f"charts/{name}-dunkel.svg", darkened(picture).svg)

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8", newline="\n")

    @cached_property
    def _environment(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )


def _css_string(text: str) -> str:
    """A CSS string in which everything but letters, digits and blanks is a numeric escape, closed by a blank."""
    kept = (char if char.isascii() and (char.isalnum() or char == " ") else f"\\{ord(char):x} " for char in text)
    return f'"{"".join(kept)}"'
