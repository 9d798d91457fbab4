/* The log-shipping jobs of this server, known by their ids, never by their names.  Of sysjobactivity only the newest
   Agent session counts: older ones are leftovers that may say "running" for ever.  Job times are local; they are moved
   to UTC by this server's present offset, in whole quarter hours so that two clock reads cannot straddle a minute.  A time
   that this puts into the future was written under another offset: then unknown. */
DECLARE @to_utc_min int
SET @to_utc_min = (DATEDIFF(minute, GETDATE(), GETUTCDATE()) + 1447) / 15 * 15 - 1440
SELECT
    own.job_id,
    j.name,
    own.kind,
    j.enabled,
    (SELECT COUNT(*)
     FROM msdb.dbo.sysjobschedules AS js
     JOIN msdb.dbo.sysschedules AS s ON s.schedule_id = js.schedule_id
     WHERE js.job_id = own.job_id AND s.enabled = 1) AS schedules_enabled,
    CASE WHEN a.start_execution_date IS NOT NULL AND a.stop_execution_date IS NULL THEN 1 ELSE 0 END AS running,
    /* DATEDIFF in seconds overflows after 68 years: error 535. */
    CASE WHEN a.stop_execution_date IS NULL AND DATEDIFF(day, a.start_execution_date, GETDATE()) < 20000
         THEN DATEDIFF(second, a.start_execution_date, GETDATE()) END AS running_for_s,
    h.run_status AS last_outcome,
    CAST(h.message AS nvarchar(2000)) AS last_message,
    CASE WHEN DATEADD(minute, @to_utc_min, h.run_local) <= GETUTCDATE()
         THEN CONVERT(nvarchar(23), DATEADD(minute, @to_utc_min, h.run_local), 126) END AS last_run_utc
FROM (
    SELECT p.backup_job_id AS job_id, N'backup' AS kind
    FROM msdb.dbo.log_shipping_primary_databases AS p
    WHERE p.primary_database = @database
    UNION ALL
    SELECT s.copy_job_id, N'copy'
    FROM msdb.dbo.log_shipping_secondary AS s
    JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
    WHERE d.secondary_database = @database
    UNION ALL
    SELECT s.restore_job_id, N'restore'
    FROM msdb.dbo.log_shipping_secondary AS s
    JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
    WHERE d.secondary_database = @database
    UNION ALL
    SELECT l.alert_job_id, N'alert'
    FROM msdb.dbo.log_shipping_monitor_alert AS l
) AS own
LEFT JOIN msdb.dbo.sysjobs AS j ON j.job_id = own.job_id
LEFT JOIN msdb.dbo.sysjobactivity AS a
    ON a.job_id = own.job_id
    AND a.session_id = (SELECT MAX(newest.session_id) FROM msdb.dbo.sysjobactivity AS newest)
LEFT JOIN (
    SELECT
        o.job_id, o.run_status, o.message,
        CASE WHEN o.run_date >= 19000101 THEN
            DATEADD(second, o.run_time / 10000 * 3600 + o.run_time / 100 % 100 * 60 + o.run_time % 100,
                CONVERT(datetime, CONVERT(nvarchar(8), o.run_date), 112))
        END AS run_local,
        ROW_NUMBER() OVER (PARTITION BY o.job_id ORDER BY o.instance_id DESC) AS age_rank
    FROM msdb.dbo.sysjobhistory AS o
    WHERE o.step_id = 0
) AS h ON h.job_id = own.job_id AND h.age_rank = 1
