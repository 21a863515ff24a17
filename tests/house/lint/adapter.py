"""What sqlfluff's templater puts in the place of dbt's ``adapter``: enough to render a macro, no database."""

from collections.abc import Callable


def dispatch(name: str, *_: object) -> Callable[..., str]:
    """A macro that renders as one harmless literal."""
    return lambda *args, **kwargs: "1"
