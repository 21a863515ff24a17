"""Why a plan cannot be drawn or a sheet cannot be read, in sentences."""

from __future__ import annotations

from collections.abc import Iterable


class NotSampled(Exception):
    """Nothing was drawn or read.

    Attributes:
        sentences: where, what, and what to do.
    """

    def __init__(self, sentences: str | Iterable[str]) -> None:
        """Keep the sentences; the message is all of them."""
        self.sentences = [sentences] if isinstance(sentences, str) else list(sentences)
        super().__init__("\n".join(self.sentences))
