"""PostgreSQL, SQL Server and Oracle, asked for a relation."""
