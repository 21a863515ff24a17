"""How the invented town maps what its systems say about cases: steps, forms, documents, deletions."""

from __future__ import annotations

from typing import Final

CASES: Final = """
# The case system knows most about a case, so it stands first: its word counts when two sources differ.
[[source]]
name = "faelle"
title = "Fachverfahren"
system = "case"
format = "jsonl"
path = "inbox/faelle/*.jsonl"
mode = "increment"

[source.columns]
case_ref = "vorgang"
activity = "schritt"
occurred_at = "zeit"
started_at = "beginn"
sequence = "lfd_nr"
unit = "stelle"
medium = "medium"
service = "leistung"
office = "amt"
case_type = "antragsart"
channel = "eingangsweg"
received_at = "eingang_am"
closed_at = "erledigt_am"
due_at = "frist"
outcome = "ergebnis"
# A case that was entered twice: everything under its second number counts for the first.
merged_into = "zusammengelegt_mit"
"""

PORTAL: Final = """
[[source]]
name = "portal"
title = "Serviceportal"
system = "portal"
format = "csv"
path = "inbox/portal/*.csv"
mode = "increment"
# It writes some steps twice: equal rows of a file are one step.
repeats_itself = true
delimiter = ";"
encoding = "windows-1252"
decimal = ","
timestamp_format = "%d.%m.%Y %H:%M"
timezone = "Europe/Berlin"

[source.columns]
case_ref = "Vorgangsnummer"
activity = "Ereignis"
occurred_at = "Zeitpunkt"
service = "Leistung"
case_type = "Antragsart"
channel = "Kanal"
"""

FORMS: Final = """
# The form server: what is begun, sent off or given up. Who filled it in (konto) stays outside.
[[source]]
name = "formulare"
title = "Online-Formulare"
system = "portal"
format = "jsonl"
path = "inbox/formulare/*.jsonl"

[source.columns]
submission_ref = "formular"
case_ref = "uebernahme.vorgang"
service = "leistung"
started_at = "begonnen"
submitted_at = "abgesandt"
aborted_step = "abgebrochen_bei"
is_assisted = "mit_hilfe"

# It writes web-mh-2025-000123 and the like where the case system writes MH-2025-000123.
[source.case_numbers]
drop = " "
remove_prefixes = ["WEB-"]
"""

DOCUMENTS: Final = """
# Letters, applications and evidence. A file that corrects an earlier one has a higher Fassung.
[[source]]
name = "dokumente"
title = "Dokumentenablage"
system = "case"
format = "csv"
path = "inbox/dokumente/*.csv"

[source.columns]
document_ref = "Dokument"
case_ref = "Vorgang"
direction = "Richtung"
medium = "Medium"
document_type = "Dokumentart"
pages = "Seiten"
occurred_at = "Zeitpunkt"
reason = "Anlass"
version = "Fassung"
"""

DELETIONS: Final = """
# Documents the case system deleted: they go here as well.
[[source]]
name = "loeschliste"
title = "Löschliste des Fachverfahrens"
system = "case"
format = "csv"
path = "inbox/loeschungen/*.csv"
mode = "deletions"
of = "dokumente"
timestamp_format = "%d.%m.%Y %H:%M"

[source.columns]
document_ref = "Dokument"
removed_at = "Gelöscht"
"""
