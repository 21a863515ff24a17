"""Packed deliveries: read as if they were not packed; what could do harm while unpacking is refused before it does."""

import gzip
import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from sources.batches.archive import is_packed, on_disk
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import make_source

SOURCE = make_source()
HEADER = "case;step;at"
TEXT = f"{HEADER}\n1;Eingang;2026-03-02\n2;Prüfung;2026-03-03\n"


def zipped(
    folder: Path, members: dict[str, str | bytes], name: str = "x.zip", method: int = zipfile.ZIP_DEFLATED
) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", method) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def xes(case: str) -> str:
    event = (
        '<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2026-03-02T09:15:00Z"/></event>'
    )
    return f'<log><trace><string key="concept:name" value="{case}"/>{event}</trace></log>'


XES = make_source(
    {"case_ref": "case:concept:name", "activity": "concept:name", "occurred_at": "time:timestamp"}, format="xes"
)
XML = make_source({"case_ref": "@id", "activity": "step", "occurred_at": "at"}, format="xml", row="log/row")
KODAK = make_source({"document_ref": "document_number", "scanned_at": "index_1"}, system="scan", format="kodak")
JSONL = make_source(format="jsonl")
FORMATS = {
    "csv": (SOURCE, TEXT.encode()),
    "jsonl": (JSONL, b'{"case": "1", "step": "a", "at": "2026-03-02"}\n' * 2),
    "xes": (XES, xes("1").encode()),
    "xml": (XML, b'<log><row id="1"><step>a</step><at>2026-03-02</at></row></log>'),
    "DAT": (KODAK, b'"I04t";"01";"0000000001";"0000000004";"2026-03-02"\r\n'),
}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("packing", ["gz", "zip", "GZ", "ZIP"])
def test_every_format_is_read_packed_as_it_is_unpacked(tmp_path: Path, kind: str, packing: str) -> None:
    source, content = FORMATS[kind]
    plain = tmp_path / f"x.{kind}"
    plain.write_bytes(content)
    packed = tmp_path / f"x.{kind}.{packing}"
    if packing.lower() == "gz":
        packed.write_bytes(gzip.compress(content))
    else:
        zipped(tmp_path, {f"x.{kind}": content}, packed.name)
    unpacked, meant = rows_of(packed, source), rows_of(plain, source)
    assert unpacked.frame.equals(meant.frame)
    assert (unpacked.faults, unpacked.read > 0) == (meant.faults, True)


@pytest.mark.parametrize("packing", ["gz", "zip"])
def test_a_format_that_is_read_back_and_forth_is_read_packed_too(tmp_path: Path, packing: str) -> None:
    content = io.BytesIO()
    pl.DataFrame({"case": ["1", "2"], "step": ["a", "b"], "at": ["2026-03-02"] * 2}).write_parquet(content)
    packed = tmp_path / f"x.parquet.{packing}"
    if packing == "gz":
        packed.write_bytes(gzip.compress(content.getvalue()))
    else:
        zipped(tmp_path, {"x.parquet": content.getvalue()}, packed.name)
    assert rows_of(packed, make_source(format="parquet")).column("case") == ["1", "2"]


def test_several_files_of_an_archive_are_one_delivery_in_the_order_of_their_names(tmp_path: Path) -> None:
    rows = {
        "b.csv": f"{HEADER}\n3;c;2026-03-04\nbroken\n",
        "a.csv": TEXT,
        "folder/c.CSV": f"{HEADER}\n5;e;2026-03-05\n",
    }
    found = rows_of(zipped(tmp_path, dict(rows)), SOURCE)
    assert found.column("case") == ["1", "2", "3", "5"]
    assert (found.positions, found.faults) == ([1, 2, 3, 5], [(4, "wrong_column_count")])


