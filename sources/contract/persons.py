"""Words for people: what is called so is no case, for all that somebody did would become one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Whole words of a name, such as that of an object type; also with the ending of several.
PERSONS: Final = frozenset((
    "actor", "agent", "antragsteller", "antragstellerin", "applicant", "approver", "assignee", "author", "bearbeiter",
    "bearbeiterin", "bearbeitung", "bediensteter", "bedienstete", "beamter", "beamte", "benutzer", "buerger",
    "buergerin", "caller", "caseworker", "citizen", "claimant", "clerk", "client", "colleague", "contact", "customer",
    "einwohner", "employee", "handler", "human", "individual", "inhaber", "kollege", "kollegin", "kunde", "kundin",
    "manager", "mandant", "mitarbeiter", "mitarbeiterin", "mitarbeitende", "officer", "operator", "originator",
    "owner", "patient", "patientin", "people", "performer", "person", "personal", "personnel", "processor", "resident",
    "resource", "ressource", "reviewer", "sachbearbeiter", "sachbearbeiterin", "sachbearbeitung", "sachbearbeitende",
    "schueler", "staff", "student", "supervisor", "user", "worker", "zustaendiger", "zustaendige",
))  # fmt: skip
_ENDINGS: Final = ("", "s", "n", "en", "nen", "es", "innen", "r")
UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def word_for_persons(name: str) -> str | None:
    """The word in a name that means a person or persons, None where there is none; ``CaseWorker`` is one word too."""
    parted = re.sub(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])", " ", unicodedata.normalize("NFKC", name))
    # Bürger:innen and Bürger*in are one word.
    gendered = re.sub(r"(?<=\w)[:*_/](?=in(nen)?\b)", "", parted.casefold().translate(UMLAUTS))
    words = re.findall(r"[0-9a-z]+", gendered)
    return next((word for word in (*words, "".join(words)) if _means_persons(word)), None)


def _means_persons(word: str) -> bool:
    return any(word.endswith(ending) and word[: len(word) - len(ending)] in PERSONS for ending in _ENDINGS)
