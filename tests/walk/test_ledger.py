"""From a published booking to a proven row on the page; and a ledger that lost its end stops the run."""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.ledger import chain
from sources.demo.town.hopes import OWNER, REVIEWER, seed_of
from tests.walked import DEMO_DAY, Walked

MONTH = "2025-12"


def key_of(town: Walked, function: str) -> str:
    """The file of an invented key, which everybody may know."""
    path = town.folder.parent / f"{function}.ledger-key"
    path.write_text(seed_of(function).hex(), encoding="ascii")
    path.chmod(0o600)
    return str(path)


def recorded(town: Walked) -> subprocess.CompletedProcess[str]:
    """What the published generation shows of a measure in a month, put into the ledger."""
    return town.run(
        "ledger", "record", str(town.folder), "--measure", "M-PORTAL", "--from", MONTH, "--to", MONTH,
        "--key", key_of(town, OWNER),
    )  # fmt: skip


@pytest.mark.slow
def test_a_booking_becomes_a_proven_row_and_a_cut_ledger_stops_the_run(tiny_copy: Walked) -> None:
    town = tiny_copy
    plan, published = (
        town.ask("select ledger_id from fct_savings_ledger where claim_key like '%2025-12|euro%planned%'"),
        town.ask(
            "select accepted_eur, booking_ref from fct_cost_items where measure_id = 'M-PORTAL' and month = date '2025-12-01' "
            "and kind = 'cash_released' and accepted_eur > 0"
        ),
    )
    ((plan_id,),), ((accepted, booking),) = plan, published
    done = recorded(town)
    assert done.returncode == 0, done.stdout + done.stderr
    again = recorded(town)
    assert " already recorded." in again.stdout
    row = next(entry for entry in chain.entries(town.folder) if entry.facts.get("supersedes_id") == plan_id)
    approved = town.run(
        "ledger", "approve", "--town", str(town.folder), row.row_hash[:16], "--key", key_of(town, REVIEWER)
    )  # fmt: skip
    assert approved.returncode == 0, approved.stderr

    generation = town.database.parent.name
    ran = town.run("run", str(town.folder), "--as-of", DEMO_DAY)
    assert ran.returncode in (0, 3), ran.stdout + ran.stderr
    assert town.database.parent.name != generation, "a ledger that grew makes another generation"
    head = chain.head(town.folder)
    assert town.ask("select ledger_head from dim_generation") == [(head,)]
    status = json.loads((town.folder / "current" / "status.json").read_text(encoding="utf-8"))
    assert status["ledger_head"] == head
    told = town.ask(
        "select status, owner_function, reviewer_function, gross, net, supersedes_id, reason, evidence_ref, is_standing "
        "from fct_savings_ledger where ledger_id = ?",
        row.row_hash[:16],
    )
    assert [one[:7] for one in told] == [("proven", OWNER, REVIEWER, accepted, accepted, plan_id, "measured")]
    assert told[0][7].startswith(f"{booking}@{generation}:")
    assert town.ask("select is_standing from fct_savings_ledger where ledger_id = ?", plan_id) == [(False,)]
    assert town.ask("select sum(value) from fct_savings_components where ledger_id = ?", row.row_hash[:16]) == [
        (accepted,)
    ]
    cost = town.ask(
        "select (select sum(cost) from fct_savings_ledger where effect_class = 'disbenefit' and measure_id = 'M-PORTAL' "
        "and month = date '2025-12-01'), (select sum(actual_eur) from fct_cost_items where measure_id = 'M-PORTAL' "
        "and month = date '2025-12-01' and kind <> 'cash_released')"
    )
    assert cost[0][0] == cost[0][1] > Decimal()
    page = (town.site / "einsparungen.html").read_text(encoding="utf-8")
    assert (head or "")[:12] in page
    assert "davon ist 1 nachgewiesen" in page
    assert "Nothing new" in town.run("run", str(town.folder), "--as-of", DEMO_DAY).stdout

    whole = chain.place(town.folder).read_bytes()
    _assert_stops(town, b"".join(whole.splitlines(keepends=True)[:-1]), "its end is missing or it was rewritten")
    _assert_stops(town, whole.replace(b'"expected"', b'"executed"', 1), "does not have its own hash")
    chain.place(town.folder).write_bytes(whole)
    assert town.run("run", str(town.folder), "--as-of", DEMO_DAY).returncode == 0


def _assert_stops(town: Walked, content: bytes, sentence: str) -> None:
    stands = Path(town.folder / "current").resolve()
    chain.place(town.folder).write_bytes(content)
    for command in (("run", str(town.folder), "--as-of", DEMO_DAY), ("run", str(town.folder), "--as-of", "2026-11-01")):
        ran = town.run(*command)
        (said,) = ran.stderr.splitlines()
        assert (ran.returncode, sentence in said) == (8, True), ran.stderr
    assert Path(town.folder / "current").resolve() == stands
