"""Words by which columns and values of an unknown file are recognised: German town halls, and process-mining tools.

Only lists and how names are compared. What follows from a match is ``sources.proposal.propose``'s.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sources.batches.lifecycle import COMPLETIONS, NO_STEPS, STARTS

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})

# Per field the names it is known by, the surest first; written as ``squeezed`` writes them.
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "case_ref": (
        "ocelcase", "caseconceptname", "caseid", "caseref", "casenumber", "caseno", "casekey", "casenr", "aktenzeichen",
        "az", "vorgangsnummer", "vorgangsnr", "vorgangid", "vorgangsid", "vorgang", "fallnummer", "fallnr", "fallid",
        "antragsnummer", "antragsnr", "antragid", "antragsid", "geschaeftszeichen", "gz", "verfahrensnummer",
        "processinstanceid", "processinstancekey", "businesskey", "traceid", "case", "fall", "ticketid",
        "ticketnumber", "requestid", "orderid", "incidentid", "invoiceid", "applicationid", "claimid", "zaakid",
        "identificatie", "zaakidentificatie", "vorgangsnummerantrag", "instanceid",
    ),
    "activity": (
        "ocelactivity", "conceptname", "activity", "activityname", "activityen", "aktivitaet", "aktivitaetsname",
        "ereignis", "ereignisname", "ereignisart", "schritt", "schrittname", "bearbeitungsschritt", "arbeitsschritt",
        "vorgangsschritt", "taetigkeit", "event", "eventname", "eventtype", "task", "taskname", "step", "stepname",
        "action", "aktion", "handling", "phase", "verfahrensschritt", "bearbeitungsstatus", "status", "zustand",
        "milestone", "meilenstein", "activitytype", "operation",
    ),
    "occurred_at": (
        "oceltime", "timetimestamp", "timestamp", "completetimestamp", "endtimestamp", "eventtime", "eventtimestamp",
        "zeitstempel", "zeitpunkt", "ereigniszeit", "ereigniszeitpunkt", "datumuhrzeit", "datumzeit", "datetime",
        "dateandtime", "completetime", "completiontime", "endtime", "enddatetime", "endzeit", "endezeit",
        "finishtime", "finishedat", "endedat", "eventdatetime", "eventdate", "datestamp", "datum", "zeit", "time",
        "date", "occurredat", "createdat", "changedat", "erledigtam", "ddmmyyyyhhmm", "buchungszeit", "statusdatum",
    ),
    "started_at": (
        "starttimestamp", "starttime", "startdatetime", "startzeit", "startzeitpunkt", "beginn", "beginnzeit",
        "begintime", "startedat", "startevent",
    ),
    "sequence": ("sequence", "seq", "lfdnr", "laufendenummer", "reihenfolge", "eventnumber", "stepnumber"),
    "unit": (
        "orggroup", "group", "assignmentgroup", "team", "workgroup", "sachgebiet", "abteilung", "referat",
        "organisationseinheit", "unit", "orgunit", "einheit",
    ),
    "service": (
        "leistung", "leistungsname", "leistungsbezeichnung", "dienstleistung", "verwaltungsleistung", "service",
        "servicename", "antragsart", "verfahrensart", "verfahren", "leistungsart",
    ),
    "office": ("department", "amt", "dienststelle", "fachbereich", "fachdienst", "fachamt", "office", "behoerde"),
    "case_type": ("casetype", "vorgangsart", "vorgangstyp", "fallart", "antragstyp", "falltyp", "zaaktype"),
    "channel": (
        "channel", "intakechannel", "kanal", "eingangskanal", "eingangsweg", "eingangsart", "antragsweg",
        "antragskanal", "zugangskanal", "zugangsweg", "kontaktkanal", "kommunikationskanal", "communicatiekanaal",
        "communicatiekanaalnaam", "posteingangsart",
    ),
    "received_at": (
        "eingangsdatum", "eingangszeit", "eingangam", "eingegangenam", "eingang", "antragsdatum", "antragseingang",
        "receivedat", "receivedon", "receiptdate", "startdate", "registrationdate", "regdate", "startdatum",
        "anlagedatum",
    ),
    "closed_at": (
        "enddate", "closedat", "closedate", "erledigtdatum", "erledigungsdatum", "abschlussdatum", "abgeschlossenam",
        "bescheiddatum", "entscheidungsdatum", "entschiedenam", "einddatum", "abschluss", "erledigung",
    ),
    "due_at": (
        "deadline", "duedate", "dueat", "frist", "fristende", "fristablauf", "faelligam", "faelligkeit",
        "einddatumgepland",
    ),
    "outcome": ("outcome", "ergebnis", "entscheidung", "bescheidart", "resultat", "result", "resultaat"),
    "medium": ("medium", "traeger"),
    "record_ref": (),
    "document_ref": (
        "dokumentnummer", "dokumentid", "dokumentnr", "belegnummer", "belegnr", "documentid", "documentnumber",
        "barcode", "scanid", "docid",
    ),
    "scanned_at": ("scanzeit", "scandatum", "scanzeitpunkt", "gescanntam", "scannedat", "scandate", "scantime"),
    "batch_ref": ("stapel", "stapelnummer", "stapelnr", "stapelid", "batch", "batchid", "batchname"),
    "received_on": ("posteingang", "posteingangsdatum", "eingangsstempel"),
    "pages": ("seiten", "seitenzahl", "anzahlseiten", "pages", "pagecount", "images"),
    "sheets": ("blatt", "blaetter", "anzahlblatt", "sheets"),
    "document_type": ("dokumentart", "dokumenttyp", "belegart", "documenttype", "doctype", "formtype"),
    "qa_result": ("qsergebnis", "qualitaet", "qualitaetssicherung", "qaresult", "pruefergebnis"),
    "direction": ("richtung", "direction", "eingangausgang", "laufrichtung"),
    "sampled": ("stichprobe", "stichproben", "sampled", "samplesize"),
    "defects": ("fehler", "maengel", "defects", "errors"),
    "counted_on": ("zaehltag", "zaehldatum", "countedon", "countdate", "stichtag"),
    "value": ("menge", "anzahl", "value", "count", "wert"),
    "budget_line": ("haushaltsstelle", "buchungsstelle", "hhst", "budgetline", "kontierung", "sachkontoprodukt"),
    "product": ("produkt", "produktnummer", "product"),
    "account": ("sachkonto", "konto", "account"),
    "year": ("haushaltsjahr", "hhjahr", "jahr", "year"),
    "appropriation_eur": ("ansatz", "haushaltsansatz", "planansatz", "appropriation", "budget"),
    "supplementary_eur": ("nachtrag", "nachtragsansatz", "supplementary"),
    "actual_eur": ("ist", "istbetrag", "rechnungsergebnis", "anordnungssoll", "actual"),
    "post": ("stellennummer", "stellennr", "planstelle", "stelle", "postid", "positionid"),
    "grade": ("entgeltgruppe", "besoldungsgruppe", "bewertung", "eg", "grade"),
    "fte": ("stellenanteil", "vze", "vzae", "fte", "stellenumfang"),
    "lapses_on": ("kwvermerk", "kwzum", "wegfallam", "lapseson"),
    "submission_ref": ("submissionid", "einreichungsid", "einreichung", "formularid"),
    "submitted_at": ("abgeschicktam", "eingereichtam", "submittedat"),
    "aborted_step": ("abbruchschritt", "abgebrochenbei", "abortedstep"),
}  # fmt: skip

# What the name of a case number, an activity or a time often holds when it is none of the above.
HINTS: Final[dict[str, re.Pattern[str]]] = {
    "case_ref": re.compile(r"(^| )(id|nr|no|nummer|number|key|ref|zeichen|kennung|code)$|nummer$|nr$|zeichen$"),
    "activity": re.compile(r"activity|aktivitaet|schritt|ereignis|(^| )(event|status|step|task|stage|state|action)\b"),
    "occurred_at": re.compile(r"zeit|datum|(^| )(time|date|timestamp|stamp|at|am|ts)$|timestamp"),
    "started_at": re.compile(r"start|beginn|begin"),
}
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
        "absender", "empfaenger", "recipient", "leiter", "unterzeichner", *PERSONS_NUMBER,
    )
)  # fmt: skip
_PERSONAL_STEMS: Final = (
    "vorname", "nachname", "familienname", "geburt", "telefon", "handy", "mobilnummer", "strasse", "bearbeiter",
    "anschrift", "adresse", "antragsteller", "mitarbeiter", "benutzer", "bemerkung", "kommentar", "notiz", "wohnort",
    "hausnummer", "hausnr", "steuernummer", "steuerid", "kontoinhaber", "ansprechpartner", "eigentuemer", "halter",
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
NOTHING: Final = frozenset(("-", "--", "null", "none", "n/a", "na", "nan", "nil", "#n/v", "#nv", "k.a.", "k. a.", "?"))

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
        "erledigt": "other", "eingestellt": "other", "teilweise": "other", "sonstiges": "other", "other": "other",
        "unbekannt": "unknown", "offen": "unknown", "unknown": "unknown",
    },
    "medium": {
        "digital": "digital", "elektronisch": "digital", "online": "digital", "gescannt": "scanned",
        "scan": "scanned", "papier": "paper", "paper": "paper", "telefon": "voice", "persoenlich": "counter",
        "gemischt": "mixed", "hybrid": "mixed", "unbekannt": "unknown",
    },
    "direction": {
        "eingang": "in", "ein": "in", "in": "in", "inbound": "in", "ausgang": "out", "aus": "out", "out": "out",
        "outbound": "out", "nachweis": "evidence", "anlage": "evidence", "evidence": "evidence",
    },
    "qa_result": {
        "ok": "passed", "io": "passed", "bestanden": "passed", "passed": "passed", "fehlerhaft": "failed",
        "nio": "failed", "mangelhaft": "failed", "failed": "failed", "ungeprueft": "unchecked",
        "unchecked": "unchecked",
    },
}  # fmt: skip


def spaced(name: str) -> str:
    """A name as small words: ``completeTime`` and ``Complete_Time`` are ``complete time``."""
    parted = re.sub(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])", " ", unicodedata.normalize("NFKC", name))
    return re.sub(r"[^0-9a-z]+", " ", parted.casefold().translate(_UMLAUTS)).strip()


def squeezed(name: str) -> str:
    """A name or value without case, umlauts, blanks and signs."""
    return spaced(name).replace(" ", "")


def rank(name: str, field: str) -> int | None:
    """How sure a column's name means a field: 0 is surest, None when it does not."""
    known = NAMES.get(field, ())
    forms = [squeezed(name), squeezed(re.sub("^(case|event):", "", name))]
    return next((known.index(form) for form in forms if form in known), None)


def hinted(name: str, field: str) -> bool:
    """Whether a name looks as names of that field often do."""
    return field in HINTS and HINTS[field].search(spaced(name)) is not None


def personal_word(name: str) -> str | None:
    """The word in a column's name that speaks of a person, None when there is none."""
    words = spaced(name).split()
    whole = "".join(words)
    stem = next((stem for stem in _PERSONAL_STEMS if stem in whole), None)
    return stem or next((word for word in words if word in _PERSONAL_WORDS), None)


def about_applicants(name: str) -> str | None:
    """The field about applicants that a column's name means, None when it does not."""
    return next((field for field, names in ABOUT_APPLICANTS.items() if squeezed(name) in names), None)
