/* How far a restoring copy is: where the next roll forward must start, over all data files.  NULL where it is open. */
SELECT
    MIN(f.redo_start_lsn) AS redo_start_lsn,
    MAX(f.redo_start_lsn) AS redo_start_lsn_max,
    MIN(CONVERT(nvarchar(36), f.redo_start_fork_guid)) AS redo_start_fork_guid
FROM sys.master_files AS f
WHERE f.database_id = DB_ID(@database) AND f.type = 0
GROUP BY f.database_id
