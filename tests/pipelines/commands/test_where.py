"""Which town a command means when it names none: as git finds its folder, upwards from where one stands."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.commands.main import app
from pipelines.commands.where import town_and_source, town_around
from pipelines.run.outcome import Exit, Stop
from tests.towns import environment, make_town


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A town with one source called portal."""
    folder = tmp_path / "town"
    make_town(folder)
    return folder


def said(town: Path, *words: str, **variables: str) -> Result:
    """What a command says in the environment of a town; a stop is its exception."""
    return CliRunner().invoke(app, list(words), env={**environment(town), "PAPIERWENDE_TOWN": None, **variables})


@pytest.mark.parametrize("below", [".", "inbox", "parameters"])
def test_a_command_finds_the_town_around_where_one_stands(
    town: Path, below: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(town / below)
    assert town_around() == town
    done = said(town, "check")
    assert done.exit_code == Exit.PUBLISHED and done.exception is None


def test_the_nearest_town_counts(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = town / "inbox" / "another"
    make_town(inner)
    monkeypatch.chdir(inner)
    assert town_around() == inner


def test_a_folder_that_is_named_counts_before_the_one_around(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(town)
    done = said(town, "check", str(tmp_path / "nowhere"))
    assert isinstance(done.exception, Stop) and "nowhere" in done.exception.sentences[0]
    done = said(town, "check", PAPIERWENDE_TOWN=str(tmp_path / "elsewhere"))
    assert isinstance(done.exception, Stop) and "elsewhere" in done.exception.sentences[0]


def test_outside_of_every_town_a_command_says_what_to_do(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = said(town, "check")
    assert isinstance(done.exception, Stop) and done.exception.exit_code is Exit.CONFIGURATION
    (sentence,) = done.exception.sentences
    assert "town.toml" in sentence and "papierwende init" in sentence


def test_a_single_word_names_a_source_of_the_town_around(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(town)
    monkeypatch.delenv("PAPIERWENDE_TOWN", raising=False)
    assert town_and_source(Path("portal"), None) == (town, "portal")
    assert town_and_source(Path(), "portal") == (Path(), "portal")
    assert town_and_source(town, None) == (town, None)
    done = said(town, "sources", "test", "portal")
    assert done.exit_code == Exit.PUBLISHED and not isinstance(done.exception, Stop)


def test_a_single_word_names_a_source_of_the_town_in_the_environment(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = said(town, "sources", "test", "portal", PAPIERWENDE_TOWN=str(town))
    assert done.exit_code == Exit.PUBLISHED and not isinstance(done.exception, Stop)
