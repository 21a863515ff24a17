"""Whether a script's three tables say what the published ones say; arguments: the script's file, the published one.

Compared is what both hold, row for row and both ways: counts exactly, seconds to the microsecond.
"""

import sys

import duckdb

SECONDS = "coalesce(abs(mine.{0} - theirs.{0}) < 0.000001, mine.{0} is null and theirs.{0} is null)"
TABLES = {
    ("process_map", "rpt_process_map", ""): (
        ("scope", "from_activity", "to_activity"),
        ("transition_count",),
        ("median_seconds",),
    ),
    ("variants", "rpt_variants", ""): (("scope", "activities"), ("case_count",), ()),
    ("throughput_monthly", "rpt_throughput_monthly", "where received_cases > 0 or closed_cases > 0"): (
        ("month", "service_code", "office_code", "intake_channel"),
        ("received_cases", "closed_cases"),
        ("median_lead_seconds", "p90_lead_seconds"),
    ),
}


def differences(mine: str, published: str) -> list[str]:
    """A sentence per table that differs, or has no row."""
    found = []
    with duckdb.connect(mine, read_only=True) as connection:
        connection.execute(f"attach '{published}' as town (read_only)")
        for (own, theirs, where), (keys, counts, seconds) in TABLES.items():
            same = [f"mine.{name} = theirs.{name}" for name in counts] + [SECONDS.format(name) for name in seconds]
            ((rows, equal),) = connection.execute(
                f"select count(*), count(*) filter (where {' and '.join(same)}) from {own} as mine "
                f"full join (select * from town.monitor.{theirs} {where}) as theirs using ({', '.join(keys)})"
            ).fetchall()
            if not rows or rows != equal:
                found.append(f"{own}: {equal:,} of {rows:,} rows say what {theirs} says")
    return found


if __name__ == "__main__":
    if told := differences(*sys.argv[1:3]):
        sys.exit("; ".join(told))
