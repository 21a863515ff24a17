"""XES: streamed and by key; a DOCTYPE is refused, missing attributes stay null, defaults are no data."""

import gzip
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sources.batches.protocol import Refused
from sources.connectors.xes.traces import Traces, read_traces
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import make_source

COLUMNS = {"case_ref": "case:concept:name", "activity": "concept:name", "occurred_at": "time:timestamp"}
SOURCE = make_source({**COLUMNS, "unit": "org:group", "channel": "case:channel"}, format="xes")


def event(name: str, more: str = "") -> str:
    return (
        f'<event><string key="concept:name" value="{name}"/>'
        f'<date key="time:timestamp" value="2026-03-02T09:15:00.276+01:00"/>{more}</event>'
    )


def trace(number: str, *inside: str) -> str:
    return f'<trace><string key="concept:name" value="{number}"/>{"".join(inside)}</trace>'


def log(*inside: str, before: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>{before}<log xes.version="1.0" xmlns="http://www.xes-standard.org/">{"".join(inside)}</log>'


def file(folder: Path, content: str | bytes, name: str = "x.xes") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_events_carry_their_traces_attributes(tmp_path: Path) -> None:
    path = file(tmp_path, log(trace("1", event("a"), event("b")), trace("2", event("c"))))
    found = rows_of(path, SOURCE)
    assert found.column("case:concept:name") == ["1", "1", "2"]
    assert found.column("concept:name") == ["a", "b", "c"]
    assert found.column("time:timestamp") == ["2026-03-02T09:15:00.276+01:00"] * 3
    assert found.positions == [1, 2, 3]


def test_a_traces_attribute_may_stand_after_its_events(tmp_path: Path) -> None:
    channel = '<string key="channel" value="Post"/>'
    found = rows_of(file(tmp_path, log(trace("1", event("a"), channel), trace("2", event("b")))), SOURCE)
    assert found.column("case:channel") == ["Post", None]


def test_a_default_of_the_log_is_no_value_of_an_event(tmp_path: Path) -> None:
    defaults = (
        '<global scope="trace"><string key="channel" value="UNKNOWN"/></global>'
        '<global scope="event"><string key="org:group" value="UNKNOWN"/></global>'
    )
    found = rows_of(file(tmp_path, log(defaults, trace("1", event("a")))), SOURCE)
    assert (found.column("org:group"), found.column("case:channel")) == ([None], [None])


def test_a_nested_attribute_is_not_the_events(tmp_path: Path) -> None:
    nested = (
        '<string key="note" value="x"><string key="org:group" value="hidden"/></string>'
        '<list key="l"><values><string key="org:group" value="hidden"/></values></list>'
    )
    found = rows_of(file(tmp_path, log(trace("1", event("a", nested)))), SOURCE)
    assert found.column("org:group") == [None]


def test_a_person_in_the_log_never_enters(tmp_path: Path) -> None:
    person = '<string key="org:resource" value="Anna Muster"/>'
    assert "Anna" not in str(rows_of(file(tmp_path, log(trace("1", event("a", person), person))), SOURCE))


def test_a_trace_without_events_is_counted_and_quarantined(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, log(trace("1"), trace("2", event("a")), trace("3"))), SOURCE)
    assert (found.read, found.positions) == (3, [2])
    assert found.faults == [(1, "case_without_events"), (3, "case_without_events")]


def test_an_event_outside_of_any_trace_is_counted_and_quarantined(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, log(event("lost"), trace("1", event("a")), event("lost"))), SOURCE)
    assert (found.read, found.column("concept:name")) == (3, ["a"])
    assert found.faults == [(1, "event_without_case"), (3, "event_without_case")]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE log [<!ENTITY l0 "ha">{LAUGHS}]>'


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE log>",
        BOMB,
        '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE log SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE log [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]>',
    ],
    ids=["bare", "billion laughs", "file", "net", "parameter entity"],
)
def test_a_doctype_is_refused(tmp_path: Path, doctype: str) -> None:
    inside = trace("&l9;" if doctype is BOMB else "1", event("a"))
    code, said = refusal_of(file(tmp_path, log(inside, before=doctype)), SOURCE)
    assert (code, "declares a DOCTYPE, which an event log never needs; refused" in said) == ("doctype", True)


@pytest.mark.parametrize(
    "content",
    [
        log(trace("1", event("a")))[:-12],
        log(trace("1", event("a"))) + "<log/>",
        "<log><trace></log>",
        "no xml",
        "",
        "<log>&x;</log>",
    ],
)
def test_broken_xml_is_refused(tmp_path: Path, content: str) -> None:
    code, said = refusal_of(file(tmp_path, content), SOURCE)
    assert (code, "broken XML" in said, "have the export run again" in said) == ("broken_xml", True, True)


def test_a_log_without_any_trace_is_refused(tmp_path: Path) -> None:
    assert refusal_of(file(tmp_path, log()), SOURCE)[0] == "empty_file"


