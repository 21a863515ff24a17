-- A nightly CSV of a line application on Oracle (SQL*Plus 12.2 and newer): the first way to connect one.
--
-- For a German town: a Fachverfahren keeps its Vorgänge in a schema of its own making. Put your tables and columns
-- where fachverfahren.vorgangsschritt stands. The user needs create session and select on that table, nothing else.
-- A scheduled job runs, with the folder of the inbox as $inbox:
--
--   export NLS_LANG=GERMAN_GERMANY.AL32UTF8
--   sqlplus -S -L papierwende_reader@fachverfahren @oracle-nightly.sql "$inbox/nightly.part" < "$password_file" &&
--     mv "$inbox/nightly.part" "$inbox/fachverfahren-$(date +%F).csv"
--
-- The file grows under another name and is renamed when it is whole. NLS_LANG makes SQL*Plus write UTF-8.
--
-- What must never be in the select: names, addresses, contact data, the Sachbearbeiter, free text (Bemerkung, Betreff).
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
-- The select holds the steps changed in the last three days. Nights overlap on purpose: the same row twice is one, and
-- one lost night loses nothing. For the first night let it reach back as far as you want to look.

whenever sqlerror exit failure rollback
whenever oserror exit failure rollback
set echo off
set feedback off
set termout off
set verify off
set linesize 32767
set trimspool on
set markup csv on delimiter ';' quote on

-- One moment of the database, and nothing can be written.
set transaction read only;

spool &1

select
    s.satz as "Satz",
    s.aktenzeichen as "Aktenzeichen",
    s.schritt as "Schritt",
    to_char(s.zeitpunkt, 'YYYY-MM-DD"T"HH24:MI:SS') as "Zeitpunkt",
    to_char(s.geaendert, 'YYYY-MM-DD"T"HH24:MI:SS') as "Geaendert",
    s.eingangskanal as "Eingangskanal",
    s.amt as "Amt"
from fachverfahren.vorgangsschritt s
where s.geaendert >= systimestamp - interval '3' day
order by s.geaendert, s.aktenzeichen, s.schritt, s.zeitpunkt;

spool off
exit success
