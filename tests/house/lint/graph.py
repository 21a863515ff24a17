"""What sqlfluff's templater puts in the place of dbt's ``graph``: one model with one metric, so that loops render."""

from types import SimpleNamespace

_METRIC = {"name_de": "x", "name_en": "x", "question_de": "x", "formula": "x", "formula_de": "x", "version": "1"}
nodes = {
    "model.house.rpt_x": SimpleNamespace(
        resource_type="model",
        name="rpt_x",
        columns={"x": SimpleNamespace(name="x", meta=SimpleNamespace(metric=_METRIC))},
    )
}
