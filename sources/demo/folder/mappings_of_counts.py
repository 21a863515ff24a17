"""How the invented town maps what belongs to no case: scan centre, machines, mail room, registries, treasury."""

from __future__ import annotations

from typing import Final

SCANS: Final = """
[[source]]
name = "scanstelle"
title = "Scanstelle, alter Scanner"
system = "scan"
format = "csv"
path = "inbox/scan/*.csv"
mode = "increment"
ended_on = {ended_on}
delimiter = ";"
encoding = "utf-8"
decimal = ","
timestamp_format = "%Y-%m-%d %H:%M:%S"
date_format = "%d.%m.%Y"
timezone = "Europe/Berlin"

[source.columns]
document_ref = "Dokument"
batch_ref = "Charge"
case_ref = "Vorgang"
scanned_at = "Scanzeit"
received_on = "Eingang"
pages = "Seiten"
sheets = "Blatt"
document_type = "Art"
origin = "Herkunft"
qr_status = "QR"
qa_result = "Prüfung"
"""

CAPTURE: Final = """
# The scanner that replaced it writes INDEX.DAT: no header, the fields of its profile by number (10 is the operator).
[[source]]
name = "scanindex"
title = "Scanstelle, neuer Scanner"
system = "scan"
format = "kodak"
path = "inbox/scanindex/*/INDEX.DAT"
expected_every_days = 7
timestamp_format = "%Y-%m-%d %H:%M:%S"
date_format = "%m%d%Y"

[source.columns]
document_ref = "document_number"
pages = "images"
case_ref = "index_1"
batch_ref = "index_2"
document_type = "index_3"
scanned_at = "index_4"
received_on = "index_5"
sheets = "index_6"
origin = "index_7"
qr_status = "index_8"
qa_result = "index_9"

# The barcode leaves out what all case numbers begin with.
[source.case_numbers]
add_prefix = "MH-"
"""

TRANSFER_NOTES: Final = """
# What the data centre scans comes with transfer notes (TR-RESISCAN), one element each. Its maker stays outside.
[[source]]
name = "transfervermerke"
title = "Transfervermerke beim Scannen"
system = "scan"
format = "xml"
row = "Transfervermerk"
path = "inbox/transfervermerke/*.xml"
expected_every_days = 31

[source.columns]
document_ref = "@ScanID"
batch_ref = "Charge"
case_ref = "Aktenzeichen"
scanned_at = "Erfasst"
received_on = "Eingang"
pages = "Seiten"
sheets = "Blatt"
document_type = "Art"
origin = "Herkunft"
qr_status = "Barcode"
qa_result = "Qualitaetssicherung/@Ergebnis"
"""

BATCHES: Final = """
[[source]]
name = "chargen"
title = "Scan-Chargen"
system = "scan"
format = "xml"
row = "Batch"
path = "inbox/chargen/*.xml"
expected_every_days = 7
timestamp_format = "%Y-%m-%d %H:%M:%S"

[source.columns]
batch_ref = "@Name"
pages = "@ExpectedBatchTotal"
started_at = "BatchField[@Name='Beginn']/@Value"
finished_at = "BatchField[@Name='Ende']/@Value"
unit = "BatchField[@Name='Stelle']/@Value"
"""

SAMPLES: Final = """
[[source]]
name = "stichproben"
title = "Stichproben der Scanstelle"
system = "scan"
format = "csv"
path = "inbox/stichproben/*.csv"

[source.columns]
batch_ref = "Charge"
sampled = "Gezogen"
defects = "Fehler"
"""

PRINTING: Final = """
# Counts that stand side by side become one record each.
[[source]]
name = "druck"
title = "Druckzentrum"
system = "print"
format = "csv"
path = "inbox/druck/*.csv"
expected_every_days = 7
encoding = "windows-1252"
decimal = ","
date_format = "%d.%m.%Y"

[source.columns]
counted_on = "Tag"
unit = "Organisationseinheit"

[source.counts]
printed_pages = "Seiten"
printed_sheets = "Blatt"
"""

FRANKING: Final = """
[[source]]
name = "postausgang"
title = "Postausgang, Frankierung"
system = "mail"
format = "csv"
path = "inbox/postausgang/*.csv"
expected_every_days = 7
encoding = "windows-1252"
decimal = ","
date_format = "%d.%m.%Y"

[source.columns]
counted_on = "Tag"
product = "Produkt"

[source.counts]
post_items = "Stück"
post_cost_eur = "Entgelt EUR"
"""

FILE_STOCK: Final = """
# The registries keep one spreadsheet and add to it: each delivery holds everything.
[[source]]
name = "altakten"
title = "Bestand an Papierakten"
system = "scan"
format = "xlsx"
path = "inbox/altakten/*.xlsx"
expected_every_days = 100
mode = "dump"
sheet = "Bestand"
header_row = 3

[source.columns]
counted_on = "Stichtag"
unit = "Stelle"

[source.counts]
shelf_metres = "Laufmeter"
files = "Akten"
"""

COSTS: Final = """
[[source]]
name = "finanzen"
title = "Finanzverfahren, Buchungen"
system = "finance"
format = "csv"
path = "inbox/finanzen/*.csv"
mode = "dump"
delimiter = ";"
encoding = "windows-1252"
decimal = ","
date_format = "%d.%m.%Y"
timezone = "Europe/Berlin"

[source.columns]
cost_item = "Kostenposition"
measure = "Maßnahme"
month = "Monat"
kind = "Art"
plan_eur = "Plan EUR"
actual_eur = "Ist EUR"
budget_line = "Haushaltsstelle"
booking_ref = "Buchungsbeleg"
"""

BUDGET: Final = """
# Above the header stand three rows of titles; the last row holds the sums, and the others must add up to them.
[[source]]
name = "haushalt"
title = "Haushaltsüberwachung"
system = "finance"
format = "xlsx"
path = "inbox/haushalt/*.xlsx"
sheet = "Haushalt"
header_row = 4
decimal = ","

[source.columns]
budget_line = "Produktkonto"
product = "Produkt"
account = "Sachkonto"
year = "Haushaltsjahr"
appropriation_eur = "Ansatz EUR"
supplementary_eur = "Nachtrag EUR"
actual_eur = "Ist EUR"

[source.control]
column = "Produktkonto"
value = "Summe"
"""

POSTS: Final = """
# The post plan comes without names, and a post's number becomes a pseudonym.
[[source]]
name = "stellenplan"
title = "Stellenplan"
system = "posts"
format = "csv"
path = "inbox/stellenplan/*.csv"
mode = "dump"
encoding = "windows-1252"
decimal = ","
date_format = "%d.%m.%Y"

[source.columns]
post = "Stelle"
office = "Amt"
grade = "Bewertung"
fte = "VZÄ"
lapses_on = "kw zum"
"""
