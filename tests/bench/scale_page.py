"""docs/scale.md, drawn from docs/scale.json; ``make docs`` draws it anew, ``make bench`` measures anew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tests.bench import bars, capacity
from tests.bench.chapters.figures import FROM_STEPS, HAND, SAME_TABLES
from tests.bench.chapters.walk import STEPS
from tests.bench.measured import HOUSE
from tests.bench.results import OURS, Row, Section

JSON: Final = HOUSE / "docs" / "scale.json"
MARKDOWN: Final = HOUSE / "docs" / "scale.md"
HEAD: Final = """\
# Scale: what it costs

<!-- made by `make bench` from scale.json -->

`make bench` measures all of this anew, in one run, and writes this page; `make bench EVENTS="0.1 1 10"` says for how
many million events, 100 too. It measures the invented town and files of events, which it keeps in
`~/.cache/papierwende/bench`, beside scripts written by hand and beside other programs, each in an environment of its
own. A result is compared with the product's before its time is kept. Nothing here is a test: no figure fails a build.
A run that broke off is taken up again by the next one with the same program on the same machine.

How to read it: each row is the median of n runs, each a process of its own with all it starts; wall and CPU seconds,
CPU being user and system together. Memory is the most that all its processes held at one time; what two of them share
counts twice. A ratio is the CPU Papierwende takes over the CPU the row takes, both of this same run: below 1
Papierwende takes less. Rows of the walk include the start of every program; rows of one part alone, of reading bare, of
scripts and of other programs begin when all is loaded. The builds here may take 2 GB
(`[run] memory`), unless a row says otherwise.

Where the load average before a section says that other work ran on its cores, its wall times are loaded; CPU seconds
bear that better. Seconds of two sections, or of two machines, are no ratio.

What is compared with what:

| what | Papierwende | beside it |
|---|---|---|
| map, variants, months from landing | `dbt run` of `rpt_process_map`, `rpt_variants`, `rpt_throughput_monthly` and every model they read, without tests; and their statements alone, without dbt | `tests/bench/hand/from_landing.sql`: the same three tables for the same scopes, services, offices and channels, with counts, median waits, median and 90 % times, from the same landed files; without working time, media breaks, common ways, and without judging other kinds of record. Bare read: those files into two tables |
| map, variants, months from the steps | `tests/bench/hand/from_steps.sql`: the same three from `fct_case_steps` and `fct_cases` of the published file | the row above of the script by hand |
| map, variants, durations of a log | counts from the published step and case tables | the log as one Parquet file: by hand, and by pm4py, pl4pm, r4pm |
| intake | file or server to a written delivery folder: mapped, pseudonymised, quarantined | the same file read into a table or frame |

## The bars

"""


def page(sections: Mapping[str, Section]) -> str:
    """The page as it must read."""
    lines = [*_bars(sections), "", *capacity.table(sections), ""]
    for name in sections:
        lines += [*_section(sections[name]), ""]
    return HEAD + "\n".join(lines).rstrip() + "\n"


def _bars(sections: Mapping[str, Section]) -> Iterator[str]:
    yield "| bar | at most | measured | |"
    yield "|---|---|---|---|"
    for one in bars.judged(sections):
        limit = _amount(one.bar.most, one.bar.unit)
        if one.found is None:
            yield f"| {one.bar.what} | {limit} | not measured | |"
            continue
        if one.found.note:
            yield f"| {one.bar.what} | {limit} | **not reached ({_titled(one.found.section.name)})** | {_cell(one.found.note)} |"
            continue
        measured = f"{_amount(one.found.value, one.bar.unit)} ({_titled(one.found.section.name)})"
        if one.holds:
            yield f"| {one.bar.what} | {limit} | {measured} | holds |"
            continue
        busy = f"; load {one.found.section.load[0]} on {one.found.section.machine.get('cores')} cores"
        yield f"| {one.bar.what} | {limit} | **{measured}** | **falls short**: {one.bar.why}{busy} |"


def _section(section: Section) -> Iterator[str]:
    machine, versions = section.machine, section.versions
    yield f"## {_titled(section.name)}"
    yield ""
    yield (
        f"Measured on {section.measured_on}: {machine.get('cores')} cores of {machine.get('processor')}, "
        f"{machine.get('memory_gb')} GB, kernel {machine.get('kernel')}; load average {section.load[0]} before and "
        f"{section.load[1]} after. {', '.join(f'{name} {version}' for name, version in versions.items())}."
    )
    if section.facts:
        yield ""
        yield f"Measured on: {', '.join(_fact(name, value) for name, value in section.facts.items())}."
    yield from _beside_the_script(section)
    yield ""
    yield "| what | by | n | wall s | CPU s | memory MB | ratio | |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in sorted(section.rows, key=lambda row: _first(section, row.what)):
        yield _line(section, row)


def _beside_the_script(section: Section) -> Iterator[str]:
    """What the whole build, and the three figures from its step table, take beside the script written by hand."""
    hand = section.measured(SAME_TABLES, HAND)
    build, steps = section.measured(STEPS["build"]), section.measured(FROM_STEPS)
    if not (hand and hand.cpu and hand.cpu.median):
        return
    yield ""
    if build and build.cpu:
        yield (
            f"The whole build, all models and tests, takes {build.cpu.median / hand.cpu.median:.1f} times the CPU of the "
            "script that covers three of its tables."
        )
    if steps and steps.cpu:
        yield f"Those three from the step table take {steps.cpu.median / hand.cpu.median:.2f} times its CPU."


def _first(section: Section, what: str) -> int:
    """Where a thing stands first: its rows stand together."""
    return next(number for number, row in enumerate(section.rows) if row.what == what)


def _line(section: Section, row: Row) -> str:
    if row.wall is None or row.cpu is None or row.peak_mb is None:
        return f"| {row.what} | {row.by} | | | | | | {_cell(row.note)} |"
    ours = section.measured(row.what)
    ratio = ""
    if ours is not None and ours.cpu is not None and row.by != OURS and row.cpu.median:
        ratio = f"{ours.cpu.median / row.cpu.median:.2f}"
    between = f" ({row.wall.least:,.1f} to {row.wall.most:,.1f})" if row.n > 1 else ""
    note = [row.note] if row.note else []
    note += [f"temporary files {row.disk_mb.median:,.0f} MB"] if row.disk_mb else []
    return (
        f"| {row.what} | {row.by} | {row.n} | {row.wall.median:,.2f}{between} | {row.cpu.median:,.2f} | "
        f"{row.peak_mb.median:,.0f} | {ratio} | {_cell('; '.join(note))} |"
    )


def _titled(name: str) -> str:
    return {
        "undecided": "A log without decisions",
        "receipt": "A real log",
        "services": "A town with very many services",
    }.get(name, f"{name} million events")


def _amount(value: float, unit: str) -> str:
    digits = 2 if unit in ("×", "GB") and value != int(value) else 0 if value == int(value) else 1
    return f"{value:,.{digits}f} {unit}"


def _fact(name: str, value: float) -> str:
    if name.endswith("_mb"):
        return f"{name.removesuffix('_mb')} {value:,.{0 if value >= 10 else 1}f} MB"
    return f"{value:,.0f} {name}"


def _cell(text: str) -> str:
    return re.sub(r"([|\[])", r"\\\1", " ".join(text.split()))
