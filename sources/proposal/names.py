"""Names by which the columns of an unknown file are recognised: German town halls, and process-mining tools.

Only lists and how names are compared. What follows from a match is ``sources.proposal.propose``'s.
"""

from __future__ import annotations

import re
from typing import Final

from sources.proposal.words import spaced, squeezed

# Per field the names it is known by, the surest first; written as ``squeezed`` writes them.
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "case_ref": (
        "ocelcase", "caseconceptname", "caseid", "caseref", "casenumber", "caseno", "casekey", "casenr", "aktenzeichen",
        "az", "vorgangsnummer", "vorgangsnr", "vorgangid", "vorgangsid", "vorgang", "fallnummer", "fallnr", "fallid",
        "antragsnummer", "antragsnr", "antragid", "antragsid", "geschaeftszeichen", "gz", "verfahrensnummer",
        "processinstanceid", "processinstancekey", "businesskey", "traceid", "case", "fall", "ticketid",
        "ticketnumber", "requestid", "orderid", "incidentid", "invoiceid", "applicationid", "claimid", "zaakid",
        "identificatie", "zaakidentificatie", "vorgangsnummerantrag", "instanceid", "uebernahmevorgang",
        "vorgangsreferenz",
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
        "begintime", "startedat", "startevent", "begonnen", "begonnenam",
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
        "gemeldetam", "meldedatum", "beantragtam", "receivedat", "receivedon", "receiptdate", "startdate",
        "registrationdate", "regdate", "startdatum",
        "anlagedatum",
    ),
    "closed_at": (
        "enddate", "closedat", "closedate", "erledigtdatum", "erledigungsdatum", "abschlussdatum", "abgeschlossenam",
        "bescheiddatum", "entscheidungsdatum", "entschiedenam", "einddatum", "abschluss", "erledigung",
        "erledigtam", "erledigtzum",
    ),
    "due_at": (
        "deadline", "duedate", "dueat", "frist", "fristende", "fristablauf", "faelligam", "faelligkeit",
        "einddatumgepland",
    ),
    "outcome": ("outcome", "ergebnis", "entscheidung", "bescheidart", "resultat", "result", "resultaat"),
    "medium": ("medium", "traeger", "mediumart"),
    "record_ref": (
        "ocelevent", "identityid", "eventid", "ereignisid", "ereignisnummer", "ereignisnr", "eventuuid",
        "activityinstanceid",
        "schrittid", "historyid", "verlaufid", "logid",
    ),
    "merged_into": ("zusammengelegtmit", "zusammengefuehrtmit", "mergedinto", "fuehrenderfall", "hauptvorgang"),
    "version": ("fassung", "version", "revision", "revisionsnummer"),
    "changed_at": ("geaendertam", "letzteaenderung", "aenderungsdatum", "changedat", "modifiedat", "updatedat"),
    "document_ref": (
        "dokumentnummer", "dokumentid", "dokumentnr", "belegnummer", "belegnr", "documentid", "documentnumber",
        "barcode", "scanid", "docid", "dokument", "document",
    ),
    "scanned_at": ("scanzeit", "scandatum", "scanzeitpunkt", "gescanntam", "scannedat", "scandate", "scantime"),
    "batch_ref": (
        "charge", "chargennummer", "chargennr", "chargenid", "stapel", "stapelnummer", "stapelnr", "stapelid",
        "batch", "batchid", "batchname",
    ),
    "received_on": ("posteingang", "posteingangsdatum", "eingangsstempel", "eingang", "eingangsdatum", "eingangam"),
    "pages": ("seiten", "seitenzahl", "anzahlseiten", "pages", "pagecount", "images", "seitengesamt"),
    "sheets": ("blatt", "blaetter", "anzahlblatt", "sheets"),
    "document_type": ("dokumentart", "dokumenttyp", "belegart", "documenttype", "doctype", "formtype"),
    "qa_result": ("qsergebnis", "qualitaet", "qualitaetssicherung", "qaresult", "pruefergebnis", "pruefung", "qs"),
    "qr_status": ("qr", "qrcode", "qrstatus", "barcodestatus", "strichcode"),
    "origin": ("herkunft", "origin", "ursprung", "belegherkunft"),
    "reason": ("anlass", "grund", "versandgrund", "papiergrund", "reason"),
    "direction": ("richtung", "direction", "eingangausgang", "laufrichtung"),
    "sampled": ("gezogen", "gezogene", "stichprobe", "stichproben", "stichprobengroesse", "sampled", "samplesize"),
    "defects": ("fehler", "fehlerhaft", "maengel", "defects", "errors"),
    "finished_at": ("ende", "endezeit", "finishedat", "abgeschlossenam", "fertigam"),
    "counted_on": (
        "zaehltag", "zaehldatum", "erhebungstag", "erhebungsdatum", "stichtag", "countedon", "countdate", "tag",
        "datum",
        "day", "date", "buchungstag", "buchungsdatum", "versanddatum", "versandtag", "ablesedatum", "abrechnungstag",
        "stand",
        "monat", "abrechnungsmonat", "berichtsmonat",
    ),
    "value": ("menge", "anzahl", "value", "count", "wert"),
    "budget_line": (
        "produktkonto", "produktsachkonto", "psk", "haushaltsstelle", "haushaltsstellennr", "haushaltsstellennummer",
        "hhstelle", "hhst", "hhs", "buchungsstelle", "budgetline", "kontierung", "kontierungsobjekt",
        "sachkontoprodukt",
        "finanzposition", "haushaltsposition", "budgetlinie", "planungsstelle", "titelnummer", "titelnr", "titel",
    ),
    "product": (
        "produktnummer", "produktnr", "produkt", "produktid", "produktcode", "produktschluessel", "produktgruppe",
        "produktgruppennummer", "produktbereich", "produktbereichsnummer", "teilhaushalt", "teilplan", "pspelement",
        "kostentraeger", "unterabschnitt", "kapitel", "product",
    ),
    "account": (
        "sachkontonummer", "sachkontonr", "sachkonto", "kontonummer", "kontonr", "konto", "kontengruppe", "kontenart",
        "gruppierung", "gruppierungsnummer", "gruppe", "account",
    ),
    "year": (
        "haushaltsjahr", "hhjahr", "hjahr", "hhj", "hj", "rechnungsjahr", "planjahr", "wirtschaftsjahr", "gjahr",
        "jahr", "year",
    ),
    "cost_item": (
        "kostenposition", "kostenpositionsnummer", "position", "positionsnummer", "vertrag", "vertragsnummer",
        "rechnung",
        "rechnungsnummer", "rechnungsnr", "auftrag", "auftragsnummer", "auftragsnr", "bestellung", "bestellnummer",
        "costitem",
    ),
    "measure": (
        "massnahme", "massnahmennummer", "massnahmennr", "massnahmenid", "vorhaben", "projekt", "projektnummer",
        "projektnr",
        "measure", "measureid",
    ),
    "month": (
        "monat", "buchungsmonat", "abrechnungsmonat", "leistungsmonat", "buchungsdatum", "buchungstag", "belegdatum",
        "rechnungsdatum", "month",
    ),
    "booking_ref": (
        "buchungsbeleg", "buchungsnummer", "buchungsnr", "beleg", "belegnummer", "belegnr", "kassenzeichen",
        "anordnungsnummer", "bookingref",
    ),
    "post": (
        "stellennummer", "stellennr", "stellenid", "planstellennummer", "planstellennr", "planstelle", "stelle",
        "postid",
        "positionid",
    ),
    "grade": (
        "entgeltgruppe", "besoldungsgruppe", "stellenbewertung", "bewertung", "eingruppierung", "wertigkeit",
        "besgr", "eg",
        "egbesgr", "besoldung", "verguetungsgruppe", "tarif", "grade",
    ),
    "fte": (
        "stellenanteil", "stellenanteile", "vze", "vzae", "vk", "vollzeitaequivalent", "vollzeitaequivalente",
        "stellenumfang",
        "umfang", "anteil", "fte", "stellenwert",
    ),
    "lapses_on": ("kwzum", "kwdatum", "kwab", "kwvermerk", "kw", "wegfallam", "wegfallzum", "wegfall", "lapseson"),
    "submission_ref": ("formular", "formularnummer", "submissionid", "einreichungsid", "einreichung", "formularid"),
    "submitted_at": ("abgesandt", "abgesandtam", "abgesendetam", "abgeschicktam", "eingereichtam", "submittedat"),
    "is_assisted": ("mithilfe", "unterstuetzt", "assistiert", "isassisted", "assisted"),
    "removed_at": ("geloescht", "geloeschtam", "vernichtetam", "entferntam", "removedat", "deletedat"),
    "aborted_step": ("abbruchschritt", "abgebrochenbei", "abortedstep"),
}  # fmt: skip

