"""What words mean in the values of an unknown file, and which speak of persons; how names are compared.

Only lists and how names are compared. What follows from a match is ``sources.proposal.propose``'s.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sources.batches.lifecycle import COMPLETIONS, NO_STEPS, STARTS
from sources.contract.persons import UMLAUTS

# Numbers that name one person: they become pseudonyms, but all of a person's cases would look like one.
PERSONS_NUMBER: Final = frozenset(("patient", "customer", "kunde", "client", "citizen", "buerger", "person", "student"))

_PERSONAL_WORDS: Final = frozenset(
    (
        "name", "names", "user", "resource", "owner", "creator", "author", "agent", "operator", "worker", "mail",
        "email", "tel", "fax", "plz", "zip", "ort", "str", "note", "notes", "bic", "processor", "handler", "titel",
        "title", "initiator", "performer", "originator", "responsible", "zustaendig", "text", "memo", "info",
        "gender", "sex", "age", "alter", "city", "street", "subject", "anlass", "person", "login", "kuerzel",
        "namenszeichen", "hinweis", "iban", "editor", "approver", "inserter", "blocker", "requester", "requestor",
        "submitter", "reviewer", "manager", "officer", "caseworker", "caller", "reporter", "contact", "sender",
        "absender", "empfaenger", "recipient", "leiter", "unterzeichner", "bedienung", "ansprechperson",
        "veranlasst", "korrespondenz", "nachricht", "bediener",
        "sachbearbeitung", "buchhalter", "bewirtschafter", "stelleninhaber", "inhaber", *PERSONS_NUMBER,
    )
)  # fmt: skip
_PERSONAL_STEMS: Final = (
    "vorname", "nachname", "familienname", "geburt", "telefon", "handy", "mobilnummer", "strasse", "bearbeiter",
    "anschrift", "adresse", "antragsteller", "mitarbeiter", "benutzer", "bemerkung", "kommentar", "notiz", "wohnort",
    "hausnummer", "hausnr", "steuernummer", "steuerid", "kontoinhaber", "ansprechperson", "ansprechpartner",
    "eigentuemer", "halter",
    "geschlecht", "staatsangehoer", "nationalitaet", "familienstand", "konfession", "religion", "firstname",
    "lastname", "surname", "fullname", "birth", "phone", "address", "comment", "remark", "clerk", "employee",
    "assignee", "username", "applicant", "freitext", "betreff", "beschreibung", "description", "unterschrift",
    "postleitzahl", "behandler", "zustaendige", "verantwortlich", "iban", "kontonummer", "personalnummer", "ausweis",
    "passnummer", "kennzeichen", "begruendung",
)  # fmt: skip
ABOUT_APPLICANTS: Final[dict[str, tuple[str, ...]]] = {
    "district": ("stadtteil", "ortsteil", "bezirk", "district", "stadtbezirk", "quartier"),
    "applicant_kind": ("antragstellerart", "antragstellertyp", "applicantkind", "applicanttype", "kundenart"),
    "form_language": ("sprache", "formularsprache", "language"),
    "visits": ("vorsprachen", "besuche", "visits"),
}
LIFECYCLE: Final = STARTS | COMPLETIONS | NO_STEPS
# Per closed vocabulary what its words are called in exports; compared as ``squeezed``.
MEANINGS: Final[dict[str, dict[str, str]]] = {
    "channel": {
        "online": "online", "internet": "online", "onlineantrag": "online", "onlineformular": "online",
        "portal": "online", "serviceportal": "online", "web": "online", "webformular": "online", "website": "online",
        "onlinedienst": "online", "ozg": "online", "app": "online", "elektronisch": "online", "digital": "online",
        "fitconnect": "online",
        "email": "email", "mail": "email", "emailpostfach": "email", "permail": "email", "peremail": "email",
        "demail": "email", "ebo": "email", "ebpo": "email",
        "post": "post", "brief": "post", "postalisch": "post", "briefpost": "post", "perpost": "post",
        "papier": "post", "schriftlich": "post", "letter": "post", "paper": "post",
        "schalter": "counter", "persoenlich": "counter", "vorort": "counter", "buergerbuero": "counter",
        "counter": "counter", "desk": "counter", "balie": "counter", "vorsprache": "counter", "tresen": "counter",
        "inperson": "counter", "branch": "counter",
        "telefon": "phone", "telefonisch": "phone", "phone": "phone", "anruf": "phone", "telephone": "phone",
        "115": "phone", "call": "phone", "callcenter": "phone",
        "fax": "fax", "perfax": "fax", "telefax": "fax",
        "intern": "internal", "internal": "internal", "vonamtswegen": "internal", "hauspost": "internal",
        "unbekannt": "unknown", "unknown": "unknown", "sonstige": "unknown", "sonstiges": "unknown",
        "other": "unknown",
    },
    "outcome": {
        "bewilligt": "granted", "genehmigt": "granted", "erteilt": "granted", "granted": "granted",
        "approved": "granted", "gewaehrt": "granted", "zugestimmt": "granted",
        "stattgegeben": "granted", "positiv": "granted", "accepted": "granted",
        "abgelehnt": "refused", "versagt": "refused", "refused": "refused", "rejected": "refused",
        "negativ": "refused", "denied": "refused", "declined": "refused", "abgewiesen": "refused",
        "nichterteilt": "refused", "nichtgenehmigt": "refused",
        "zurueckgezogen": "withdrawn", "zurueckgenommen": "withdrawn", "withdrawn": "withdrawn",
        "ruecknahme": "withdrawn", "antragzurueckgezogen": "withdrawn", "storniert": "withdrawn",
        "cancelled": "withdrawn", "canceled": "withdrawn",
        "erledigt": "other", "sonstigeerledigung": "other", "eingestellt": "other", "teilweise": "other",
        "sonstiges": "other", "other": "other",
        "unbekannt": "unknown", "offen": "unknown", "unknown": "unknown",
    },
    "medium": {
        "digital": "digital", "elektronisch": "digital", "online": "digital", "gescannt": "scanned",
        "scan": "scanned", "papier": "paper", "paper": "paper", "telefon": "voice", "persoenlich": "counter",
        "gemischt": "mixed", "hybrid": "mixed", "unbekannt": "unknown", "muendlich": "voice", "schalter": "counter",
        "vorort": "counter",
    },
    "kind": {
        "einmalig": "one_off", "einmal": "one_off", "investiv": "one_off", "einfuehrung": "one_off",
        "laufend": "running", "wiederkehrend": "running", "betrieb": "running", "wartung": "running",
        "parallel": "parallel", "parallelbetrieb": "parallel", "doppelt": "parallel",
        "minderausgabe": "cash_released", "einsparung": "cash_released", "eingespart": "cash_released",
        "seiten": "printed_pages", "druckseiten": "printed_pages", "blatt": "printed_sheets", "sendungen": "post_items",
        "porto": "post_cost_eur", "laufendemeter": "shelf_metres", "regalmeter": "shelf_metres", "akten": "files",
    },
    "origin": {
        "fremdbeleg": "external", "extern": "external", "eigendruck": "own_print", "eigenbeleg": "own_print",
        "digitaleingegangen": "digital_sender", "ungeklaert": "unknown", "unbekannt": "unknown",
    },
    "qr_status": {
        "keinqr": "absent", "kein": "absent", "ohne": "absent", "unlesbar": "unreadable", "nichtlesbar": "unreadable",
        "gelesen": "decoded", "erkannt": "decoded", "zugeordnet": "assigned", "falschzugeordnet": "misassigned",
        "fehlzugeordnet": "misassigned",
    },
    "direction": {
        "eingang": "in", "ein": "in", "in": "in", "inbound": "in", "ausgang": "out", "aus": "out", "out": "out",
        "outbound": "out", "nachweis": "evidence", "anlage": "evidence", "evidence": "evidence",
    },
    "qa_result": {
        "ok": "passed", "io": "passed", "bestanden": "passed", "passed": "passed", "fehlerhaft": "failed",
        "nio": "failed", "nichtio": "failed", "mangelhaft": "failed", "failed": "failed", "ungeprueft": "unchecked",
        "nichtgeprueft": "unchecked",
        "unchecked": "unchecked",
    },
}  # fmt: skip


def spaced(name: str) -> str:
    """A name as small words: ``completeTime`` and ``Complete_Time`` are ``complete time``."""
    parted = re.sub(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])", " ", unicodedata.normalize("NFKC", name))
    return re.sub(r"[^0-9a-z]+", " ", parted.casefold().translate(UMLAUTS)).strip()


def squeezed(name: str) -> str:
    """A name or value without case, umlauts, blanks and signs."""
    return spaced(name).replace(" ", "")


def personal_word(name: str) -> str | None:
    """The word in a column's name that speaks of a person, None when there is none."""
    words = spaced(name).split()
    whole = "".join(words)
    stem = next((stem for stem in _PERSONAL_STEMS if stem in whole), None)
    # "Gebucht durch", "Frankiert von": whoever did it.
    doer = words[-1] if len(words) > 1 and words[-1] in ("durch", "von", "by") else None
    return stem or doer or next((word for word in words if word in _PERSONAL_WORDS), None)


def about_applicants(name: str) -> str | None:
    """The field about applicants that a column's name means, None when it does not."""
    return next((field for field, names in ABOUT_APPLICANTS.items() if squeezed(name) in names), None)
