"""The ledger on the command line: from a key to an audited row, and every refusal a sentence and a code."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.commands.main import app
from pipelines.commands.printing import out
from pipelines.ledger import chain
from pipelines.run.generation import DATABASE, STATUS, seal
from pipelines.run.ledger_keys import SUFFIX
from pipelines.run.outcome import Exit, Stop, utc_now
from pipelines.run.run import local_day
from pipelines.run.settings import town_at
from pipelines.walk.publish import swap, write_status
from tests.pipelines.ledger.shown_file import write_shown
from tests.pipelines.ledger.test_shown import HEADER, MEASURES, TOUCHED
from tests.pipelines.walk.admissions import run_on
from tests.towns import key_file, make_town


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town with a published generation and a ledger in which three functions have keys."""
    folder = make_town(
        tmp_path_factory.mktemp("sound") / "town", parameters={"measures": MEASURES, "measure_services": TOUCHED}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
        publish(folder, "2026-06-15-aaaaaaaaaaaa")
        said("key", folder, "--function", "organisation")
        said("key", folder, "--function", "controlling")
        said("key", folder, "--function", "audit", "--endorsed-by", "controlling")
    return folder


@pytest.fixture
def signed(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same for one test, its keys beside it."""
    town = shutil.copytree(sound.parent, tmp_path / "made", symlinks=True) / "town"
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(town)))
    return town


def publish(folder: Path, name: str, *more: str) -> None:
    """A generation of what the ledger reads."""
    half = folder / "generations" / ".half"
    half.mkdir(parents=True)
    write_shown(half / DATABASE, *more)
    write_status(half, run_on(folder), name, [], [])
    swap(folder, half, name)


def said(*command: object) -> str:
    """What a command says that ends well."""
    with out.capture() as told:
        done = CliRunner().invoke(app, ["ledger", *map(str, command)])
    assert done.exception is None, done.exception
    return told.get()


def stopped(*command: object) -> Stop:
    """How a command ends that is refused."""
    done = CliRunner().invoke(app, ["ledger", *map(str, command)])
    assert isinstance(done.exception, Stop), (done.exception, done.output)
    return done.exception


def record(town: Path, *more: object, measure: str = "m") -> tuple[object, ...]:
    return ("record", town, "--measure", measure, "--function", "organisation", *more)


def test_from_a_key_to_an_audited_row(signed: Path) -> None:
    told = said(*record(signed, "--measure", "n"))
    assert "6 recorded." in told
    assert "Not recorded: m, s: months still provisional, 1." in told
    rows = [entry.row_hash[:16] for entry in chain.entries(signed) if entry.kind == "claim"]
    told = said("approve", "--town", signed, rows[0][:7], "--function", "controlling", "--status", "proven")
    assert f"Row {rows[0]} is proven" in told
    said("approve", "--town", signed, rows[0], "--function", "audit")
    shown = said("show", signed)
    assert "organisation → controlling → audit" in shown
    assert f"Head {chain.head(signed)}" in shown
    assert "6 rows, 6 of them stand." in said("verify", signed)


def test_all_rows_of_a_measure_are_approved_at_once(signed: Path) -> None:
    said(*record(signed, "--measure", "n"))
    told = said("approve", "--town", signed, "--measure", "n", "--status", "proven", "--function", "controlling")
    assert len(re.findall(r"Row \w{16} is proven: n, ", told)) == 2


def test_private_keys_lie_outside_of_the_town_and_only_their_owner_reads_them(signed: Path) -> None:
    keys = sorted(signed.parent.glob(f"*{SUFFIX}"))
    assert len(keys) == 3
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    assert not list(signed.rglob(f"*{SUFFIX}"))
    keys[0].chmod(0o644)
    assert "others may read the key; run `chmod 600" in str(stopped(*record(signed, "--key", keys[0])))


def test_a_key_that_may_not_be_registered_leaves_no_file(signed: Path) -> None:
    before = sorted(signed.parent.glob(f"*{SUFFIX}"))
    stop = stopped("key", signed, "--function", "it")
    assert (stop.exit_code, "needs the signature of one that is registered" in str(stop)) == (Exit.GUARD, True)
    assert sorted(signed.parent.glob(f"*{SUFFIX}")) == before


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--function", "treasury"), "No registered key of function 'treasury' lies in"),
        ((), "Keys of audit, controlling, organisation lie here; say --function"),
        (("--key", "nowhere"), "nowhere: the key cannot be read"),
    ],
)
def test_who_signs_must_be_told_and_have_a_key(signed: Path, more: tuple[str, ...], sentence: str) -> None:
    stop = stopped("record", signed, "--measure", "m", *more)
    assert stop.exit_code == Exit.CONFIGURATION
    assert sentence in str(stop)


def test_a_key_inside_the_town_is_refused(signed: Path) -> None:
    key = next(signed.parent.glob(f"*{SUFFIX}"))
    inside = key.rename(signed / key.name)
    assert "must lie outside the town's folder" in str(stopped(*record(signed, "--key", inside)))


def test_four_eyes(signed: Path) -> None:
    said(*record(signed, "--from", "2026-02"))
    row = chain.entries(signed)[-1].row_hash[:8]
    stop = stopped("approve", "--town", signed, row, "--function", "organisation")
    assert (stop.exit_code, "another function approves it" in str(stop)) == (Exit.GUARD, True)


def test_whoever_claims_what_a_service_won_claims_what_it_lost(signed: Path) -> None:
    stop = stopped(*record(signed))
    assert stop.exit_code == Exit.GUARD
    assert "s, 2026-01: 10.0000 of capacity_released would be claimed, and the generation says 7.0000" in str(stop)
    assert [entry.kind for entry in chain.entries(signed)] == ["key"] * 3


def test_the_same_again_and_a_figure_that_moved(signed: Path) -> None:
    said(*record(signed, "--from", "2026-02"))
    head = chain.head(signed)
    assert "1 already recorded." in said(*record(signed, "--from", "2026-02"))
    assert chain.head(signed) == head
    moved = (
        "update rpt_savings_monthly set capacity_released_hours = 3 where month = '2026-02-01' and service_code = 's'"
    )
    publish(signed, "2026-06-15-bbbbbbbbbbbb", moved)
    assert "s, 2026-02: 4.0000 of capacity_released stand and the generation shows 3.0000" in said("verify", signed)
    assert "say --supersede with a --reason" in str(stopped(*record(signed, "--from", "2026-02")))
    assert "--supersede needs a --reason" in str(stopped(*record(signed, "--supersede")))
    told = said(*record(signed, "--from", "2026-02", "--supersede", "--reason", "late_data"))
    assert "1 recorded in the place of another." in told
    assert "Note" not in said("verify", signed)
    assert "superseded" not in said("show", signed)
    assert "superseded" in said("show", signed, "--all")


def test_a_row_is_withdrawn(signed: Path) -> None:
    said(*record(signed, "--from", "2026-02"))
    row = chain.entries(signed)[-1].row_hash[:8]
    assert "claims nothing" in said("record", signed, "--withdraw", row, "--function", "organisation")
    assert chain.entries(signed)[-1].facts["net"] == "0.0000"


def test_plans_are_typed_in_for_what_is_to_come(signed: Path) -> None:
    plans = signed.parent / "plans.csv"
    next_year = utc_now().year + 1
    line = f"z;parkausweis;{next_year}-01;capacity_released;;12,5;;10;15;ja;Beschluss 7"
    plans.write_text(f"{HEADER}\n{line}\n", encoding="utf-8")
    assert "1 recorded." in said("record", signed, "--planned", plans, "--function", "organisation")
    assert f"{next_year}-01" in said("show", signed)
    plans.write_text(f"{HEADER}\n{line.replace(str(next_year), '2020')}\n", encoding="utf-8")
    late = str(stopped("record", signed, "--planned", plans, "--function", "organisation"))
    assert "z, 2020-01: the month is over and no longer planned" in late
    assert "0 rows" in said("show", signed, "--as-known-on", "2026-01-01")
    today = local_day(town_at(signed), utc_now())
    assert "1 rows" in said("show", signed, "--as-known-on", today)
    ahead = stopped("show", signed, "--as-known-on", today + dt.timedelta(days=1))
    assert ahead.exit_code == Exit.CONFIGURATION
    assert f"that day is not over; today is {today}." in str(ahead)


def test_what_is_not_published_or_damaged_is_not_recorded(signed: Path) -> None:
    assert "--measure is missing" in str(stopped("record", signed, "--function", "organisation"))
    stop = stopped(*record(signed, measure="x"))
    assert (stop.exit_code, "the generation shows nothing of it" in str(stop)) == (Exit.GUARD, True)
    stop = stopped(*record(signed, "--from", "2026-03"))
    assert stop.sentences == [
        "Nothing can be recorded: m, s: months refused (no_cases), 1.",
        "Nothing can be recorded: m, s: months still provisional, 1.",
    ]
    database = (signed / "current" / DATABASE).resolve()
    database.chmod(0o644)
    database.write_bytes(database.read_bytes() + b"x")
    stop = stopped(*record(signed, "--from", "2026-02"))
    assert (stop.exit_code, "is not what was published, so nothing is recorded of it" in str(stop)) == (
        Exit.INTEGRITY,
        True,
    )
    (signed / "current").unlink()
    assert "nothing is published yet" in str(stopped(*record(signed)))


def test_only_the_function_that_answers_for_a_measure_records_it(signed: Path) -> None:
    publish(
        signed, "2026-06-15-cccccccccccc",
        "create table rpt_measure_plans as select 'm' as measure_id, 'controlling' as responsible_function",
    )  # fmt: skip
    stop = stopped(*record(signed, "--from", "2026-02"))
    assert (stop.exit_code, str(stop)) == (
        Exit.GUARD,
        "m: controlling answers for it and records it, with a key of controlling, not organisation.",
    )


class TestWhatIsWrongWithIt:
    @pytest.fixture
    def known(self, signed: Path) -> Path:
        """A town whose published generation knew its ledger."""
        said(*record(signed, "--from", "2026-02"))
        publish(signed, "2026-06-15-dddddddddddd")
        return signed

    def test_the_generation_keeps_the_head(self, known: Path) -> None:
        status = json.loads((known / "current" / STATUS).read_text(encoding="utf-8"))
        assert status["ledger_head"] == chain.head(known)
        assert seal({name: value for name, value in status.items() if name != "status_sha256"}) == status

    @pytest.mark.parametrize("command", ["verify", "record", "approve", "key"])
    def test_a_tail_that_was_cut_off_is_found_before_anything_is_written(self, known: Path, command: str) -> None:
        lines = chain.place(known).read_bytes().splitlines(keepends=True)
        chain.place(known).write_bytes(b"".join(lines[:-1]))
        commands: dict[str, tuple[object, ...]] = {
            "verify": ("verify", known),
            "record": record(known, "--from", "2026-02"),
            "approve": ("approve", "--town", known, "x", "--function", "controlling"),
            "key": ("key", known, "--function", "it", "--endorsed-by", "audit"),
        }
        stop = stopped(*commands[command])
        assert stop.exit_code == Exit.INTEGRITY
        assert "its end is missing or it was rewritten" in str(stop)
        assert chain.place(known).read_bytes() == b"".join(lines[:-1])

    def test_a_head_that_somebody_wrote_down_is_looked_for(self, known: Path) -> None:
        head = chain.head(known)
        said("verify", known, "--head", head, "--head", (head or "")[:12])
        assert "give at least its first 12 digits" in str(stopped("verify", known, "--head", (head or "")[:11]))
        assert stopped("verify", known, "--head", "0" * 64).exit_code == Exit.INTEGRITY

    def test_an_altered_line_is_told_by_the_town_s_verify_too(self, known: Path) -> None:
        content = chain.place(known).read_bytes()
        chain.place(known).write_bytes(content.replace(b'"4.0000"', b'"9.0000"', 1))
        done = CliRunner().invoke(app, ["verify", str(known)])
        assert isinstance(done.exception, Stop)
        assert done.exception.exit_code == Exit.INTEGRITY
        assert [
            sentence
            for sentence in done.exception.sentences
            if "claims.jsonl: line 4 does not have its own hash" in sentence
        ]
        assert stopped("show", known).exit_code == Exit.INTEGRITY

    def test_a_line_cut_by_a_kill_is_told_and_mended(self, known: Path) -> None:
        with chain.place(known).open("ab") as file:
            file.write(b'{"facts":{"ap')
        assert "Note: " in (told := said("verify", known))
        assert "line 5 was cut while it was written and never counted" in told
        said("key", known, "--function", "it", "--endorsed-by", "audit")
        assert "Note" not in said("verify", known)
