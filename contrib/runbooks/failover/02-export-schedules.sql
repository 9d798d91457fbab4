/* When they run. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
SELECT own.kind, c.schedule_id, c.name, CAST(c.enabled AS int) AS enabled, c.freq_type, c.freq_interval, c.freq_subday_type,
    c.freq_subday_interval, c.freq_relative_interval, c.freq_recurrence_factor, c.active_start_date, c.active_end_date,
    c.active_start_time, c.active_end_time
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
JOIN msdb.dbo.sysjobschedules AS js ON js.job_id = own.job_id
JOIN msdb.dbo.sysschedules AS c ON c.schedule_id = js.schedule_id;
SELECT N'done' AS outcome;
