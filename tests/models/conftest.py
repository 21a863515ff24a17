"""What the tests of the models share: the models, compiled once."""

import datetime as dt

import pytest

from tests.models.compiled_models import CompiledModels
from tests.models.small_town import SmallTown


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> CompiledModels:
    """The real models as SQL."""
    town = SmallTown(tmp_path_factory.mktemp("compiled"))
    town.decide(dt.date(2026, 1, 31))
    return CompiledModels.of(town)
