"""Which paths of a process may be told beside its steps and transitions: they are made of the same cases."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from dashboards.questions.hidden_rows import HiddenRows


def paths_without_rest(
    paths: list[tuple[int, list[str]]], most: int, least: int, untold: Collection[int] = ()
) -> list[int]:
    """The places of the commonest paths that may be told beside what all of them add up to.

    `paths` are cases and steps, commonest first; those at `untold` stay so. From the cases of a step, or of a change of
    steps, those of the told paths can be taken off: what is left must be none or no few. Until it is, the rarest told
    path with it is given up.
    """
    traits = [_traits(steps) for _, steps in paths]
    rest: Counter[tuple[str, str, int]] = Counter()
    for (cases, _), held in zip(paths, traits, strict=True):
        rest.update(dict.fromkeys(held, cases))
    shown = [place for place, (cases, _) in enumerate(paths[:most]) if cases >= least and place not in untold]
    for place in shown:
        rest.subtract(dict.fromkeys(traits[place], paths[place][0]))
    while few := {trait for trait, cases in rest.items() if 0 < cases < least}:
        betrayed = [place for place in shown if few & traits[place]]
        if not betrayed:
            break
        shown.remove(betrayed[-1])
        rest.update(dict.fromkeys(traits[betrayed[-1]], paths[betrayed[-1]][0]))
    return shown


def told_paths(paths: list[tuple[int, list[str]]], most: int, least: int, place: str, hidden: HiddenRows) -> list[int]:
    """The same from generation to generation: a path that was given up stays so while any must be."""
    names = [" → ".join(steps) for _, steps in paths]
    held = {at for at, name in enumerate(names) if name in hidden.held(place)}
    shown, alone = paths_without_rest(paths, most, least, held), paths_without_rest(paths, most, least)
    enough = {at for at, (cases, _) in enumerate(paths[:most]) if cases >= least}
    if given_up := enough - set(alone):
        hidden.need(place, (names[at] for at in given_up | held | enough - set(shown)))
    return shown


def _traits(steps: list[str]) -> set[tuple[str, str, int]]:
    """Beginning, steps, changes of steps and end of a path, the first time and every further one."""
    times: Counter[tuple[str, str]] = Counter()
    found: set[tuple[str, str, int]] = set()
    changes = zip(["", *steps], [*steps, ""], strict=True)
    for one in [*((step, step) for step in steps), *((f"{old}\x1f", new) for old, new in changes)]:
        times[one] += 1
        found.add((*one, times[one]))
    return found
