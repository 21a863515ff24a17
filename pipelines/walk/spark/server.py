"""Where Spark is: a server that runs elsewhere, or one that this program starts for a build on its own machine."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pipelines.run.outcome import Exit, Stop

TOKEN: Final = "SPARK_CONNECT_AUTHENTICATE_TOKEN"
PORT: Final = 15002
# A server that is there answers at once; one that begins loads a few hundred classes first.
_ANSWERS_WITHIN: Final = 10.0
_BEGINS_WITHIN: Final = 180.0
_CLASS: Final = "org.apache.spark.sql.connect.service.SparkConnectServer"
_LOG_ENDS_WITH: Final = 600


def faults(remote: str, exchange: str) -> list[str]:
    """What this machine lacks to build on Spark, one sentence each; nothing is asked of a server."""
    if exchange and not Path(exchange).is_dir():
        # To make it would fill this machine's disk where a mount is missing.
        return [f"town.toml [run] exchange: {exchange} is no folder; mount or make it, then run again."]
    if find_spec("pyspark") is None or find_spec("dbt.adapters.spark") is None:
        return [
            "town.toml [run] engine: 'spark' needs packages that are not installed; "
            "install them with `pip install 'papierwende[spark]'`."
        ]
    if not remote.startswith("local"):
        return []
    if not (_home() / "jars").is_dir():
        return [
            f"town.toml [run] remote: '{remote}' needs the whole of Spark and only its client is installed; "
            "install it with `pip install 'pyspark[connect]==4.2.*'`, or name a server."
        ]
    if not _java():
        return [
            f"town.toml [run] remote: '{remote}' needs Java 17 or newer and there is none; "
            "install it with `apt-get install openjdk-17-jre-headless`, or name a server."
        ]
    return []


def refuse_unless_ready(remote: str, exchange: str) -> None:
    """Refuse a run whose build would find no Spark.

    Args:
        remote: as town.toml says it.
        exchange: the folder town.toml names for what Spark reads and writes; empty where it names none.

    Raises:
        Stop: with exit 2 when this machine lacks something, with exit 5 when the server does not answer.
    """
    if lacking := faults(remote, exchange):
        raise Stop(Exit.CONFIGURATION, lacking)
    if not remote.startswith("local"):
        refuse_unless_it_answers(remote)


def refuse_unless_it_answers(remote: str) -> None:
    """Refuse to go on without a server.

    Raises:
        Stop: with exit 5.
    """
    place = urlsplit(remote)
    try:
        socket.create_connection((place.hostname or "", place.port or PORT), _ANSWERS_WITHIN).close()
    except OSError as error:
        raise Stop(
            Exit.UNREACHABLE,
            f"town.toml [run] remote: no Spark answers at {remote} ({error.strerror or error}); start its Connect "
            "server or correct the address, then run again. The last generation stays.",
        ) from error


@contextmanager
def connected(remote: str, folder: Path, memory: int) -> Iterator[str]:
    """The address of Spark while the block runs.

    Args:
        remote: as town.toml says it.
        folder: where a server of this machine keeps its log and what it lays aside.
        memory: bytes a server of this machine may take.

    Raises:
        Stop: with exit 70 when a server of this machine does not begin.
    """
    if not remote.startswith("local"):
        yield remote
        return
    folder.mkdir(parents=True, exist_ok=True)
    before, port = os.environ.get(TOKEN), _free_port()
    # Whoever else is on this machine knows no token, so the server does nothing for him.
    os.environ[TOKEN] = before or secrets.token_hex(16)
    try:
        with (folder / "server.log").open("wb") as log:
            server = subprocess.Popen(
                _command(remote, folder, port, memory),
                cwd=folder,
                env=os.environ | {"SPARK_HOME": str(_home()), "SPARK_LOCAL_IP": "127.0.0.1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                _wait(server, port, folder / "server.log")
                # By this very name: with a token the client speaks in clear to no other.
                yield f"sc://localhost:{port}"
            finally:
                server.terminate()
                server.wait()
    finally:
        os.environ.pop(TOKEN)
        if before is not None:
            os.environ[TOKEN] = before


def _command(master: str, folder: Path, port: int, memory: int) -> list[str]:
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": f"{memory // 2**20}m",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
    }
    told = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    return [str(_home() / "bin" / "spark-submit"), "--class", _CLASS, "--master", master, *told]


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _BEGINS_WITHIN
    while server.poll() is None and time.monotonic() < until:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.2)
    said = log.read_text(encoding="utf-8", errors="replace").strip()[-_LOG_ENDS_WITH:]
    raise Stop(Exit.INTERNAL, f"Spark did not begin on this machine; {log} tells why and ends with: {said}")


def _home() -> Path:
    """Where pyspark lies."""
    spec = find_spec("pyspark")
    return Path((spec and spec.origin) or "").parent


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(home and (Path(home) / "bin" / "java").exists()) or shutil.which("java") is not None


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
