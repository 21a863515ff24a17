"""Takes everything into a town that waits for it, from its inbox or from a system, as a run does: its folder as argument.

It ends with delivery folders that are written and synced, before the guard. Prints the rows that were admitted.
"""

import datetime as dt
import sys
from pathlib import Path

from pipelines.commands.start import take_few_arenas
from tests.bench.measured import READY
from tests.towns import KEY

if __name__ == "__main__":
    take_few_arenas()
    from pipelines.run.run import Run
    from pipelines.walk import fetch, inbox
    from pipelines.walk.admission import together
    from sources.town.folder import read_town

    town = read_town(Path(sys.argv[1]))
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    run = Run(town, KEY, now.date(), now)
    print(READY, flush=True)
    run.landing.prepare()
    files = inbox.waiting(town, run.landing, KEY)
    admission = together(
        fetch.admit_all(run, files, lambda *_: None),
        fetch.ask_all(run, lambda *_: None),
    )
    if admission.refusals or admission.unreachable:
        sys.exit(" ".join(admission.refusals + admission.unreachable))
    print(admission.rows_read - admission.rows_quarantined)
