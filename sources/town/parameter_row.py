"""One line of a parameter file: what the tables of step 0 have in common."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from sources.town.mistakes import CLOCK, CODE, LEIKA_KEY

ALL = "all"
# Of one service no town has more; what is above is a slip of the hand.
MOST_CASES: Final = 10_000_000

Code = Annotated[str, StringConstraints(pattern=CODE)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]
LeikaKey = Annotated[str, StringConstraints(pattern=LEIKA_KEY)]
Clock = Annotated[str, StringConstraints(pattern=CLOCK)]


class Row(BaseModel):
    """One line of a parameter file.

    Attributes:
        file: the file's name without its ending.
        key: the columns no two rows share.
        dated: of a table with valid_to, the one or two columns that say what its rows are about.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    dated: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        begin, end = getattr(self, "valid_from", None), getattr(self, "valid_to", None)
        if begin is not None and end is not None and end < begin:
            raise ValueError(f"valid_to {end} lies before valid_from {begin}")
        return self
