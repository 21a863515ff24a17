"""Files as German towns export them: column names as in their open data and systems, all figures invented.

Of each the kind of record it holds, or the code with which it is refused because no mapping can name its form.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """A file somebody sends.

    Attributes:
        content: the file.
        holds: the kind of record, or the code of its refusal.
        columns: some of the fields its proposal must name; ``None`` where it must ask.
    """

    content: bytes
    holds: str
    columns: dict[str, str | None]


def _sent(text: str, holds: str, encoding: str = "utf-8", /, **columns: str | None) -> Sent:
    return Sent(text.lstrip("\n").encode(encoding), holds, columns)


BUDGETS = {
    "double entry, one line a column": _sent(
        """
Produktsachkonto;Produkt;Produktbezeichnung;Sachkonto;Sachkontobezeichnung;Haushaltsjahr;Ansatz;Nachtrag;Ergebnis
11.1.01.501200;11.1.01;Innere Verwaltung;501200;Dienstaufwendungen;2025;1.250.000,00;;1.198.412,55
11.1.01.543100;11.1.01;Innere Verwaltung;543100;Geschäftsaufwendungen;2025;38.000,00;2.000,00;39.871,04
12.2.03.432100;12.2.03;Meldewesen;432100;Verwaltungsgebühren;2025;-410.000,00;;-402.118,90
""",
        "budget_lines",
        budget_line="Produktsachkonto",
        product="Produkt",
        account="Sachkonto",
        year="Haushaltsjahr",
        appropriation_eur="Ansatz",
        supplementary_eur="Nachtrag",
        actual_eur="Ergebnis",
    ),
    "product and account in two columns": _sent(
        """
Jahr;Teilhaushalt;Produkt;Konto;Bezeichnung;Planansatz EUR;Ist EUR
2025;01;01.01.01;5012000;Dienstaufwendungen;1250000,00;1198412,55
2025;01;01.01.01;5431000;Geschäftsaufwendungen;38000,00;39871,04
2025;02;02.01.03;4321000;Verwaltungsgebühren;410000,00;402118,90
""",
        "budget_lines",
        product="Produkt",
        account="Konto",
        budget_line="Konto",
        appropriation_eur="Planansatz EUR",
        actual_eur="Ist EUR",
    ),
    "cameral": _sent(
        """
Haushaltsstelle;Zweckbestimmung;Haushaltsjahr;Anschlag;Ist
0200.650 10-1;Bürobedarf;2025;41.500,00;39.912,10
0300.652 00-7;Post- und Fernmeldegebühren;2025;73.000,00;70.001,99
""",
        "budget_lines",
        "windows-1252",
        budget_line="Haushaltsstelle",
        appropriation_eur="Anschlag",
        actual_eur="Ist",
    ),
    "a land's double budget, plan and result in rows": _sent(
        """
Typ,Bereich,Einzelplan,Kapitel,Hauptgruppe,Gruppe,Titelart,Titel,Funktion,Jahr,BetragTyp,Betrag,Titelbezeichnung
Haushaltsplan,30,03,0300,4,422,Ausgabetitel,42201,011,2025,Soll,1250000,Bezüge
Haushaltsplan,30,03,0300,4,422,Ausgabetitel,42201,011,2025,Ist,1198412,Bezüge
Haushaltsplan,30,03,0310,5,511,Ausgabetitel,51101,011,2025,Soll,38000,Geschäftsbedarf
Haushaltsplan,30,03,0310,5,511,Ausgabetitel,51101,011,2025,Ist,39871,Geschäftsbedarf
""",
        "budget_lines",
        budget_line="Titel",
        appropriation_eur="Betrag",
        year="Jahr",
    ),
    "a column per year": _sent(
        """
Produkt;Sachkonto;Bezeichnung;Ergebnis 2023;Ansatz 2024;Ansatz 2025;Planung 2026
11.1.01;501200;Dienstaufwendungen;1.198.412,55;1.225.000,00;1.250.000,00;1.275.000,00
11.1.01;543100;Geschäftsaufwendungen;39.871,04;38.000,00;38.500,00;39.000,00
""",
        "one_column_per_year",
    ),
    "a column per year, only years as names": _sent(
        """
Nr.;Ertrags- und Aufwandsarten;2023;2024;2025
1;Steuern und ähnliche Abgaben;10200000;10400000;10900000
2;Zuwendungen und allgemeine Umlagen;5100000;5300000;5000000
""",
        "one_column_per_year",
    ),
    "a plan of results, titles above": _sent(
        """
