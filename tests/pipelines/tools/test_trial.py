"""Somebody's own file in a throw-away town: what is asked, what is made, and one whole way to the first page."""

import datetime as dt
import gzip
import os
import re
import zoneinfo
from pathlib import Path

import polars as pl
import pytest

from pipelines.commands.printing import out
from pipelines.commands.try_file import NONE, settled, settled_roles, try_file
from pipelines.run.outcome import Exit, Stop
from pipelines.tools.activity_roles import ActivityRoles
from pipelines.tools.newest_day import newest_day
from pipelines.tools.trial import Trial, make_trial
from sources.landing.profile import profile
from sources.proposal.proposal import Answers, Question
from sources.proposal.propose import propose
from sources.town.folder import Town, read_town
from tests.faults.command import papierwende
from tests.pipelines.walk.admissions import admit
from tests.towns import KEY, write_key

TODAY = dt.date(2026, 11, 22)
LOG = """\
Vorgang,Schritt,Zeitpunkt,Team,Kanal
1,Antrag da,2026-03-02 09:15,Team Nord,Internet
1,Prüfung,2026-03-03 09:15,Team Süd,Internet
1,Bescheid,2026-03-05 11:00,Team Nord,Internet
2,Antrag da,2026-03-13 08:30,Team Nord,Brief
2,Prüfung,2026-03-14 08:30,Team Süd,Brief
2,Prüfung,2026-03-15 08:30,Team Süd,Brief
"""
UNTOLD = "aa,bb,cc\n" + "".join(f"{n // 3},{'xyz'[n % 3]},2026-03-{1 + n % 28:02} 10:00\n" for n in range(60))
EITHER_WAY = "case,event,time\n1,a,01/02/2026 10:00\n1,b,03/04/2026 10:00\n"


def as_they_are(steps: ActivityRoles) -> ActivityRoles:
    return steps


