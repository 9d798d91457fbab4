/* The job that backs up the log here, and whether it runs by itself.  Whoever stops it needs this to let it run again. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
SELECT N'backup' AS kind, j.job_id, j.name, CAST(j.enabled AS int) AS enabled
FROM msdb.dbo.log_shipping_primary_databases AS p
JOIN msdb.dbo.sysjobs AS j ON j.job_id = p.backup_job_id
WHERE p.primary_database = N'$(database)';
SELECT N'done' AS outcome;
