/* The two jobs that do it.  They must be exported before they are disabled. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
SELECT own.kind, j.job_id, j.name, CAST(j.enabled AS int) AS enabled
FROM (
    SELECT s.copy_job_id AS job_id, N'copy' AS kind
    FROM msdb.dbo.log_shipping_secondary AS s
    JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
    WHERE d.secondary_database = N'$(database)'
    UNION ALL
    SELECT s.restore_job_id, N'restore'
    FROM msdb.dbo.log_shipping_secondary AS s
    JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
    WHERE d.secondary_database = N'$(database)'
) AS own
JOIN msdb.dbo.sysjobs AS j ON j.job_id = own.job_id;
SELECT N'done' AS outcome;