def written(folder: Path, content: str, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def tried(folder: Path, content: str, answers: Answers | None = None, service: str | None = None) -> tuple[Trial, Town]:
    """The throw-away town around a file with this content, not walked."""
    file = written(folder, content)
    proposal = propose(file, answers, today=TODAY)
    trial = make_trial(folder / "town", file, proposal, land="HB", service=service, key=KEY, settle=as_they_are)
    return trial, read_town(trial.folder)


def stopped(file: Path, answers: Answers | None = None, *, accept: bool = False) -> Stop:
    with pytest.raises(Stop) as caught:
        settled(file, answers or Answers(), None, accept=accept)
    return caught.value


class TestTheTown:
    def test_it_is_a_probe_without_thresholds_that_speaks_for_the_newest_day(self, tmp_path: Path) -> None:
        trial, town = tried(tmp_path, LOG)
        assert (town.setting.name, town.privacy.thresholds_off) == ("Probe: export.csv", True)
        assert (trial.as_of, trial.rows_read, trial.rows_quarantined) == (dt.date(2026, 3, 15), 6, 0)
        assert (trial.folder / "inbox" / "export" / "export.csv").read_text(encoding="utf-8") == LOG

    def test_what_the_file_names_is_listed_and_codes_get_a_plain_dress(self, tmp_path: Path) -> None:
        _, town = tried(tmp_path, LOG, service="Hundesteuer")
        assert town.listed_codes() == {
            "activity": {"Antrag da", "Prüfung", "Bescheid"},
            "service_code": {"probe"},
            "unit_code": {"probe", "unit-1", "unit-2"},
            "office_code": {"probe", "unit-1", "unit-2"},
        }
        assert town.sources[0].values["unit"] == {"Team Nord": "unit-1", "Team Süd": "unit-2"}
        (service,) = town.parameters.services
        assert service.service_name == "Hundesteuer"

    def test_receipt_and_decision_are_written_down(self, tmp_path: Path) -> None:
        _, town = tried(tmp_path, LOG)
        kinds = {row.activity: row.kind for row in town.parameters.activities}
        assert kinds == {"Antrag da": "intake", "Prüfung": "internal", "Bescheid": "decision"}

    def test_words_that_come_after_the_sample_are_learned(self, tmp_path: Path) -> None:
        early = "".join(f"{n},Eingang,2026-03-02 09:15,Brief\n" for n in range(2_100))
        late = "".join(f"{n},Eingang,2026-03-02 09:15,Schalter\n" for n in range(5_000, 5_005))
        _, town = tried(tmp_path, "Vorgang,Ereignis,Zeitpunkt,Kanal\n" + early + late)
        assert town.sources[0].values["channel"] == {"Brief": "post", "Schalter": "counter"}

    def test_a_future_that_was_mistyped_is_not_the_newest_day(self, tmp_path: Path) -> None:
        trial, _ = tried(tmp_path, LOG + "3,Antrag da,2066-03-02 09:15,Team Nord,Internet\n")
        assert trial.as_of == dt.date(2026, 3, 15)

    @pytest.mark.parametrize("ahead", ["2026-10-01", "2031-03-02"])
    def test_one_record_far_ahead_does_not_move_the_day(self, tmp_path: Path, ahead: str) -> None:
        """Whether its day has come since, or is so far away that the door refuses it."""
        old = LOG.replace("2026-", "2021-")
        trial, _ = tried(tmp_path, old + f"3,Antrag da,{ahead} 09:15,Team Nord,Internet\n")
        assert trial.as_of == dt.date(2021, 3, 15)
        assert trial.ahead + trial.rows_quarantined == 1

    def test_activities_that_hardly_recur_are_not_listed_and_the_guard_stops_them(self, tmp_path: Path) -> None:
        rows = "".join(f"{n // 4},Anruf von Person {n},2026-03-02 09:15\n" for n in range(60))
        trial, town = tried(tmp_path, "Vorgang,Ereignis,Zeitpunkt\n" + rows)
        assert town.parameters.activities == ()
        (delivery,) = admit(trial.folder).folders
        assert profile(delivery, town.listed_codes())["activity_variety"] == 1.0

    def test_a_file_of_which_no_row_can_be_taken_stops_in_one_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(Stop) as caught:
            tried(tmp_path, LOG, Answers({"occurred_at": "Team"}))
        assert caught.value.exit_code == Exit.GUARD
        assert caught.value.sentences == [
            "export.csv: none of 6 rows can be taken: the time cannot be read in 'Team' (6); "
            "name other columns, or how times are written."
        ]


class TestWhatIsAsked:
    def test_a_known_export_asks_nothing(self, tmp_path: Path) -> None:
        assert settled(written(tmp_path, LOG), Answers(), None, accept=False).questions == []

    def test_without_anybody_to_ask_the_missing_flag_is_told(self, tmp_path: Path) -> None:
        stop = stopped(written(tmp_path, UNTOLD))
        assert stop.exit_code == Exit.CONFIGURATION
        assert stop.sentences == [
            "export.csv: Which column holds the case number? Say it with --case. "
            "'aa' is likely: --yes takes what is proposed."
        ]

    def test_each_flag_answers_its_question(self, tmp_path: Path) -> None:
        file = written(tmp_path, UNTOLD)
        assert "--activity" in stopped(file, Answers({"case_ref": "aa"})).sentences[0]
        assert settled(file, Answers({"case_ref": "aa", "activity": "bb"}), None, accept=False).questions == []

    def test_yes_takes_what_is_likely(self, tmp_path: Path) -> None:
        proposal = settled(written(tmp_path, UNTOLD), Answers(), None, accept=True)
        assert {target: pick.column for target, pick in proposal.columns.items()} == {
            "case_ref": "aa",
            "activity": "bb",
            "occurred_at": "cc",
        }

    def test_a_person_is_asked_once_for_each(self, tmp_path: Path) -> None:
        asked: list[str] = []

        def person(question: Question) -> str:
            asked.append(question.flag)
            return {"--case": "bb", "--activity": "aa"}[question.flag]

        proposal = settled(written(tmp_path, UNTOLD), Answers(), person, accept=False)
        assert asked == ["--case", "--activity"]
        assert (proposal.columns["case_ref"].column, proposal.columns["activity"].column) == ("bb", "aa")

    def test_the_order_of_day_and_month_is_asked_for(self, tmp_path: Path) -> None:
        file = written(tmp_path, EITHER_WAY)
        assert "Say it with --timestamp-format." in stopped(file).sentences[0]
        answers = Answers(timestamp_format="%m/%d/%Y %H:%M")
        assert settled(file, answers, None, accept=False).options["timestamp_format"] == "%m/%d/%Y %H:%M"

    @pytest.mark.parametrize("accept", [True, False])
    def test_a_file_without_any_time_is_told(self, tmp_path: Path, accept: bool) -> None:
        file = written(tmp_path, "Vorgang,Ereignis\n1,Eingang\n1,Bescheid\n")
        assert stopped(file, accept=accept).sentences == [
            "export.csv: no column could be a time; name one with --time and how it is written with "
            "--timestamp-format, such as %d.%m.%Y %H:%M."
        ]

    def test_a_file_that_is_not_there_is_told(self) -> None:
        with pytest.raises(Stop) as caught:
            try_file(Path("nowhere.csv"))
        assert caught.value.exit_code == Exit.CONFIGURATION
        assert caught.value.sentences == ["nowhere.csv: no such file; correct the path."]

    @pytest.mark.parametrize(
        ("flags", "sentence"),
        [
            ({"timezone": "Bremen"}, "try: timezone: 'Bremen' is no time zone; use Europe/Berlin."),
            (
                {"timestamp_format": "%Q"},
                "try: timestamp_format: '%Q' is no format of a day or time; use one such as %d.%m.%Y %H:%M.",
            ),
        ],
    )
    def test_a_dress_of_times_that_is_none_is_told(self, tmp_path: Path, flags: dict[str, str], sentence: str) -> None:
        with pytest.raises(Stop) as caught:
            try_file(written(tmp_path, LOG), **flags)
        assert caught.value.sentences == [sentence]

    def test_a_folder_that_is_not_empty_is_left_alone(self, tmp_path: Path) -> None:
        file = written(tmp_path, LOG)
        with pytest.raises(Stop) as caught, out.capture():
            try_file(file, into=tmp_path)
        assert caught.value.sentences == [f"{tmp_path}: is not empty; choose another folder with --into."]
        assert file.read_text(encoding="utf-8") == LOG

    def test_nothing_of_a_file_that_cannot_be_tried_stays_behind(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(write_key(tmp_path / "x.key", KEY)))
        with pytest.raises(Stop), out.capture():
            try_file(written(tmp_path, LOG), time="Team", into=tmp_path / "town")
        assert not (tmp_path / "town").exists()


class TestTheSteps:
    STEPS = ActivityRoles(("da", "weg", "Bescheid"), intake=("da",), decisions=("Bescheid",))

    def test_what_seems_to_be_is_taken_and_told(self) -> None:
        with out.capture() as said:
            assert settled_roles(self.STEPS, None, None, ()) == self.STEPS
        assert said.get().splitlines() == [
            "A case is received with 'da'; --intake says it otherwise.",
            "A case is decided with 'Bescheid'; --decision says it otherwise.",
        ]

    def test_flags_win(self) -> None:
        with out.capture():
            steps = settled_roles(self.STEPS, None, "weg", ("da", "Bescheid"))
        assert (steps.intake, steps.decisions) == (("weg",), ("da", "Bescheid"))

    def test_a_person_may_say_none_of_them(self) -> None:
        with out.capture():
            steps = settled_roles(self.STEPS, lambda question: NONE, None, ())
        assert (steps.intake, steps.decisions) == ((), ())

    def test_a_flag_that_names_no_activity_is_told(self) -> None:
        with pytest.raises(Stop) as caught:
            settled_roles(self.STEPS, None, None, ("Bescheide",))
        assert caught.value.exit_code == Exit.CONFIGURATION
        assert caught.value.sentences == [
            "'Bescheide' is no activity that recurs in the file; the nearest is 'Bescheid'."
        ]


@pytest.mark.slow
def test_somebodys_own_file_comes_to_its_first_page(tmp_path: Path) -> None:
    file = written(tmp_path, LOG, "own export.csv")
    write_key(tmp_path / "town.key", KEY)
    done = papierwende(tmp_path / "town", "try", str(file), "--into", str(tmp_path / "town"), "--land", "HB")
    assert done.returncode in (Exit.PUBLISHED, Exit.WARNINGS), done.stderr
    page = tmp_path / "town" / "current" / "site" / "index.html"
    assert f"The first page: {page}" in done.stdout
    text = page.read_text(encoding="utf-8")
    assert "Probe: own export.csv" in text
    assert "Teststadt" in text


def days(*counts: tuple[dt.date, int]) -> dict[str, pl.DataFrame]:
    """Events at noon of each day, so many."""
    noons = [dt.datetime.combine(day, dt.time(12)) for day, count in counts for _ in range(count)]
    return {"events": pl.DataFrame({"occurred_at": noons}, schema={"occurred_at": pl.Datetime("us")})}


BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
JUNE, LATER = dt.date(2017, 6, 30), dt.date(2020, 1, 1)


def after(days: int) -> dt.date:
    return JUNE + dt.timedelta(days=days)


def year(each: int) -> tuple[tuple[dt.date, int], ...]:
    """A year up to June, so many records every weekday."""
    return tuple((day, each) for n in range(366) if (day := after(-n)).weekday() < 5)


@pytest.mark.parametrize(
    ("counts", "newest", "ahead"),
    [
        # Fewer than one in twenty after a gap are ahead, or fewer than three; more are not.
        (((JUNE, 50), (LATER, 2)), JUNE, 2),
        (((JUNE, 70), (LATER, 3)), JUNE, 3),
        (((JUNE, 50), (LATER, 3)), LATER, 0),
        (((JUNE, 1_000), (LATER, 52)), JUNE, 52),
        (((JUNE, 1_000), (LATER, 53)), LATER, 0),
        # Three in a hundred half a year ahead: on one day, or on the days of a month.
        ((*year(4), (after(180), 32)), JUNE, 32),
        ((*year(4), *((after(180 + n), 1) for n in range(31))), JUNE, 31),
        # Scattered over the year to come, the first of them ends the log.
        ((*year(4), *((after(n), 1) for n in (90, 130, 250, 251, 300))), JUNE, 5),
        # A mistyped year at the beginning makes no gap usual.
        (((dt.date(1999, 1, 1), 1), *year(4), (after(180), 32)), JUNE, 32),
        # The last days of a log that fades out belong to it, as do the months and quarters of one that has no others.
        ((*year(4), *((after(n), 1) for n in (10, 30, 60, 110, 200))), after(200), 0),
        (tuple((after(31 * n), 9) for n in range(40)), after(31 * 39), 0),
        (((after(0), 60), (after(91), 60), (after(182), 60), (after(365), 2)), after(365), 0),
        # One that goes on after a pause, long enough to be no mistake.
        ((*year(4), *((after(200 + n), 4) for n in range(30))), after(229), 0),
        # Without a gap, what less than one in a hundred leads up to is ahead.
        (((JUNE, 10_000), *((after(50 * n), 1) for n in range(1, 40))), after(350), 32),
        # So few that none leads up to another.
        (((JUNE, 1), (LATER, 1)), LATER, 0),
        (((JUNE, 1),), JUNE, 0),
    ],
)
def test_the_day_a_log_speaks_for(counts: tuple[tuple[dt.date, int], ...], newest: dt.date, ahead: int) -> None:
    assert newest_day(days(*counts), BERLIN) == (newest, ahead)


def test_nothing_is_newer_than_the_file_unless_much_is() -> None:
    """A tenth of a month of thin rows is told by the file's own time alone; an archive's time may be 1980."""
    log = days(*year(4), *((after(3 * n), 1) for n in range(1, 10)))
    assert newest_day(log, BERLIN) == (after(27), 0)
    assert newest_day(log, BERLIN, after(1)) == (JUNE, 9)
    assert newest_day(log, BERLIN, dt.date(1980, 1, 1)) == (after(27), 0)


@pytest.mark.parametrize("ahead", [0.005, 0.01, 0.03, 0.045])
@pytest.mark.parametrize("days_ahead", [90, 183, 400])
def test_the_receipt_phase_of_a_real_town_speaks_for_its_own_last_day(ahead: float, days_ahead: int) -> None:
    """8,577 steps of five Dutch towns, some of them planted on a day that never came."""
    path = Path(os.environ.get("PAPIERWENDE_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
    if not (log := path / "receipt.xes.gz").is_file():
        pytest.skip("the shared reference data are not beside this checkout")
    told = re.findall(rb'<event>.*?time:timestamp" value="([^"T]{10})', gzip.decompress(log.read_bytes()), re.DOTALL)
    found = [dt.date.fromisoformat(day.decode()) for day in told]
    newest, count = max(found), round(ahead * len(found))
    assert newest_day(days(*((day, 1) for day in found)), BERLIN) == (newest, 0)
    planted = [*found[count:], *[newest + dt.timedelta(days=days_ahead)] * count]
    end = max(found[count:])
    assert newest_day(days(*((day, 1) for day in planted)), BERLIN) == (end, count)


def test_what_speaks_of_no_day_is_as_of_today() -> None:
    day, ahead = newest_day({}, zoneinfo.ZoneInfo("UTC"))
    assert abs(day - dt.datetime.now(dt.UTC).date()) <= dt.timedelta(days=1)
    assert ahead == 0