Stadt Beispielhausen;;;;
Teilergebnisplan 01.01 Politische Gremien;;;;
Zeile;Bezeichnung;Ergebnis 2023;Ansatz 2024;Ansatz 2025
01;Steuern und Abgaben;0,00;0,00;0,00
02;Zuwendungen;12.500,00;13.000,00;13.500,00
11;Personalaufwendungen;-410.000,00;-420.000,00;-431.000,00
""",
        "one_column_per_year",
    ),
    "the one year in the name": _sent(
        """
Produktbereich;Produktgruppe;Kostenstelle;Kostenart;Ansatz_2025
01;01.01;4711;Personalaufwand;1250000.00
02;02.03;4712;Sachaufwand;38000.50
""",
        "one_column_per_year",
    ),
    "amounts that nothing calls planned": _sent(
        """
Haushaltsjahr;Produktbereich;Produkt;Bezeichnung;Ertrag/Aufwand;Betrag
2025;01;01.01.01;Gremien;Aufwand;410.000,00
2025;02;02.01.03;Meldewesen;Ertrag;402.118,90
2025;02;02.01.03;Meldewesen;Aufwand;612.300,00
""",
        "budget_lines",
        year="Haushaltsjahr",
        product="Produkt",
        appropriation_eur=None,
    ),
    "income and expense side by side": _sent(
        """
Jahr;Produktnummer;Produktname;Erträge;Aufwendungen
2025;11.1.01;Innere Verwaltung;12000,00;1250000,00
2025;12.2.03;Meldewesen;410000,00;612300,00
""",
        "budget_lines",
        product="Produktnummer",
        appropriation_eur=None,
    ),
    "cash plan of investments": _sent(
        """
Investitionsnummer;Produkt;Maßnahme;Haushaltsjahr;Einzahlung Ansatz;Auszahlung Ansatz;Auszahlung Ist
I-2025-001;21.1.01;Neubau Schule;2025;100.000,00;2.400.000,00;1.212.345,67
I-2025-002;54.1.01;Radweg;2025;0,00;300.000,00;12.345,00
""",
        "budget_lines",
        year="Haushaltsjahr",
        actual_eur="Auszahlung Ist",
        appropriation_eur=None,
    ),
    "with months of an office's own watch": _sent(
        """
PSP-Element;Finanzposition;HHJahr;Haushaltsansatz;Nachtragsansatz;Anordnungssoll
1.11.01.01;501200;2025;1.250.000;0;811.412
1.12.02.03;543100;2025;38.000;2.000;21.877
""",
        "budget_lines",
        budget_line="Finanzposition",
        product="PSP-Element",
        appropriation_eur="Haushaltsansatz",
        supplementary_eur="Nachtragsansatz",
        actual_eur="Anordnungssoll",
    ),
    "thousands of euros": _sent(
        """
Teilhaushalt;Konto;Haushaltsjahr;Ansatz TEUR;Ist TEUR
01;5012;2025;1250;1198
02;5431;2025;38;40
""",
        "thousands_of_euros",
    ),
    "no year at all": _sent(
        """
Produkt;Sachkonto;Bezeichnung;Ansatz;Ergebnis
01.01.01;501200;Dienstaufwendungen;1250000,00;1198412,55
01.01.02;543100;Geschäftsaufwendungen;38000,00;39871,04
""",
        "no_year",
    ),
    "in the letters of DOS": _sent(
        """
Produkt;Sachkonto;Bezeichnung;Haushaltsjahr;Ansatz;Rechnungsergebnis
11.1.01;501200;Bezüge der Beschäftigten;2025;1.250.000,00;1.198.412,55
12.2.03;432100;Gebühren für Ausweise;2025;410.000,00;402.118,90
""",
        "budget_lines",
        "cp850",
        account="Sachkonto",
        actual_eur="Rechnungsergebnis",
    ),
    "totals between its lines": _sent(
        """
Produktkonto;Jahr;Ansatz;Ist
1115.528100;2026;15.000,00;14.000,00
1115.543100;2026;5.000,00;5.100,00
Summe 1115;2026;20.000,00;19.100,00
1222.528100;2026;7.000,00;6.900,00
Summe 1222;2026;7.000,00;6.900,00
Gesamt;2026;27.000,00;26.000,00
""",
        "budget_lines",
        budget_line="Produktkonto",
        appropriation_eur="Ansatz",
    ),
    "a delimiter too many at each row's end": _sent(
        """
Produktkonto;Haushaltsjahr;Ansatz;Ist
1115.528100;2026;15.000,00;14.000,00;
1222.528100;2026;7.000,00;6.900,00;
""",
        "budget_lines",
        budget_line="Produktkonto",
        actual_eur="Ist",
    ),
    "a system's own export, numbers and names": _sent(
        """
