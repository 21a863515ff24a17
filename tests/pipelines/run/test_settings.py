"""What the environment says: which town, and a key that is the town's own, private, and outside of its folder."""

from pathlib import Path

import pytest

from pipelines.run.outcome import Exit, Stop
from pipelines.run.settings import key_path, load_key, make_key, program_version, project_root, town_folder
from sources.contract.pseudonyms import Key
from sources.town.folder import Town, read_town
from tests.towns import KEY, key_file, make_town, write_key


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return read_town(make_town(tmp_path / "town"))


def refusal(town: Town) -> str:
    """The one sentence a key is refused with."""
    with pytest.raises(Stop) as stopped:
        load_key(town)
    assert stopped.value.exit_code == Exit.CONFIGURATION
    (said,) = stopped.value.sentences
    return said


def test_the_towns_key_is_loaded(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(town.folder)))
    assert load_key(town) == KEY


def test_without_a_variable_the_key_is_looked_for_under_its_id(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "papierwende" / f"{KEY.key_id}.key"
    assert str(path) in refusal(town)
    path.parent.mkdir()
    write_key(path, KEY)
    assert load_key(town) == KEY


def test_a_missing_key_is_told_with_the_way_to_it(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(tmp_path / "lost.key"))
    said = refusal(town)
    assert said.startswith(f"{tmp_path / 'lost.key'}: the pseudonym key is missing; restore it from its safe")
    assert "PAPIERWENDE_KEY_FILE" in said


def test_a_foreign_key_is_refused_with_both_ids(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = Key(bytes(32))
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(write_key(tmp_path / "foreign.key", foreign)))
    said = refusal(town)
    assert f"this is key {foreign.key_id}, town.toml expects {KEY.key_id}" in said
    assert foreign.secret.hex() not in said


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_others_may_read_is_refused_with_the_command_that_helps(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    path = write_key(tmp_path / "open.key", KEY, mode)
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(path))
    assert refusal(town) == f"{path}: others may read the key; run `chmod 600 {path}`."


def test_a_key_inside_the_towns_folder_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_key(town.folder / "var" / "town.key", KEY)
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(path))
    assert "the key must lie outside the town's folder" in refusal(town)


def test_a_link_from_outside_into_the_towns_folder_is_refused(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "link.key"
    link.symlink_to(write_key(town.folder / "var" / "town.key", KEY))
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(link))
    assert "the key must lie outside the town's folder" in refusal(town)


@pytest.mark.parametrize("text", ["", "abc", "g" * 64, "0" * 63, "ü" * 64, "0" * 128])
def test_what_is_no_key_is_refused_without_being_repeated(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = tmp_path / "broken.key"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(path))
    assert refusal(town) == f"{path}: no key; it must hold 64 hex digits."


def test_a_town_that_names_no_key_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_town(tmp_path / "town")
    toml = folder / "town.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace(f'key_id = "{KEY.key_id}"', ""), encoding="utf-8")
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
    assert "town.toml expects none in [privacy] key_id" in refusal(read_town(folder))


def test_a_new_key_is_random_private_and_named_by_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (first, path), (second, _) = make_key(), make_key()
    assert first != second
    assert path.name == f"{first.key_id}.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_key_that_exists_is_taken_and_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_key(tmp_path / "own.key", KEY)
    before = path.read_bytes()
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(path))
    assert make_key() == (KEY, path)
    assert path.read_bytes() == before


def test_a_new_key_may_be_given_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "safe" / "town.key"
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(path))
    key, made = make_key()
    assert made == path == key_path(key.key_id)
    assert path.read_text(encoding="ascii").strip() == key.secret.hex()


def test_the_town_of_the_environment_is_the_one_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAPIERWENDE_TOWN", raising=False)
    assert town_folder() is None
    monkeypatch.setenv("PAPIERWENDE_TOWN", str(tmp_path))
    assert town_folder() == tmp_path


def test_the_programs_version_names_its_code() -> None:
    number, _, fingerprint = program_version().partition("+")
    assert number.count(".") == 2
    assert len(fingerprint) == 8
    assert (project_root() / "dbt_project.yml").is_file()
