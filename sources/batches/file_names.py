"""How a delivered file is called in a sentence: what a run says is kept and sent about, and a name may be somebody's.

Words of the source's own path, plain words of exports, dates and numbers stay; every other word is cut, and the place
in its folder says which file it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from sources.contract.persons import UMLAUTS
from sources.values.names import is_of_an_office

WORDS_OF_EXPORTS: Final = frozenset((
    "antraege", "faelle", "vorgaenge", "lieferung", "export", "exporte", "import", "daten", "datei", "liste",
    "index", "log", "bericht", "stand", "voll", "delta", "teil", "probe", "test", "monat", "quartal", "jahr",
    "tag", "woche", "kw", "neu", "alt", "januar", "februar", "maerz", "april", "mai", "juni", "juli", "august",
    "september", "oktober", "november", "dezember", "backup", "dump", "rest", "von", "bis", "und", "mit",
    "ohne",
))  # fmt: skip
KEPT_LETTERS: Final = 2
MOST_SHOWN: Final = 3
MOST_DIGITS: Final = 8
CUT: Final = "…"
ENDING: Final = re.compile(
    r"\.(csv|txt|tsv|xlsx?|xlsm|jsonl?|ndjson|parquet|xes|xml|jsonocel|xmlocel|sqlite|dat|zip|gz|md5|done|ok|ready|half)$",
    re.IGNORECASE,
)


def shown_name(name: str, pattern: str = "") -> str:
    """A file's name as it may be told; ``pattern`` is the source's path, whose words are the town's own."""
    own = {word.lower() for word in re.findall(r"[^\W\d_]+", pattern)}
    stem, ending = name, ""
    while (found := ENDING.search(stem)) is not None and found.start():
        stem, ending = stem[: found.start()], found[0] + ending
    return re.sub(r"[^\W\d_]+|\d+", lambda found: _shown(found[0], own), stem) + ending


def told_of(sentence: str, path: Path, pattern: str) -> str:
    """A sentence about a delivered file without what its name could tell; a cut name is followed by its place."""
    shown = shown_name(path.name, pattern)
    if shown == path.name or path.name not in sentence:
        return sentence
    names = _names_in(path.parent, path.parent.stat().st_mtime_ns if path.parent.is_dir() else 0)
    place = f" (file {names.index(path.name) + 1} of {len(names)} in its folder)" if path.name in names else ""
    return sentence.replace(path.name, shown + place, 1).replace(path.name, shown)


def _shown(word: str, own: set[str]) -> str:
    if word.isdigit():
        return word if len(word) <= MOST_DIGITS else word[:KEPT_LETTERS] + CUT
    low = word.lower()
    plain = low.translate(UMLAUTS)
    if len(word) <= KEPT_LETTERS or low in own or plain in WORDS_OF_EXPORTS or is_of_an_office(plain):
        return word
    return word[: min(MOST_SHOWN, len(word) // 2)] + CUT


@lru_cache(maxsize=16)
def _names_in(folder: Path, changed: int) -> list[str]:
    """The names in a folder in the order of their signs, as ``LC_ALL=C ls`` lists them."""
    del changed
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []
