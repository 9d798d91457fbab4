/* When the log-shipping jobs of the chat database are meant to run.  Jobs are known by their ids, never by their names. */
SELECT
    own.kind,
    j.name AS job,
    s.freq_type,
    s.freq_interval,
    s.freq_subday_type,
    s.freq_subday_interval
FROM (
    SELECT p.backup_job_id AS job_id, N'backup' AS kind
    FROM msdb.dbo.log_shipping_primary_databases AS p
    WHERE p.primary_database = @database
    UNION ALL
    SELECT c.copy_job_id, N'copy'
    FROM msdb.dbo.log_shipping_secondary AS c
    JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = c.secondary_id
    WHERE d.secondary_database = @database
    UNION ALL
    SELECT r.restore_job_id, N'restore'
    FROM msdb.dbo.log_shipping_secondary AS r
    JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = r.secondary_id
    WHERE d.secondary_database = @database
) AS own
JOIN msdb.dbo.sysjobs AS j ON j.job_id = own.job_id
JOIN msdb.dbo.sysjobschedules AS js ON js.job_id = own.job_id
JOIN msdb.dbo.sysschedules AS s ON s.schedule_id = js.schedule_id
WHERE s.enabled = 1