# What a name means in one kind of record only: "Art" is a type of document there and a kind of cost here.
IN_RECORD: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "events": {"unit": ("stelle", "bearbeitendestelle", "organisation", "oe")},
    "cases": {"case_type": ("antragsart", "art")},
    "scans": {"document_type": ("art",), "received_on": ("eingang",)},
    "documents": {"document_type": ("art",), "occurred_at": ("versandtam", "eingangam", "dokumentdatum")},
    "counts": {
        "unit": (
            "organisationseinheit", "oe", "orgeinheit", "stelle", "dienststelle", "amt", "abteilung", "fachbereich",
            "registratur",
            "aktenbestand", "archiv", "standort", "kostenstelle",
        ),
        "product": ("produkt", "sendungsart", "versandart", "briefart", "produktname", "format", "leistung"),
        "kind": ("zaehlart", "kennzahl", "messgroesse", "art"),
        "value": ("menge", "anzahl", "zaehlwert", "wert"),
        "part_ref": (
            "geraet", "geraetenummer", "geraetename", "drucker", "druckername", "seriennummer", "kopierer", "system",
            "bestand",
            "maschine", "frankiermaschine",
        ),
    },
    "costs": {
        "kind": ("art", "kostenart", "ausgabeart", "kostentyp"),
        "budget_line": ("produktkonto", "haushaltsstelle", "kontierung", "buchungsstelle", "psk"),
        "part_ref": ("rechnungsposition", "positionszeile", "zeile", "teilbetrag"),
    },
    "posts": {"office": ("amt", "organisationseinheit", "oe", "fachbereich", "dienststelle", "abteilung",
    "teilhaushalt", "produkt")},
    "removals": {"document_ref": ("dokument",), "case_ref": ("vorgang",)},
}  # fmt: skip