def test_what_a_mac_adds_to_an_archive_is_passed_over(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {"x.csv": TEXT, "__MACOSX/._x.csv": b"\0", ".DS_Store": b"\0", "folder/": b""}
    assert rows_of(zipped(tmp_path, members), SOURCE).read == 2


def test_a_refusal_names_the_archive_and_the_file_in_it(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.csv": TEXT, "b.csv": "case;step;time\n"})
    assert refusal_of(path, SOURCE) == (
        "column_missing",
        "x.zip/b.csv: column 'at' is missing. Nothing was taken in; correct [source.columns] or the export.",
    )


def test_a_warning_names_the_archive_and_the_file_in_it(tmp_path: Path) -> None:
    columns = {"case_ref": "case", "activity": "step", "occurred_at": "at", "channel": "Eingangskanal"}
    line = '{"case": "1", "step": "a", "at": "2026-03-02", "eingangs_kanal": "Post"}\n'
    found = rows_of(zipped(tmp_path, {"a.jsonl": line}), make_source(columns, format="jsonl"))
    assert [warning.partition(":")[0] for warning in found.warnings] == ["x.zip/a.jsonl"]


def test_an_empty_archive_is_refused(tmp_path: Path) -> None:
    """D1: an archive of nothing."""
    for members in ({}, {"folder/": ""}):
        assert refusal_of(zipped(tmp_path, dict(members)), SOURCE) == (
            "empty_file",
            "x.zip: the archive holds no file; have the export run again.",
        )


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/abs.csv", "a/../../b.csv", "..\\evil.csv", "C:evil.csv", "a\nb.csv", "..", "a/.."]
)
def test_a_name_that_leads_elsewhere_is_refused_and_not_told(tmp_path: Path, name: str) -> None:
    """D24: traversal names."""
    assert refusal_of(zipped(tmp_path, {name: TEXT}), SOURCE) == (
        "unsafe_name",
        "x.zip: a file in the archive has a name that leads elsewhere; nothing was taken.",
    )


@pytest.mark.parametrize("name", ["inner.zip", "x.csv.gz", "x.tar", "x.7z"])
def test_an_archive_in_an_archive_is_refused(tmp_path: Path, name: str) -> None:
    """D24: nested zip."""
    assert refusal_of(zipped(tmp_path, {name: gzip.compress(b"x")}), SOURCE) == (
        "nested_archive",
        "x.zip: the archive holds an archive; have the files packed once.",
    )


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    """D24: encrypted zip, told by its flag in both headers."""
    path = zipped(tmp_path, {"x.csv": TEXT})
    data = bytearray(path.read_bytes())
    for head, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(head) + place] |= 1
    path.write_bytes(bytes(data))
    assert refusal_of(path, SOURCE) == (
        "encrypted_file",
        "x.zip: the archive is encrypted; have it packed without a password.",
    )


def test_files_of_several_kinds_are_refused(tmp_path: Path) -> None:
    assert refusal_of(zipped(tmp_path, {"x.csv": TEXT, "note.txt": "x"}), SOURCE) == (
        "mixed_archive",
        "x.zip: the archive holds .csv, .txt files; have only the export's own packed.",
    )


def test_a_file_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("x.csv", TEXT)
        archive.writestr("x.csv", TEXT)
    assert refusal_of(path, SOURCE)[0] == "member_twice"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_takes_memory_is_refused_with_the_way_out(tmp_path: Path, method: int) -> None:
    assert refusal_of(zipped(tmp_path, {"x.csv": TEXT}, method=method), SOURCE) == (
        "unknown_packing",
        f"x.zip: the archive is packed by method {method}; have it packed by Deflate.",
    )


