"""States a page must cope with, as changes of a town's published file; its schema, types and keys stay."""

from __future__ import annotations

from typing import Any, TypeAlias

Statement: TypeAlias = str | tuple[str, list[Any]]

NAMES = (
    "</script><script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '=HYPERLINK("http://boese.example")',
    "{{ 7 * 7 }}{% raw %}",
    "../../etc/passwd\x00\x01\u2028\ufffe;\"'\n",
    "javascript:alert(1)",
    "]]></title><svg onload=alert(1)>",
)
HOSTILE: tuple[Statement, ...] = (
    ("update dim_town set value = ? where key = 'name'", [NAMES[0] + NAMES[1]]),
    (
        "update dim_services set service_name = ?[place] from (select service_code as code, "
        "row_number() over (order by count(*) desc, service_code) as place from fct_cases group by service_code) "
        "where service_code = code and place <= 7",
        [list(NAMES)],
    ),
    ("update dim_offices set office_name = ?[1 + rowid % 3]", [list(NAMES)]),
    ("update dim_measures set measure_name = ?[1 + rowid % 7] || rowid", [list(NAMES)]),
    (
        "set variable renamed = (select map(list(activity), list(activity || ?[1 + place % 7])) from ("
        "select activity, row_number() over (order by activity) as place from fct_case_steps group by activity))",
        [list(NAMES)],
    ),
    "update fct_case_steps set activity = getvariable('renamed')[activity], "
    "next_activity = getvariable('renamed')[next_activity]",
    "update rpt_process_map set from_activity = getvariable('renamed')[from_activity], "
    "to_activity = getvariable('renamed')[to_activity]",
    "update rpt_activities set activity = getvariable('renamed')[activity]",
    "update rpt_variants set activities = list_transform(activities, lambda a: getvariable('renamed')[a])",
)

NEWS: tuple[Statement, ...] = (
    "insert into rpt_revisions by name select *, 'old' as from_generation_id, 'new' as to_generation_id, "
    "date '2026-10-31' as revised_on, false as is_provisional, false as is_small_cell from (values "
    "('paper_share_in', 'all', date '2026-08-01', 0.512::double, 0.462::double, 1000, 1000, 'late_data'), "
    "('paper_share_in', 'all', date '2026-07-01', 0.60001, 0.60002, 1000, 1000, 'late_data'), "
    "('median_lead_seconds', 'all', date '2026-07-01', 864000.0, null, 40, 0, 'correction'), "
    # Of these no page may tell: four more on paper, eight that are not, four more of all, of a service, of the others.
    "('paper_share_in', 'all', date '2026-06-01', 0.333, 0.353, 201, 201, 'late_data'), "
    "('paper_share_in', 'all', date '2026-05-01', 0.96, 0.444, 200, 200, 'late_data'), "
    "('received_cases', 'all', date '2026-06-01', 777.0, 781.0, 777, 781, 'late_data'), "
    "('received_cases', 'service:parkausweis', date '2026-08-01', 444.0, 666.0, 444, 666, 'late_data'), "
    "('online_share', 'all', date '2026-08-01', 0.333, 0.222, 1000, 1000, 'late_data')) "
    "moved(metric, scope, month, old_value, new_value, cases_before, cases_after, cause)",
    "update rpt_case_links set is_small_cell = true where source = 'transfervermerke' and record_kind = 'scans'",
)
MANY_REVISIONS = (
    "insert into rpt_revisions by name select 'received_cases' as metric, 'all' as scope, "
    "date '2016-01-01' as month, i * 20.0 + 20 as old_value, i * 20.0 + 40 as new_value, "
    "i * 20 + 20 as cases_before, i * 20 + 40 as cases_after, 'correction' as cause, "
    "'old' as from_generation_id, 'new' || i as to_generation_id, "
    "date '2026-10-30' as revised_on, false as is_provisional, false as is_small_cell from range(260) t(i)"
)
A_SOURCE_IS_LATE = (
    "update rpt_sources set is_late = true, late_source_count = case source when 'all' then 1 else late_source_count end "
    "where source in ('druck', 'all')"
)
THRESHOLDS_OFF = "update dim_town set value = 'true' where key = 'thresholds_off'"
