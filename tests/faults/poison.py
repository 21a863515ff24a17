"""Files that harm who reads them: small workbooks whose indexes point where no table reaches."""

import zipfile
from pathlib import Path

import xlsxwriter

ROWS = (("case", "step", "at"), ("1", "Eingang", "02.03.2026 09:15"), ("1", "Bescheid", "05.03.2026 11:00"))


def workbook(path: Path) -> Path:
    """A sound workbook of two events."""
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("Daten")
    for number, row in enumerate(ROWS):
        for place, cell in enumerate(row):
            page.write_string(number, place, cell)
    book.close()
    return path


def poisoned(path: Path, old: bytes = b'r="C2"', new: bytes = b'r="C4294967290"') -> Path:
    """The same workbook with one cell's place made absurd: whoever lays out the sheet asks for gigabytes."""
    sound = workbook(path.with_name(f".{path.name}.sound"))
    with zipfile.ZipFile(sound) as whole, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in whole.namelist():
            content = whole.read(name)
            if name.endswith("sheet1.xml"):
                assert old in content
                content = content.replace(old, new)
            bad.writestr(name, content)
    sound.unlink()
    return path
