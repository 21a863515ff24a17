-- The bare reading of what from_landing.sql reads, into tables as it lies.

create table events as select * from read_parquet('landing/*/*/events.parquet', union_by_name = true);

create table cases as select * from read_parquet('landing/*/*/cases.parquet', union_by_name = true);