def bomb(packing: str, size: int) -> bytes:
    content = f"{HEADER}\n".encode() + b"1;a;2026-03-02\n" * (size // 15)
    if packing == "gz":
        return gzip.compress(content)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", content)
    return target.getvalue()


@pytest.mark.parametrize("packing", ["gz", "zip"])
def test_a_bomb_is_refused_before_it_fills_memory_or_disk(tmp_path: Path, packing: str) -> None:
    """D24: small packed, huge unpacked."""
    path = tmp_path / f"x.csv.{packing}"
    path.write_bytes(bomb(packing, 52 << 20))
    assert refusal_of(path, SOURCE) == (
        "bomb",
        f"x.csv.{packing}: unpacks to more than 100 times its size, as no export does; "
        "nothing was taken, deliver it unpacked.",
    )


@pytest.mark.parametrize("packing", ["gz", "zip"])
def test_what_repeats_itself_and_is_small_is_no_bomb(tmp_path: Path, packing: str) -> None:
    path = tmp_path / f"x.csv.{packing}"
    path.write_bytes(bomb(packing, 1 << 20))
    assert path.stat().st_size * 100 < 1 << 20
    assert rows_of(path, SOURCE).read == (1 << 20) // 15


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """D24: what an archive declares is not believed."""
    path = tmp_path / "x.zip"
    data = bomb("zip", 52 << 20)
    size = struct.pack("<L", zipfile.ZipFile(io.BytesIO(data)).infolist()[0].file_size)
    path.write_bytes(data.replace(size, struct.pack("<L", 1000)))
    assert refusal_of(path, SOURCE)[0] in ("bomb", "broken_zip")


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path) -> None:
    """D24: a thousand files are no delivery."""
    assert refusal_of(zipped(tmp_path, {f"{n}.csv": "" for n in range(1001)}), SOURCE) == (
        "bomb",
        "x.zip: the archive holds 1001 files, more than 1000; nothing was taken.",
    )


def damages() -> dict[str, Callable[[bytes], bytes]]:
    return {
        "cut": lambda data: data[: len(data) // 2],
        "cut at its end": lambda data: data[:-5],
        "other content": lambda data: data[:60] + bytes(20) + data[80:],
        "directory before its beginning": lambda data: data[:-6] + struct.pack("<L", 1 << 30) + data[-2:],
        "no archive": lambda _: TEXT.encode(),
        "nothing": lambda _: b"",
    }


@pytest.mark.parametrize("damage", damages())
def test_a_broken_archive_is_refused(tmp_path: Path, damage: str) -> None:
    path = zipped(tmp_path, {"x.csv": "".join([HEADER, *(f"\n{n};Schritt {n * 7919};2026-03-02" for n in range(500))])})
    path.write_bytes(damages()[damage](path.read_bytes()))
    assert refusal_of(path, SOURCE) == ("broken_zip", "x.zip: the zip data break off; have the export run again.")


def test_a_gzip_with_trailing_rubbish_is_refused(tmp_path: Path) -> None:
    """D28: who appended it, and what else is missing, nobody knows."""
    for rest in (b"rest", b"\x1f\x8b", gzip.compress(b"more")[:-4]):
        path = tmp_path / "x.csv.gz"
        path.write_bytes(gzip.compress(TEXT.encode()) + rest)
        assert refusal_of(path, SOURCE)[0] == "broken_gzip"


def test_an_unpacked_copy_is_private_and_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "private"))
    (tmp_path / "private").mkdir()
    path = tmp_path / "x.bin.gz"
    path.write_bytes(gzip.compress(b"content"))
    with on_disk(path) as copied:
        assert (copied.name, copied.read_bytes()) == ("x.bin", b"content")
        assert stat.S_IMODE(copied.parent.stat().st_mode) == 0o700
    assert list((tmp_path / "private").iterdir()) == []


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "private"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    path = tmp_path / "x.parquet.gz"
    path.write_bytes(gzip.compress(bytes(100_000))[:-30])
    assert refusal_of(path, make_source(format="parquet"))[0] == "broken_gzip"
    assert list(place.iterdir()) == []


def test_a_file_that_is_not_packed_is_read_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"content")
    with on_disk(path) as same:
        assert (same, is_packed(path)) == (path, False)


def test_no_room_to_unpack_is_told_with_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sources.batches.archive._rooms", [])
    path = tmp_path / "x.parquet.gz"
    path.write_bytes(gzip.compress(b"content"))
    assert refusal_of(path, make_source(format="parquet")) == (
        "no_room",
        f"x.parquet.gz: cannot be unpacked, No space left on device; make room in {tmp_path}, or deliver unpacked.",
    )
