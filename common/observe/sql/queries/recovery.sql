/* The recovery fork that the chat database is on.  Ask only where it is ONLINE: the view tries to start a database that is not. */
SELECT
    r.family_guid,
    r.recovery_fork_guid,
    r.fork_point_lsn,
    r.last_log_backup_lsn
FROM sys.database_recovery_status AS r
WHERE r.database_id = DB_ID(@database)
