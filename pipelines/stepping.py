"""A step of the walk as Dagster runs it: never a part of the walk alone, in progress, and its ending recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from traceback import extract_tb
from typing import Final

import dagster as dg

from pipelines.run import progress
from pipelines.run.generation import published_generation
from pipelines.run.outcome import Exit, Outcome, Stop, interrupted, record, storage_faults_stop
from pipelines.walk.build import Workshop
from pipelines.walk.walk import TAKEN_WHOLE, Walk

MOST_CAUSES: Final = 10
STEPS: Final = ("decide", "fetch", "admit", "guard", "build", "publish")


def _refuse_a_part(context: dg.AssetExecutionContext) -> None:
    """Fail before anything is written when somebody started a part of the walk."""
    chosen = context.run.step_keys_to_execute or context.job_def.graph.node_dict
    is_part = any(layer.assets_def.is_subset for layer in context.job_def.asset_layer.data)
    if is_part or not set(STEPS) <= set(chosen):
        raise dg.Failure(TAKEN_WHOLE, allow_retries=False)


@contextmanager
def step_of(context: dg.AssetExecutionContext, walk: Walk) -> Iterator[progress.ProgressStep]:
    """A step in progress; a stop, an interrupt or a defect becomes the run's outcome before it ends the run."""
    _refuse_a_part(context)
    name, stood = context.op_execution_context.op.name, published_generation(walk.folder)
    try:
        with storage_faults_stop(walk.folder), progress.step(name) as step:
            yield step
    except Stop as stop:
        if stop.exit_code is Exit.STORAGE:
            # Half a build is of no use, and without it there is room to tell what happened.
            Workshop(walk.folder).drop_build_file()
        end(walk, Outcome(stop.exit_code, f"stopped in step {name}", sentences=stop.sentences))
        # Dagster would keep what led to it, with its messages.
        raise stop from None
    except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
        stop = interrupted(walk.folder, f"in step {name}", stood)
        end(walk, Outcome(stop.exit_code, f"interrupted in step {name}", sentences=stop.sentences))
        raise
    except Exception as defect:
        sentence = (
            f"Step {name} broke with {type(defect).__name__}; the last generation stays, the run's page shows where."
        )
        end(walk, Outcome(Exit.INTERNAL, f"broke in step {name}", sentences=[sentence]))
        raise Broke(defect) from None


class Broke(Exception):
    """A defect as Dagster may keep it: what it was and where, never its message, which could hold data or a secret."""

    def __init__(self, defect: BaseException) -> None:
        """Keep the kinds of the defect and of what led to it, and the places it passed."""
        kinds: list[str] = []
        cause: BaseException | None = defect
        while cause is not None and len(kinds) < MOST_CAUSES:
            kinds.append(type(cause).__name__)
            cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
        places = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in extract_tb(defect.__traceback__)]
        super().__init__("\n".join([", after ".join(kinds), *places]))


def end(walk: Walk, outcome: Outcome) -> None:
    """Record how the run ends."""
    # Where no room is left for the outcome, whoever started the run finds that out himself.
    with suppress(OSError):
        record(walk.folder, outcome)
