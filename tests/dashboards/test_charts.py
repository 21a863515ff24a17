"""Each chart of the invented town's pages is sound Vega-Lite: runs draw them without asking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import pytest

from dashboards.drawing import rendering, theme
from dashboards.site import build_site


def test_every_chart_holds_the_schema(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str] = []

    def configured(chart: alt.TopLevelMixin, canvas: theme.Canvas) -> dict[str, Any]:
        chart.to_dict()
        held.append(canvas.name)
        return theme.configured(chart, canvas)

    monkeypatch.setattr(rendering, "configured", configured)
    build_site(site.parent / "papierwende.duckdb", tmp_path / "site")
    assert held.count("wide") == held.count("narrow") > 10
    with pytest.raises(alt.utils.schemapi.SchemaValidationError):
        configured(alt.Chart(alt.Data(values=[])).mark_bar(color=3), theme.WIDE)