# What the name of a case number, an activity or a time often holds when it is none of the above.
HINTS: Final[dict[str, re.Pattern[str]]] = {
    "case_ref": re.compile(r"(^| )(id|nr|no|nummer|number|key|ref|zeichen|kennung|code)$|nummer$|nr$|zeichen$"),
    "activity": re.compile(r"activity|aktivitaet|schritt|ereignis|(^| )(event|status|step|task|stage|state|action)\b"),
    "occurred_at": re.compile(r"zeit|datum|(^| )(time|date|timestamp|stamp|at|am|ts)$|timestamp"),
    "started_at": re.compile(r"start|beginn|begin"),
}

_KNOWN_ALONE: Final = re.compile("^(case|event):")


def rank(name: str, field: str, record: str = "") -> int | None:
    """How sure a column's name means a field of a kind of record: 0 is surest, None when it does not."""
    # Who exports for Papierwende may well use its own words.
    known = (*IN_RECORD.get(record, {}).get(field, ()), *NAMES.get(field, ()), squeezed(field))
    forms = [squeezed(name), squeezed(_KNOWN_ALONE.sub("", name))]
    return next((known.index(form) for form in forms if form in known), None)


def hinted(name: str, field: str) -> bool:
    """Whether a name looks as names of that field often do."""
    return field in HINTS and HINTS[field].search(spaced(name)) is not None