Produkt-Nr.;Produkt;Konto-Nr.;Konto;HHJ;Haushaltsansatz;vorl. Ergebnis
111010;Gremien;5012000;Dienstaufwendungen;2025;1.000,00;900,00
111020;Rat;5012000;Dienstaufwendungen;2025;2.000,00;1.900,00
""",
        "budget_lines",
        product="Produkt-Nr.",
        account="Konto-Nr.",
        year="HHJ",
        actual_eur="vorl. Ergebnis",
    ),
    "the contract's own words": _sent(
        """
budget_line,product,account,year,appropriation_eur,actual_eur
1.1,11,501,2025,1000.50,900.10
1.2,11,502,2025,2000.50,1900.10
""",
        "budget_lines",
        budget_line="budget_line",
        appropriation_eur="appropriation_eur",
    ),
    "sub-plans with income and expense": _sent(
        """
Jahr;Produktbereich;PB_Bezeichnung;Teilplan;TP_Bezeichnung;Ertrag_Plan;Aufwand_Plan
2025;01;Innere Verwaltung;0101;Politische Gremien;12000;410000
2025;02;Sicherheit;0205;Meldewesen;402118;612300
""",
        "budget_lines",
        year="Jahr",
        appropriation_eur=None,
    ),
    "cost centres of funds": _sent(
        "THH;Profitcenter;Sachkonto;Bezeichnung;Plan 2025;Ist 2024\nTHH1;1110;4012;Bezüge;1.000,00;900,00\n",
        "one_column_per_year",
    ),
    "several cost centres of one account": _sent(
        """
Produkt;Sachkonto;Kostenstelle;Jahr;Plan;Ist
11.1.01;501200;4711;2025;100000,00;99000,50
11.1.01;501200;4712;2025;50000,00;49000,50
12.2.03;432100;4711;2025;40000,00;41000,00
""",
        "budget_lines",
        part_ref="Kostenstelle",
        appropriation_eur="Plan",
    ),
}
OTHERS = {
    "costs": _sent(
        """
Maßnahme;Kostenart;Rechnung;Auftrag;Buchungsdatum;Plan;Ist;Beleg;Gebucht durch
M-PORTAL;einmalig;R-1;A-7;03.02.2026;8.400,00;8.921,98;BU-1;Kasse, Erika
M-PORTAL;laufend;R-2;A-7;03.03.2026;1.200,00;1.200,00;BU-2;Kasse, Erwin
M-SCAN;laufend;R-3;A-9;04.03.2026;900,00;900,00;BU-3;Kasse, Erika
""",
        "costs",
        measure="Maßnahme",
        kind="Kostenart",
        month="Buchungsdatum",
        plan_eur="Plan",
        actual_eur="Ist",
        booking_ref="Beleg",
    ),
    "costs of months": _sent(
        """
Position;Maßnahme;Monat;Art;Betrag
WARTUNG;M1;2026-01;laufend;1.200,00
WARTUNG;M1;2026-02;laufend;1.200,00
UMZUG;M1;2026-02;einmalig;500,00
""",
        "costs",
        cost_item="Position",
        month="Monat",
        actual_eur="Betrag",
    ),
    "costs of months with a stroke": _sent(
        """
Position;Maßnahme;Monat;Art;Plan EUR
WARTUNG;M1;01/2026;laufend;1.200,00
WARTUNG;M1;02/2026;laufend;1.200,00
""",
        "costs",
        month="Monat",
        plan_eur="Plan EUR",
    ),
    "costs of months by name": _sent(
        """
Kostenposition;Maßnahme;Monat;Art;Ist EUR
WARTUNG;M1;Januar 2026;laufend;1.200,00
WARTUNG;M1;März 2026;laufend;1.200,00
""",
        "costs",
        month="Monat",
        actual_eur="Ist EUR",
    ),
    "costs that name no measure": _sent(
        """
Rechnungsnummer;Rechnungsdatum;Betrag;Kassenzeichen
R-1;03.02.2026;8.921,98;K-1
R-2;03.03.2026;1.200,00;K-2
""",
        "costs",
        cost_item="Rechnungsnummer",
        actual_eur="Betrag",
        measure=None,
        kind=None,
    ),
    "plan of posts": _sent(
        """
Stellennummer;Fachbereich;Besoldungsgruppe;VZÄ;kw-Vermerk
10.001;FB 1;A12;1,00;
10.002;FB 1;E6;0,50;31.12.2027
""",
        "posts",
        post="Stellennummer",
        office="Fachbereich",
        grade="Besoldungsgruppe",
        fte="VZÄ",
        lapses_on="kw-Vermerk",
    ),
    "plan of posts in the letters of DOS": _sent(
        "Stelle;Amt;Entgeltgruppe;VZÄ\n1;Bürgeramt;E6;0,5\n2;Bürgeramt;E9a;1,0\n", "posts", "cp850", fte="VZÄ"
    ),
    "posts added up": _sent(
        """
