"""``make bench``: measures, keeps what was measured in docs/scale.json and draws docs/scale.md from it.

    python -m tests.bench --events 0.1 1 --also undecided receipt services

Sections that are not asked for stay as they were measured before. A run that broke off is taken up again where the
program and the machine are the same; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pipelines.walk.parsed import parsed_models
from tests.bench.chapters import events, receipt, services, undecided
from tests.bench.measuring import Measuring
from tests.bench.results import read_sections, write_sections
from tests.bench.scale_page import JSON, MARKDOWN, page

ALSO: Final[dict[str, Callable[[Measuring], None]]] = {
    "undecided": undecided.measure_all,
    "receipt": receipt.measure_all,
    "services": services.measure_all,
}
# A town of ten million events takes too long to be run more than once by default.
MANY: Final = 5.0


def main(arguments: argparse.Namespace) -> None:
    """Measure section after section; each is written when it is whole."""
    # The first run of a program version parses the models; that is no part of any town's run.
    parsed_models(None)
    for millions in arguments.events:
        runs = arguments.runs or (1 if millions >= MANY else 3)
        _section(f"{millions:g}", runs, arguments, lambda measuring, m=millions: events.measure_all(measuring, m))
    for name in arguments.also:
        _section(name, arguments.runs or 3, arguments, ALSO[name])


def _section(name: str, runs: int, arguments: argparse.Namespace, measure: Callable[[Measuring], None]) -> None:
    print(f"{name}: each {runs} times", flush=True)
    began = time.monotonic()
    measuring = Measuring.of(name, runs, is_fresh=arguments.fresh)
    measure(measuring)
    sections = read_sections(arguments.json) | {name: measuring.finished()}
    write_sections(arguments.json, sections)
    arguments.page.write_text(page(sections), encoding="utf-8")
    print(f"{name}: measured in {(time.monotonic() - began) / 60:.1f} minutes; {arguments.page} shows it", flush=True)


def asked(words: list[str] | None = None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--events", type=float, nargs="*", default=[0.1, 1.0], help="million events, such as 0.1 1 10 100"
    )
    parser.add_argument("--also", nargs="*", choices=ALSO, default=[*ALSO], help="sections that are of no size")
    parser.add_argument("--runs", type=int, help="of each thing; 3 where left out, 1 from 5 million events on")
    parser.add_argument("--fresh", action="store_true", help="take no unfinished run up again")
    parser.add_argument("--json", type=Path, default=JSON)
    parser.add_argument("--page", type=Path, default=MARKDOWN)
    return parser.parse_args(words)


if __name__ == "__main__":
    main(asked())