def test_a_gzipped_log_is_read(tmp_path: Path) -> None:
    content = gzip.compress(log(trace("1", event("a"))).encode())
    assert rows_of(file(tmp_path, content, "x.xes.gz"), SOURCE).read == 1


def test_a_cut_gzip_is_refused(tmp_path: Path) -> None:
    content = gzip.compress(log(*(trace(str(n), event("a")) for n in range(500))).encode())
    code, _ = refusal_of(file(tmp_path, content[: len(content) // 2], "x.xes.gz"), SOURCE)
    assert code == "broken_gzip"


def test_a_required_attribute_no_event_has_is_refused_with_the_nearest(tmp_path: Path) -> None:
    content = log(trace("1", event("a"))).replace("time:timestamp", "time:timestmp")
    code, said = refusal_of(file(tmp_path, content), SOURCE)
    assert code == "column_missing"
    assert "column 'time:timestamp' is missing; the nearest is 'time:timestmp'" in said


def test_an_optional_attribute_that_was_probably_renamed_is_told(tmp_path: Path) -> None:
    channel = '<string key="Channel_" value="Post"/>'
    found = rows_of(file(tmp_path, log(trace("1", channel, event("a")))), SOURCE)
    assert found.warnings == [
        "x.xes: no record has 'case:channel', but 'case:Channel_' is there; correct [source.columns]."
    ]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16"])
def test_the_encoding_the_log_declares_is_read(tmp_path: Path, encoding: str) -> None:
    content = log(trace("1", event("Prüfung"))).replace("UTF-8", encoding).encode(encoding)
    assert rows_of(file(tmp_path, content), SOURCE).column("concept:name") == ["Prüfung"]


def test_a_million_elements_deep_does_no_harm(tmp_path: Path) -> None:
    deep = "<container>" * 200_000 + "</container>" * 200_000
    assert rows_of(file(tmp_path, log(deep, trace("1", event("a")))), SOURCE).read == 1


def test_a_log_is_streamed_in_batches_that_lose_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.xes.file.BATCH_ROWS", 5)
    monkeypatch.setattr("sources.connectors.xes.file.CHUNK_BYTES", 400)
    traces = [trace(str(number), event("a"), event("b")) if number % 3 else trace(str(number)) for number in range(30)]
    found = rows_of(file(tmp_path, log(*traces)), SOURCE)
    assert found.read == 50
    assert found.column("case:concept:name") == [str(number) for number in range(30) if number % 3 for _ in "ab"]
    assert sorted([*found.positions, *(position for position, _ in found.faults)]) == list(range(1, 51))


PIECES = [
    event("a"),
    event("b", '<string key="org:group" value="x"/>'),
    event("Prüfung &amp; &lt;mehr&gt;", '<string key="org:group" value="&amp;lt;"/>'),
    event("a", '<string key="org:group" value="one"/>\n<string key="org:group" value="two"/>'),
    event("numeric &#228;"),
    event("line\nend"),
    event("a", '<list key="l"><values><string key="org:group" value="hidden"/></values></list>'),
    event("a", '<string key="note" value="x"><string key="org:group" value="hidden"/></string>'),
    event("a", "<string value='x' key='org:group'/>"),
    event("a", '<boolean key="case:channel" value="true" />'),
    event("a", '<string key="&amp;" value="1"/>'),
    "<event/>",
    "<event></event>",
    "<!-- </trace> <trace> -->",
    "<![CDATA[<event>]]>",
    "text",
    "<?pi </trace>?>",
    "</trace><trace>",
    "</trace>",
    "<trace>",
    '</trace>\n\t<trace>\n<string key="concept:name" value="n"/><string key="channel" value="Post"/>\n',
    '<string key="channel" value="late"/>',
    "</trace>" + event("lost") + "<trace>",
    "</trace><other><trace></trace></other><trace>",
    "<event><event></event></event>",
    "\x01",
    "\uffff",
    "&amp;",
    "<",
    "]]>",
]


def read_or_refused(path: Path) -> object:
    try:
        found = rows_of(path, SOURCE)
    except Refused as refusal:
        return refusal.reason_code, refusal.sentence
    return found.frame.rows(), found.faults, found.warnings


@settings(max_examples=250, deadline=None)
@given(
    inside=st.lists(st.lists(st.sampled_from(PIECES), max_size=5), max_size=5),
    around=st.sampled_from(
        ["", "\n", "<!-- <trace> -->", '<global scope="event"><string key="k" value="v"/></global>']
    ),
    size=st.sampled_from([60, 300, 1 << 20]),
    encoding=st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "iso-8859-1"]),
)
@example([[event("a")], ["<!-- x >", event("b"), "-->"], [event("c")]], "", 60, "utf-8")
def test_traces_read_at_once_are_the_traces_of_the_parser(
    inside: list[list[str]], around: str, size: int, encoding: str
) -> None:
    text = log(around, *(trace(str(number), *pieces) for number, pieces in enumerate(inside)), around)
    text = text.replace("UTF-8", encoding.removesuffix("-sig"))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = file(Path(folder), text.encode(encoding, "replace"))
        patch.setattr("sources.connectors.xes.file.CHUNK_BYTES", size)
        at_once = read_or_refused(path)
        patch.setattr("sources.connectors.xes.file.read_traces", lambda *_: None)
        assert at_once == read_or_refused(path)


def test_a_plain_log_is_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once: list[bool] = []

    def noted(text: bytes, wanted: frozenset[str]) -> Traces | None:
        traces = read_traces(text, wanted)
        at_once.append(traces is not None)
        return traces

    monkeypatch.setattr("sources.connectors.xes.file.CHUNK_BYTES", 2000)
    monkeypatch.setattr("sources.connectors.xes.file.read_traces", noted)
    traces = [trace(str(number), event("a"), "\n\t", event("b")) + "\n" for number in range(50)]
    assert rows_of(file(tmp_path, log(*traces)), SOURCE).read == 100
    assert len(at_once) > 5
    assert at_once == [True] * (len(at_once) - 1) + [False]


def test_what_is_broken_is_named_by_its_line_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.connectors.xes.file.CHUNK_BYTES", 500)
    traces = [trace(str(number), event("a")) + "\n" for number in range(50)]
    _, said = refusal_of(file(tmp_path, log(*traces, "</oops>")), SOURCE)
    assert said == "x.xes: broken XML, mismatched tag in line 51; have the export run again."


@pytest.mark.parametrize(
    "encoding",
    ["klingon", "rot13", "UTF-16-LE", "utf-32", "shift_jis", "gb18030", "big5", "utf-7", "idna", "punycode", "cp500"],
)
def test_an_encoding_that_cannot_be_read_is_told(tmp_path: Path, encoding: str) -> None:
    content = log(trace("1", event("a"))).replace("UTF-8", encoding)
    assert refusal_of(file(tmp_path, content), SOURCE) == (
        "broken_xml",
        "x.xes: declares an encoding that cannot be read here; have it exported as UTF-8.",
    )


def test_a_log_that_is_in_the_encoding_it_declares_but_cannot_be_read_is_told(tmp_path: Path) -> None:
    content = log(trace("1", event("a"))).replace("UTF-8", "UTF-16-LE").encode("utf-16-le")
    assert refusal_of(file(tmp_path, content), SOURCE) == (
        "broken_xml",
        "x.xes: declares an encoding that cannot be read here; have it exported as UTF-8.",
    )


def by_etree(text: str) -> Iterator[tuple[str | None, ...]]:
    """The events of a log in the order of ``SOURCE``'s columns, as the standard library reads them."""

    def attributes(element: ElementTree.Element) -> dict[str, str]:
        return {inner.attrib["key"]: inner.attrib["value"] for inner in element if "key" in inner.attrib}

    for traced in ElementTree.fromstring(text).iter("{http://www.xes-standard.org/}trace"):
        of_trace = {f"case:{key}": value for key, value in attributes(traced).items()}
        for found in traced.iter("{http://www.xes-standard.org/}event"):
            values = attributes(found) | of_trace
            yield tuple(values.get(name) for name in SOURCE.columns.values())


def prefixed(text: str) -> str:
    """The same XML with a prefix before each tag."""
    return text.replace("</", "\0").replace("<", "<xes:").replace("\0", "</xes:")


PREFIXES = 'xmlns="http://www.xes-standard.org/" xmlns:xes="http://www.xes-standard.org/"'
UNIT = '<string key="org:group" value="Bauamt"/>'
CHANNEL = '<string key="channel" value="Post"/>'
TRACES = trace("1", CHANNEL, event("a", UNIT), event("b")) + trace("2", event("c"), CHANNEL)


@pytest.mark.parametrize("size", [60, 1 << 20])
@pytest.mark.parametrize(
    "content",
    [
        f"<xes:log {PREFIXES}>{prefixed(TRACES)}</xes:log>",
        f"<log {PREFIXES}>{TRACES}{prefixed(TRACES)}{TRACES}</log>",
        f"<xes:log {PREFIXES}>{TRACES}</xes:log>",
        f"<log {PREFIXES}>{trace('1', prefixed(CHANNEL), event('a', prefixed(UNIT)))}{TRACES}</log>",
        f"<log {PREFIXES}>{trace('1', prefixed(event('a')), event('b'))}</log>",
    ],
    ids=["all", "some traces", "the log alone", "some attributes", "some events"],
)
def test_prefixes_of_namespaces_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, size: int
) -> None:
    monkeypatch.setattr("sources.connectors.xes.file.CHUNK_BYTES", size)
    found = rows_of(file(tmp_path, content), SOURCE)
    assert found.frame.select(*SOURCE.columns.values()).rows() == list(by_etree(content))
    assert found.faults == []


def test_prefixes_of_attributes_are_dropped_too(tmp_path: Path) -> None:
    content = log(trace("1", event("a", UNIT.replace("key=", "xes:key=").replace("value=", "xes:value=")), event("b")))
    assert rows_of(file(tmp_path, content), SOURCE).column("org:group") == ["Bauamt", None]
