"""A plan: how many observations, how many rounds, and when. The same inputs draw the same plan on any machine."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import math
import zoneinfo
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Final

from pipelines.sampling.refusal import NotSampled

APART: Final = 5
"""Minutes between two rounds at least."""
FEWEST_ROUNDS: Final = 30
"""However many people a round sees: how far rounds differ is only known from a good number of them."""
MOST_A_DAY: Final = 15
"""As many columns as a page has for one day."""
_Z: Final = Fraction("1.96")


@dataclass(frozen=True)
class Round:
    """One walk through the office: the local day, and the clock as the town's people read it."""

    day: dt.date
    clock: str


@dataclass(frozen=True)
class Plan:
    """What is observed, when and by which draw.

    Attributes:
        town, office_code: whose.
        kinds: the keys of the kinds of work, in the order of the sheet.
        first_day, last_day: the first and last open day.
        open_days, open_minutes: days and minutes the office is open from the first to the last.
        error: wanted half-width of the 95 % interval of a share, in percentage points.
        staff: people a round is expected to see.
        seed: what the draw began with.
        rounds: when.
    """

    town: str
    office_code: str
    kinds: tuple[str, ...]
    first_day: dt.date
    last_day: dt.date
    open_days: int
    open_minutes: int
    error: str
    staff: int
    seed: int
    rounds: tuple[Round, ...]

    @property
    def plan_id(self) -> str:
        """A fingerprint of all of it; a sheet of which anything was altered has another."""
        return hashlib.sha256(json.dumps(asdict(self), default=str, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def observations(self) -> int:
        """How many observations the rounds are expected to give."""
        return len(self.rounds) * self.staff


@dataclass(frozen=True)
class Wish:
    """What somebody wants: half-width in percentage points, people a round sees, and the seed of the draw."""

    error: Fraction
    staff: int
    seed: int


def observations(error: Fraction) -> int:
    """How many observations give a share to ± ``error`` (a share, 0.05 for 5 points) at 95 %, whatever the share.

    n = 1.96² · p (1 − p) / e² with p = 0.5 (REFA, Multimomentaufnahme); 385 for 5 points.
    """
    return math.ceil(_Z**2 / 4 / error**2)


def rounds_needed(error: Fraction, staff: int) -> int:
    """Rounds for so many observations: each sees the whole group, and there are never fewer than 30."""
    return max(math.ceil(observations(error) / staff), FEWEST_ROUNDS)


def drawn(minutes: list[dt.datetime], wish: Wish, named: str) -> list[dt.datetime]:
    """The instants of the rounds: spread evenly over the opening time, random within each part, never closer than five.

    Every fifth open minute is kept, beginning with one of the first five by lot. They are parted into runs, one for two
    rounds (the last of an odd number for three), and of each run the ones with the smallest SHA-256 of seed, office and
    instant are taken. So any open minute may be a round's, with the same chance; no day has too many; and two rounds of
    a part tell how far rounds differ there.

    Args:
        minutes: starts of all open minutes of the period, UTC, in order.
        wish: error, staff and seed.
        named: what the draw is for.

    Raises:
        NotSampled: when so many rounds do not fit into the opening time.
    """
    needed = rounds_needed(wish.error / 100, wish.staff)
    grid = minutes[int.from_bytes(_lot(wish.seed, named, "first")[:8]) % APART :: APART]
    if needed > len(grid):
        raise NotSampled(
            f"{needed} rounds do not fit into {len(minutes)} open minutes; give more --days, or a larger --error."
        )
    found: list[dt.datetime] = []
    for _, places in itertools.groupby(enumerate(parts(needed)), key=lambda place: place[1]):
        numbers = [number for number, _ in places]
        run = grid[numbers[0] * len(grid) // needed : (numbers[-1] + 1) * len(grid) // needed]
        by_lot = sorted(run, key=lambda minute: _lot(wish.seed, named, minute.isoformat()))
        found += sorted(by_lot[: len(numbers)])
    return found


def parts(rounds: int) -> list[int]:
    """Of each round the part of the period it was drawn from: 0 0 1 1 2 2 2."""
    return [min(number // 2, max(rounds // 2 - 1, 0)) for number in range(rounds)]


def local_rounds(instants: list[dt.datetime], zone: zoneinfo.ZoneInfo) -> tuple[Round, ...]:
    """Instants as the town's day and clock; the hour that comes twice in autumn says which one it is.

    Raises:
        NotSampled: when a day has more rounds than a page has columns.
    """
    rounds = tuple(Round(local.date(), _clock(local)) for local in (instant.astimezone(zone) for instant in instants))
    days = [one.day for one in rounds]
    busiest = max(days, key=days.count)
    if days.count(busiest) > MOST_A_DAY:
        raise NotSampled(
            f"{days.count(busiest)} rounds fall on {busiest}, and a page has room for {MOST_A_DAY}; give more --days, "
            "or a larger --error."
        )
    return rounds


def _clock(local: dt.datetime) -> str:
    is_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M} {local.tzname()}" if is_twice else f"{local:%H:%M}"


def _lot(seed: int, named: str, what: str) -> bytes:
    return hashlib.sha256(f"{seed}/{named}/{what}".encode()).digest()
