"""What an unknown file holds: budgets, costs, posts, counts and logs of towns; what is asked; what no mapping can name."""

import datetime as dt
from pathlib import Path

import pytest

from sources.batches.protocol import Refused
from sources.demo.invent import write_town
from sources.proposal.proposal import Answers, Proposal
from sources.proposal.propose import propose
from sources.proposal.toml import toml_of
from sources.town.folder import read_town
from tests.sources.proposal.municipal_files import BUDGETS, OTHERS, UNTOLD, Sent
from tests.towns import make_source

TODAY = dt.date(2026, 11, 22)
# Which element is a record, or what the numbered fields are, stands in no such file.
NOT_PROPOSABLE = ("kodak", "xml")


def proposed(folder: Path, content: bytes, name: str = "export.csv", answers: Answers | None = None) -> Proposal:
    path = folder / name
    path.write_bytes(content)
    return propose(path, answers, today=TODAY)


def refused(folder: Path, content: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        proposed(folder, content)
    return caught.value


def columns(proposal: Proposal) -> dict[str, str]:
    picks = proposal.columns | proposal.counts
    return {target: pick.column for target, pick in picks.items()}


@pytest.mark.parametrize("sent", (BUDGETS | OTHERS).values(), ids=BUDGETS | OTHERS)
def test_a_file_of_a_town_is_what_it_is_and_never_a_case(tmp_path: Path, sent: Sent) -> None:
    if not sent.columns:
        said = refused(tmp_path, sent.content)
        assert said.reason_code == sent.holds
        assert said.sentence.startswith("export.csv: ")
        return
    proposal = proposed(tmp_path, sent.content)
    assert (proposal.records[0], proposal.is_recognised) == (sent.holds, True)
    found = columns(proposal)
    assert {target: found.get(target) for target in sent.columns} == sent.columns
    if sent.holds != "events":
        assert not {"case_ref", "activity"} & found.keys()


@pytest.mark.parametrize("sent", (BUDGETS | OTHERS).values(), ids=BUDGETS | OTHERS)
def test_what_must_be_there_is_mapped_or_asked_for(tmp_path: Path, sent: Sent) -> None:
    if not sent.columns:
        return
    text = toml_of(proposed(tmp_path, sent.content), "x")
    for target in (name for name, column in sent.columns.items() if column is None):
        known = [line for line in text.splitlines() if target in line]
        assert all(line.startswith("# ") for line in known)
        assert any("QUESTION" in line for line in known)


@pytest.mark.parametrize("content", UNTOLD.values(), ids=UNTOLD)
def test_what_nothing_tells_for_sure_is_not_recognised(tmp_path: Path, content: str) -> None:
    proposal = proposed(tmp_path, content.encode())
    assert not proposal.is_recognised
    assert not any(pick.is_sure for target, pick in proposal.columns.items() if target in ("case_ref", "activity"))


def test_who_booked_is_no_key_and_no_choice(tmp_path: Path) -> None:
    for content in (OTHERS["costs"].content, UNTOLD["bookings of rooms"].encode()):
        proposal = proposed(tmp_path, content)
        assert "Gebucht durch" in proposal.refused
        assert all("Gebucht durch" not in (*q.choices, q.default) for q in proposal.questions)


def test_numbers_of_products_are_no_times(tmp_path: Path) -> None:
    content = "Vorgang;Schritt;Produkt;Zeitpunkt\n" + "".join(
        f"A-{n};Eingang;{1 + n % 12:02}.{1 + n % 12:02}.{1 + n % 9:02};2026-03-02 08:00\n" for n in range(24)
    )
    proposal = proposed(tmp_path, content.encode())
    assert columns(proposal)["occurred_at"] == "Zeitpunkt"
    assert proposal.questions == []


def test_days_with_a_year_of_two_digits_are_days_where_their_column_says_so(tmp_path: Path) -> None:
    content = "Vorgang;Schritt;Datum\nA-1;Eingang;02.03.26\nA-1;Ende;03.03.26\n"
    proposal = proposed(tmp_path, content.encode())
    assert (columns(proposal)["occurred_at"], proposal.options["timestamp_format"]) == ("Datum", "%d.%m.%y")


@pytest.mark.parametrize(
    ("months", "form"),
    [
        (("2026-01", "2026-02"), None),
        (("01/2026", "02/2026"), "%m/%Y"),
        (("Januar 2026", "März 2026"), "%B %Y"),
        (("Jan 26", "Dez 26"), "%b %y"),
        (("202601", "202612"), "%Y%m"),
    ],
)
def test_how_months_are_written_is_told(tmp_path: Path, months: tuple[str, str], form: str | None) -> None:
    rows = "".join(f"P{number};M1;{month};laufend;1,50\n" for number, month in enumerate(months))
    proposal = proposed(tmp_path, f"Position;Maßnahme;Monat;Art;Ist EUR\n{rows}".encode())
    assert columns(proposal)["month"] == "Monat"
    assert proposal.options.get("date_format") == form


def test_titles_and_a_delimiter_too_many_are_said(tmp_path: Path) -> None:
    titled = proposed(
        tmp_path, b"Auswertung;;\n;;\n" + b"Vorgang;Schritt;Zeit\nA;Eingang;2026-03-02\nA;Ende;2026-03-03\n"
    )
    assert titled.notes[0] == "Above the header stand 2 rows of titles, which header_row = 3 leaves out."
    wide = proposed(tmp_path, BUDGETS["a delimiter too many at each row's end"].content)
    assert wide.notes[0] == (
        "Each row ends in a delimiter too many, which makes one empty column more. The header is therefore given here, "
        "and header_row is the first row of data."
    )
    assert (wide.options["header"][-1], wide.options["header_row"]) == ("column_5", 2)


def test_days_among_times_are_said(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, OTHERS["days and times in one column"].content)
    assert "'Zeitpunkt' holds days in some rows and times in others; a day is read as its midnight." in proposal.notes
    assert proposal.options["timestamp_format"] == "%d.%m.%Y %H:%M"


def test_words_that_only_mean_unknown_make_no_channel(tmp_path: Path) -> None:
    rows = "".join(
        f"A-{n};{step};2026-03-02 08:00;{'Internet' if n % 3 == 0 else 'Sonstiges'}\n"
        for n in range(30)
        for step in "ab"
    )
    proposal = proposed(tmp_path, f"Vorgang;Schritt;Zeit;Kanal\n{rows}".encode())
    assert "channel" not in proposal.columns


def test_a_code_that_hardly_recurs_is_left_out(tmp_path: Path) -> None:
    rows = "".join(f"A-{n};{step};2026-03-02 08:00;Art {n}\n" for n in range(60) for step in "ab")
    proposal = proposed(tmp_path, f"Vorgang;Schritt;Zeit;Vorgangsart\n{rows}".encode())
    assert "case_type" not in proposal.columns


def test_a_kind_of_record_and_columns_that_are_said_win(tmp_path: Path) -> None:
    said = Answers({"budget_line": "a", "year": "b", "appropriation_eur": "c"}, record="budget_lines")
    proposal = proposed(tmp_path, b"a;b;c\nx;2025;1,50\ny;2025;2,50\n", answers=said)
    assert (proposal.records, proposal.questions) == (("budget_lines",), [])
    assert proposal.options["system"] == "finance"


@pytest.mark.parametrize("kind", ["Employee", "customers", "Sachbearbeiter", "Bürger:innen", "resource", "caseWorker"])
def test_a_type_of_object_that_names_persons_is_no_case(kind: str) -> None:
    with pytest.raises(ValueError, match="names persons"):
        make_source({"case_ref": "ocel:case", "activity": "ocel:activity", "occurred_at": "ocel:time"},
                    format="ocel", case_object=kind)  # fmt: skip


@pytest.mark.parametrize("kind", ["application", "personal_id_card", "Bauantrag", "Personalausweis", "Dokument"])
def test_a_type_of_object_that_names_a_matter_is_a_case(kind: str) -> None:
    source = make_source(
        {"case_ref": "ocel:case", "activity": "ocel:activity", "occurred_at": "ocel:time"},
        format="ocel",
        case_object=kind.replace("personal", "identity"),
    )
    assert source.case_object


@pytest.fixture(scope="module")
def musterhafen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented town's folder, not walked."""
    folder = tmp_path_factory.mktemp("demo") / "town"
    write_town(folder, scale=0.02, as_of=TODAY, key_id="0123456789ab")
    return folder


def test_each_file_of_the_invented_town_is_what_its_own_mapping_says(musterhafen: Path) -> None:
    """Kind of record, system and most of the fields; what its files do not tell no proposal can know."""
    for source in read_town(musterhafen).sources:
        files = sorted(musterhafen.glob(source.path))
        for file in {files[0], files[len(files) // 2], files[-1]}:
            if source.format in NOT_PROPOSABLE:
                with pytest.raises(Refused) as caught:
                    propose(file, today=TODAY)
                assert caught.value.reason_code == "only_mapped"
                continue
            proposal = propose(file, today=TODAY)
            assert proposal.records == tuple(record.name for record in source.records), file
            assert proposal.options["system"] in (source.system, "case"), file
            assert set(columns(proposal)) <= {*source.columns, *source.counts}, file
            assert proposal.questions == [], file
            mapped = {target: column for target, column in columns(proposal).items() if target in source.columns}
            assert mapped.items() <= source.columns.items(), file
            assert {kind: pick.column for kind, pick in proposal.counts.items()} == source.counts, file
