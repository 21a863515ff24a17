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
    "('online_share', 'all', date '2026-08-01', 0.512::double, 0.508::double, 'late_data'), "
    "('received_cases', 'service:parkausweis', date '2026-08-01', 40.0, 41.0, 'late_data'), "
    "('online_share', 'service:parkausweis', date '2026-08-01', 0.60001, 0.60002, 'late_data'), "
    "('median_lead_seconds', 'all', date '2026-07-01', 864000.0, null, 'correction')) "
    "moved(metric, scope, month, old_value, new_value, cause)",
    "update rpt_case_links set is_small_cell = true where source = 'transfervermerke' and record_kind = 'scans'",
)
MANY_REVISIONS = (
    "insert into rpt_revisions by name select 'received_cases' as metric, 'all' as scope, "
    "date '2016-01-01' as month, i::double as old_value, i + 1.0 as new_value, 'correction' as cause, "
    "'old' as from_generation_id, 'new' || i as to_generation_id, "
    "date '2026-10-30' as revised_on, false as is_provisional, false as is_small_cell from range(260) t(i)"
)
A_SOURCE_IS_LATE = (
    "update rpt_sources set is_late = true, late_source_count = case source when 'all' then 1 else late_source_count end "
    "where source in ('druck', 'all')"
)
THRESHOLDS_OFF = "update dim_town set value = 'true' where key = 'thresholds_off'"
