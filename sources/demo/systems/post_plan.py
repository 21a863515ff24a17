"""The post plan: every post with its office, grade and share of a full one, without a name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from sources.demo.systems.accounts import FileAccount
from sources.demo.town import catalogue as c
from sources.demo.town.days import Days
from sources.demo.town.plan import live_measures
from sources.demo.town.services_offered import SERVICES

SOURCE: Final = "stellenplan"
HEADER: Final = ("Stelle", "Amt", "Bewertung", "VZÄ", "kw zum")
STAFF_OF_BAND: Final = {"1-4": 3, "5-9": 6, "10-19": 13, "20-49": 28, "50+": 61, "unknown": 5}
GRADES: Final = ("E5", "E6", "E8", "E9a", "E9b", "E10", "A8", "A9", "A10", "A11", "A12", "A13")
_GRADE_SHARES: Final = (0.08, 0.14, 0.14, 0.17, 0.08, 0.05, 0.08, 0.08, 0.07, 0.06, 0.03, 0.02)
_HUNDREDTHS: Final = (100, 75, 50, 62)
_PART_TIME: Final = (0.64, 0.16, 0.13, 0.07)


@dataclass(frozen=True)
class Post:
    """One post: ``hundredths`` of a full one; ``lapses_on`` where it goes (kw)."""

    number: str
    office: str
    grade: str
    hundredths: int
    lapses_on: dt.date | None


def posts_planned(days: Days, rng: np.random.Generator) -> list[Post]:
    """The posts of the current year; a few lapse where a measure went live."""
    eased = {s.office for measure in live_measures() for s in SERVICES if s.code in measure.shares and measure.cash}
    end = dt.date(days.as_of.year + 1, 12, 31)
    posts: list[Post] = []
    for place, office in enumerate(c.OFFICES):
        heads = STAFF_OF_BAND[office.staff_band]
        grades = rng.choice(len(GRADES), heads, p=_GRADE_SHARES)
        sizes = rng.choice(len(_HUNDREDTHS), heads, p=_PART_TIME)
        goes = rng.random(heads) < (0.09 if office.code in eased else 0.01)
        posts += [
            Post(
                number=f"{10 + place}.{number:03d}",
                office=office.code,
                grade=GRADES[grades[number - 1]],
                hundredths=_HUNDREDTHS[sizes[number - 1]],
                lapses_on=end if goes[number - 1] else None,
            )
            for number in range(1, heads + 1)
        ]
    return posts


def write_post_plan(folder: Path, days: Days, posts: list[Post]) -> list[FileAccount]:
    """Write ``inbox/stellenplan/stellenplan_YYYY.csv``."""
    path = folder / "inbox" / SOURCE / f"stellenplan_{days.as_of:%Y}.csv"
    lines = [";".join(HEADER)]
    for post in posts:
        share = f"{post.hundredths // 100},{post.hundredths % 100:02d}"
        lapses = f"{post.lapses_on:%d.%m.%Y}" if post.lapses_on else ""
        lines.append(";".join((post.number, post.office, post.grade, share, lapses)))
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("windows-1252"))
    return [FileAccount(path.relative_to(folder).as_posix(), SOURCE, len(posts))]
