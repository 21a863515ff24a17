"""Where Spark is: what a machine lacks is one sentence, and a server that is not there stops the run before it begins."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.run.outcome import Exit, Stop
from pipelines.walk.spark import server
from tests.towns import PORTAL, environment, make_town

SPARK = '[run]\nstill_seconds = 0\nengine = "spark"\nremote = "{}"\n'


@pytest.fixture
def nobody() -> str:
    """An address at which nobody listens."""
    return f"sc://127.0.0.1:{server._free_port()}"


def test_packages_that_are_missing_are_named_with_the_command_that_installs_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "find_spec", lambda _: None)
    (said,) = server.faults("sc://spark.example", "")
    assert "pip install 'papierwende[spark]'" in said


def test_a_client_alone_is_no_spark_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setattr(server, "_home", lambda: tmp_path)
    (said,) = server.faults("local[*]", "")
    assert "only its client is installed" in said
    assert server.faults("sc://spark.example", "") == []


def test_without_java_there_is_no_spark_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    (said,) = server.faults("local[2]", "")
    assert "Java 17" in said
    assert "apt-get install openjdk-17-jre-headless" in said


def test_an_exchange_that_is_no_folder_is_never_made(tmp_path: Path) -> None:
    (said,) = server.faults("sc://spark.example", str(tmp_path / "mount"))
    assert f"{tmp_path / 'mount'} is no folder" in said
    assert not (tmp_path / "mount").exists()


def test_a_server_that_does_not_answer_is_unreachable(nobody: str) -> None:
    with pytest.raises(Stop) as stopped:
        server.refuse_unless_it_answers(nobody)
    assert stopped.value.exit_code is Exit.UNREACHABLE
    assert f"no Spark answers at {nobody} (Connection refused)" in str(stopped.value)


def test_a_server_that_answers_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.refuse_unless_it_answers(f"sc://127.0.0.1:{listening.getsockname()[1]}/;user_id=town")


def test_a_spark_of_this_machine_that_does_not_begin_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    (tmp_path / "spark-defaults.conf").write_text(
        "spark.driver.extraJavaOptions -agentlib:nosuchthing\n", encoding="utf-8"
    )
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    monkeypatch.delenv(server.TOKEN, raising=False)
    with pytest.raises(Stop, match="nosuchthing") as stopped, server.connected("local[1]", tmp_path / "spark", 10**9):
        pass
    assert stopped.value.exit_code is Exit.INTERNAL
    assert str(tmp_path / "spark" / "server.log") in str(stopped.value)
    assert server.TOKEN not in server.os.environ


def program(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    code = "from pipelines.commands.start import main; main()"
    told = [sys.executable, "-c", code, command, str(folder)]
    return subprocess.run(told, env=environment(folder), capture_output=True, text=True, check=False)


def test_a_town_is_in_order_while_its_server_sleeps_but_not_without_its_exchange(tmp_path: Path, nobody: str) -> None:
    pytest.importorskip("pyspark")
    folder = make_town(tmp_path / "town", SPARK.format(nobody) + PORTAL)
    assert program(folder, "check").returncode == 0
    settings = folder / "town.toml"
    lacking = f'remote = "{nobody}"\nexchange = "{tmp_path / "mount"}"'
    settings.write_text(settings.read_text("utf-8").replace(f'remote = "{nobody}"', lacking), "utf-8")
    checked = program(folder, "check")
    assert checked.returncode == Exit.CONFIGURATION
    assert "is no folder; mount or make it" in checked.stdout + checked.stderr


def test_a_run_without_its_server_ends_before_anything_is_read(tmp_path: Path, nobody: str) -> None:
    pytest.importorskip("pyspark")
    folder = make_town(tmp_path / "town", SPARK.format(nobody) + PORTAL)
    ran = program(folder, "run")
    assert ran.returncode == Exit.UNREACHABLE, ran.stdout + ran.stderr
    assert f"no Spark answers at {nobody}" in ran.stdout + ran.stderr
    assert not (folder / "current").exists()
