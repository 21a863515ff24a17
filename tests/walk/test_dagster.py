"""The command line and the web server start the same job; Dagster's own pages list both."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.run import lock
from pipelines.walk.walk import TAKEN_WHOLE
from tests.walked import PROGRAM, Walked

SELECTOR = {"repositoryLocationName": "papierwende", "repositoryName": "__repository__"}
RUNS_OF_THE_JOB = """
query($selector: PipelineSelector!) {
  pipelineOrError(params: $selector) { ... on Pipeline { name runs(limit: 10) { runId status } } }
}"""
LAUNCH = """
mutation($selector: JobOrPipelineSelector!, $config: RunConfigData) {
  launchPipelineExecution(executionParams: {selector: $selector, runConfigData: $config}) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  }
}"""
FAILURES = """
query($id: ID!) {
  logsForRun(runId: $id) { ... on EventConnection { events { ... on ExecutionStepFailureEvent {
    stepKey error { message } failureMetadata { description }
  } } } }
}"""
STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Web:
    """Dagster's web server, asked through GraphQL."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/graphql"

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The data of an answer."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answered = json.loads(answer.read())
        assert "errors" not in answered, answered["errors"]
        return answered["data"]

    def wait_until_ready(self, seconds: float = 120) -> None:
        """Return once the job is loaded."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.runs():
                    return
            except (OSError, AssertionError, KeyError):
                pass
            time.sleep(1)
        raise AssertionError("the web server did not load the job")

    def end_of(self, launched: dict[str, Any], seconds: float = 240) -> tuple[str, str]:
        """The id of a launched run and how it ended, once it has."""
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run_id, status = launched["run"]["runId"], "QUEUED"
        end = time.monotonic() + seconds
        while status not in ("SUCCESS", "FAILURE", "CANCELED") and time.monotonic() < end:
            time.sleep(2)
            status = self.ask(STATUS, id=run_id)["runOrError"]["status"]
        return run_id, status

    def runs(self) -> list[dict[str, str]]:
        """The runs on the job's page, newest first."""
        jobs = self.ask(RUNS_OF_THE_JOB, selector={**SELECTOR, "pipelineName": "walk"})
        return jobs["pipelineOrError"]["runs"]


@pytest.fixture
def web(demo_copy: Walked) -> Iterator[tuple[Web, Walked]]:
    """``papierwende ui`` on a town that the command line has run."""
    port = free_port()
    process = subprocess.Popen(
        [str(PROGRAM), "ui", str(demo_copy.folder), "--port", str(port)],
        env=demo_copy.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        server = Web(port)
        server.wait_until_ready()
        yield server, demo_copy
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=60)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def test_both_ways_start_the_same_job(web: tuple[Web, Walked]) -> None:
    server, town = web
    before = [run["status"] for run in server.runs()]
    assert set(before) == {"SUCCESS"}, "the command-line run stands on the job's page"
    stands = (town.folder / "current").resolve()
    alone = {**SELECTOR, "pipelineName": "__ASSET_JOB", "assetSelection": [{"path": ["monitor", "fct_cases"]}]}
    run_id, status = server.end_of(server.ask(LAUNCH, selector=alone, config="{}")["launchPipelineExecution"])
    assert status == "FAILURE"
    failures = [event for event in server.ask(FAILURES, id=run_id)["logsForRun"]["events"] if event]
    assert [event["failureMetadata"]["description"] for event in failures] == [TAKEN_WHOLE], failures
    assert (town.folder / "current").resolve() == stands
    config = json.dumps({"ops": {"decide": {"config": {"as_of": "2026-11-01"}}}})
    whole = {**SELECTOR, "pipelineName": "walk"}
    _, status = server.end_of(server.ask(LAUNCH, selector=whole, config=config)["launchPipelineExecution"])
    assert status == "SUCCESS"
    assert (town.folder / "current").resolve().name.startswith("2026-11-01-")
    assert len(server.runs()) == len(before) + 1


def test_a_second_run_ends_with_six_in_a_moment(demo_copy: Walked) -> None:
    with lock.locked(demo_copy.folder):
        started = time.monotonic()
        ran = demo_copy.run("run", str(demo_copy.folder), "--as-of", "2026-11-05")
        seconds = time.monotonic() - started
    assert ran.returncode == 6
    assert "another run is active" in ran.stderr
    print(f"a second run refused: {seconds:.1f} s")  # noqa: T201


def test_dagsters_instance_lies_in_the_towns_folder_and_tells_nobody(demo: Walked) -> None:
    home = demo.folder / "var" / "dagster"
    settings = (home / "dagster.yaml").read_text(encoding="utf-8")
    assert "telemetry:\n  enabled: false" in settings
    assert "run_monitoring:\n  enabled: true" in settings
    assert "max_concurrent_runs: 1" in settings
