-- A nightly CSV of a line application on SQL Server (2017 and newer): the first way to connect one.
--
-- For a German town: a Fachverfahren keeps its Vorgänge in a table of its own making. Part 1 is run once by whoever
-- looks after the database; put your tables and columns where Fachverfahren.dbo.Vorgangsschritt stands. Part 2 runs
-- each night as a step of the SQL Server Agent (type PowerShell). The user that runs it needs select on the view and
-- nothing else, and the right to write into the inbox.
--
-- What must never be in the view: names, addresses, contact data, the Sachbearbeiter, free text (Bemerkung, Betreff).
-- What belongs in it: the row's own number, file number, kind of step, when it happened, when the row was last changed,
-- how the application came in, which office. Times without a zone are the town hall's own clock (Europe/Berlin).
--
-- The lines in town.toml:
--
--   [[source]]
--   name = "fachverfahren"
--   system = "case"
--   format = "csv"
--   path = "inbox/fachverfahren/*.csv"
--   expected_every_days = 1
--   [source.columns]
--   record_ref = "Satz"
--   case_ref = "Aktenzeichen"
--   activity = "Schritt"
--   occurred_at = "Zeitpunkt"
--   changed_at = "Geaendert"
--   channel = "Eingangskanal"
--   office = "Amt"
--
-- The view holds the steps changed in the last three days. Nights overlap on purpose: the same row twice is one, and
-- one lost night loses nothing. For the first night let it reach back as far as you want to look.


-- Part 1: once

create schema papierwende;
go

create view papierwende.nightly as
select
    0 as place,
    cast('"Satz";"Aktenzeichen";"Schritt";"Zeitpunkt";"Geaendert";"Eingangskanal";"Amt"' as nvarchar(max)) as line
union all
select
    1 as place,
    concat(
        '"', s.Satz, '";',
        '"', replace(s.Aktenzeichen, '"', '""'), '";',
        '"', replace(s.Schritt, '"', '""'), '";',
        '"', convert(nvarchar(19), cast(s.Zeitpunkt as datetime2(0)), 126), '";',
        '"', convert(nvarchar(19), cast(s.Geaendert as datetime2(0)), 126), '";',
        '"', replace(s.Eingangskanal, '"', '""'), '";',
        '"', replace(s.Amt, '"', '""'), '"'
    ) as line
from dbo.Vorgangsschritt as s
where s.Geaendert >= dateadd(day, -3, sysdatetime());
go

create role papierwende_reader;
grant select on papierwende.nightly to papierwende_reader;
go


-- Part 2: each night, as a PowerShell step
--
-- The file grows under another name and is renamed when it is whole; -C 65001 writes UTF-8.
--
--   $ErrorActionPreference = 'Stop'
--   $inbox = '\\papierwende\inbox\fachverfahren'
--   bcp "select line from papierwende.nightly order by place, line" queryout "$inbox\nightly.part" `
--       -c -C 65001 -S . -d Fachverfahren -T -K ReadOnly
--   if ($LASTEXITCODE -ne 0) { throw 'bcp failed' }
--   Move-Item -Force "$inbox\nightly.part" ("$inbox\fachverfahren-{0:yyyy-MM-dd}.csv" -f (Get-Date))
