"""What is written like a person's name: in a column of codes it would be published as one.

Precise, not broad: what a town's own words look like (Antrag prüfen, Bürgeramt Mitte) is no name. A rare value needs
no look at it, the door withholds it anyway; what recurs and is called like somebody is a clerk or a steady customer.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import polars as pl

from sources.contract.persons import UMLAUTS
from sources.values.commonest_names import FAMILY_NAMES, GIVEN_NAMES, PLAIN_WORDS

# How words end of which a town's offices and steps are made; no given name does.
WORDS_OF_OFFICES: Final = re.compile(
    r"(amt|aemter|stelle|abteilung|referat|dezernat|sachgebiet|fachbereich|fachdienst|bereich|dienst|team|buero|zentrum|"
    r"zentrale|zentral|center|centrum|kasse|archiv|haus|halle|schule|kita|park|platz|strasse|weg|mitte|nord|sued|ost|"
    r"west|stadt|ort|land|kreis|bezirk|verwaltung|behoerde|aufsicht|ordnung|pruefung|bearbeitung|erteilung|meldung|"
    r"bestaetigung|genehmigung|bewilligung|ablehnung|mahnung|zahlung|anhoerung|beteiligung|entscheidung|beratung|"
    r"leistung|versicherung|sicherung|sendung|stellung|nahme|antrag|bescheid|eingang|ausgang|post|druck|scan|fax|mail|"
    r"online|akte|vorgang|verfahren|schreiben|formular|anlage|nachweis|ausweis|unterlagen|rechnung|gebuehr|abgabe|"
    r"steuer|hilfe|geld|recht|wesen|sachen|register|urkunde|auskunft|service|portal|system|beleg|vermerk|gespraech|"
    r"termin|frist|abschluss|beginn|ende|phase|stufe|schritt|gymnasium|grundschule|bibliothek|museum|garten|"
    r"friedhof|feuerwehr|personal|finanzen|soziales|jugend|umwelt|verkehr|bauen|kultur|sport|gesundheit)(e|en|er|es|s|n)?$"
)  # fmt: skip
TITLE: Final = re.compile(r"^(?:frau|herrn?|hr\.|fr\.)\s+(?!und\b|oder\b|im\b|in\b|fuer\b|am\b|&)[^\W\d_]{2,}")
DEGREE: Final = re.compile(
    r"^(?:prof\.\s*)?(?:dr\.|prof\.|dipl\.-\w+\.?)\s*(?:\w+\.\s*)*[^\W\d_]{3,}(?:[ -][^\W\d_]{3,})*$"
)
PARTICLES: Final = frozenset(("von", "van", "vom", "zu", "zur", "de", "der", "den", "di", "da", "el", "al", "ben"))
MOST_WORDS: Final = 5
SHORTEST_IN_A_LOGIN: Final = 4


def is_like_a_name(text: str) -> bool:
    """Whether a value is written as a person is called: Meyer, Petra; Petra Meyer; Frau Meyer; p.meyer; MEYER."""
    folded = _folded(text)
    if any(sign.isdigit() for sign in folded.rstrip("0123456789")):
        return False
    if TITLE.match(folded) or DEGREE.match(folded):
        return True
    if "," in folded:
        return _is_turned_round(text)
    words = folded.split()
    if len(words) == 1:
        return _is_one_word_for_somebody(folded)
    return len(words) <= MOST_WORDS and _is_full_name(text.split(), words)


def names_among(values: pl.Series) -> pl.Series:
    """Which values are written like a name."""
    found = [value for value in values.unique().drop_nulls() if is_like_a_name(value)]
    return values.is_in(found).fill_null(False)


def _is_turned_round(text: str) -> bool:
    """Meyer, Petra, and Meyer, P. as no office and no step is written."""
    parts = [part.split() for part in text.split(",")]
    if len(parts) != 2 or not all(parts) or sum(map(len, parts)) > MOST_WORDS:
        return False
    words = [_folded(word) for part in parts for word in part]
    if _is_given(_folded(parts[1][0])):
        return True
    return all(_is_capitalised(word) for part in parts for word in part) and not any(map(is_of_an_office, words))


def _is_full_name(written: list[str], words: list[str]) -> bool:
    named = [(word, plain) for word, plain in zip(written, words, strict=True) if plain not in PARTICLES]
    if not all(_is_capitalised(word) for word, _ in named) and not all(map(str.islower, written)):
        return False
    plain = [word for _, word in named]
    if len(plain) < 2 or any(map(is_of_an_office, plain)):
        return False
    if any(len(word.rstrip(".")) == 1 for word in plain):
        return any(_is_family(word) for word in plain)
    return any(_is_given(word) or (word not in PLAIN_WORDS and _is_family(word)) for word in plain)


def _is_one_word_for_somebody(word: str) -> bool:
    """MEYER and Petra; p.meyer, petra.meyer, pmeyer, meyer_p and meyer2 as people log in."""
    word = word.rstrip("0123456789")
    parts = [part for part in re.split(r"[._-]", word) if part]
    if len(parts) == 2:
        first, last = sorted(parts, key=len) if min(map(len, parts)) == 1 else parts
        if _is_given(first) or _is_given(last) or (_is_family(first) and _is_family(last)):
            return not any(map(is_of_an_office, parts))
        is_login = len(first) == 1 and len(last) >= SHORTEST_IN_A_LOGIN and "." in word
        return (is_login or (len(first) == 1 and _is_family(last))) and not is_of_an_office(last)
    if word in PLAIN_WORDS:
        return False
    bare = (word, word[1:], word[:-1])
    return _is_given(word) or any(_is_family(part) and part not in PLAIN_WORDS for part in bare)


def _is_given(word: str) -> bool:
    return all(part in GIVEN_NAMES for part in word.split("-"))


def _is_family(word: str) -> bool:
    return all(part in FAMILY_NAMES for part in word.split("-"))


def is_of_an_office(word: str) -> bool:
    """Whether a word, folded, ends as the words of offices and their steps do."""
    return WORDS_OF_OFFICES.search(word) is not None


def _is_capitalised(word: str) -> bool:
    return word[:1].isupper() and all(sign.isalpha() or sign in "-.'’" for sign in word)


def _folded(text: str) -> str:
    """Small letters without their dots and accents, ä as ae."""
    low = text.strip().lower().translate(UMLAUTS | {305: "i", 322: "l"})
    return "".join(sign for sign in unicodedata.normalize("NFKD", low) if not unicodedata.combining(sign))