Entgeltgruppe;Zahl der Stellen 2025;Zahl der Stellen 2024;besetzt am 30.06.2024
E 6;12,5;12,0;11,0
E 9a;34,0;33,5;30,25
""",
        "posts_added_up",
    ),
    "prints of devices": _sent(
        """
Datum;Gerät;Abteilung;Seiten s/w;Seiten Farbe;Seiten gesamt;Blatt
02.01.2026;MFP-01;Bauamt;1.000;250;1.250;980
02.01.2026;MFP-02;Bauamt;2.000;400;2.400;1.310
05.01.2026;MFP-01;Bauamt;900;50;950;700
""",
        "counts",
        counted_on="Datum",
        unit="Abteilung",
        part_ref="Gerät",
        printed_pages="Seiten gesamt",
        printed_sheets="Blatt",
    ),
    "prints in black and in colour": _sent(
        "Datum;OE;Seiten s/w;Seiten Farbe\n02.01.2026;A1;1000;250\n03.01.2026;A1;2000;400\n",
        "counts",
        counted_on="Datum",
        printed_pages=None,
    ),
    "readings of a meter": _sent(
        "Drucker;Standort;Zählerstand;Ablesedatum\nP1;Rathaus;120034;31.01.2026\nP2;Rathaus;99120;31.01.2026\n",
        "meter_readings",
    ),
    "prints of months": _sent("Monat;Drucker;Seiten\n2026-01;P1;12003\n2026-02;P1;9912\n", "months_for_days"),
    "post": _sent(
        """
Datum;Produkt;Stückzahl;Porto
02.01.2026;Standardbrief;29;27,55
02.01.2026;Kompaktbrief;6;6,60
""",
        "counts",
        counted_on="Datum",
        product="Produkt",
        post_items="Stückzahl",
        post_cost_eur="Porto",
    ),
    "post by kinds of letters": _sent(
        "Tag;Sendungsart;Sendungen\n2026-01-02;Standardbrief;29\n2026-01-02;Maxibrief;3\n",
        "counts",
        product="Sendungsart",
        post_items="Sendungen",
    ),
    "file stock": _sent(
        """
Aktenbestand;Standort;laufende Meter;Anzahl Akten;Zähldatum
Bauakten;Keller;120,5;9800;31.12.2025
Sozialakten;Archiv;80,25;7100;31.12.2025
""",
        "counts",
        counted_on="Zähldatum",
        shelf_metres="laufende Meter",
        files="Anzahl Akten",
    ),
    "file stock in shelves": _sent(
        "Stichtag;Stelle;Regalmeter\n2025-12-31;AMT10;12,5\n2025-12-31;AMT20;7,0\n", "counts", shelf_metres="Regalmeter"
    ),
    "days and times in one column": _sent(
        """
Aktenzeichen;Schritt;Zeitpunkt
A-1;Eingang;02.03.2026
A-1;Bescheid;05.03.2026 11:00
A-2;Eingang;03.03.2026
A-2;Bescheid;06.03.2026 11:00
""",
        "events",
        case_ref="Aktenzeichen",
        occurred_at="Zeitpunkt",
    ),
    "days beside times, written otherwise": _sent(
        """
Aktenzeichen;Schritt;Zeitpunkt;Eingangsdatum
A-1;Eingang;2026-03-02 08:00:00;02.03.2026
A-1;Bescheid;2026-03-05 11:00:00;02.03.2026
A-2;Eingang;2026-03-03 09:00:00;03.03.2026
""",
        "events",
        occurred_at="Zeitpunkt",
        received_at="Eingangsdatum",
    ),
    "a log with starts and ends": _sent(
        """
Vorgang;Ereignis-ID;Schritt;Status;Zeitpunkt
A-1;e7;Prüfen;start;2026-03-02 08:00
A-1;e8;Prüfen;complete;2026-03-02 09:00
A-2;e9;Prüfen;start;2026-03-03 08:00
A-2;e11;Prüfen;complete;2026-03-03 10:00
""",
        "events",
        activity="Schritt",
        record_ref="Ereignis-ID",
    ),
}
# Nothing in these tells for sure what a row is.
UNTOLD = {
    "letters as names": "aa;bb;cc\n" + "".join(f"{n // 3};{'xyz'[n % 3]};2026-03-{1 + n % 28:02}\n" for n in range(60)),
    "places": "Name;Straße;Höhe\nRathaus;Markt;12\nBücherei;Ring;9\nSchule;Allee;11\n",
    "numbers of products": "Gliederung;Bezeichnung\n01.01.01;Gremien\n01.01.02;Rat\n02.03.11;Meldewesen\n",
    "bookings of rooms": "Raum;Gebucht durch;Dauer\nR1;Meier, Anna;2\nR1;Kunze, Olaf;3\nR2;Meier, Anna;1\n",
}
