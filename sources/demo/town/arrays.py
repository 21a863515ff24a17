"""Names for the array types of the invented town, so that signatures stay readable, and drawing from them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]


def some_of(pool: Ints, count: int, rng: np.random.Generator) -> Ints:
    """``count`` different values of the pool in order, or all of them where it holds fewer."""
    return np.sort(rng.choice(pool, min(count, len(pool)), replace=False))
