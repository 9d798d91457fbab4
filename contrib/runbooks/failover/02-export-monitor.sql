/* When whoever watches them is alarmed, and how far copying and restoring have come. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
SELECT m.secondary_server, m.secondary_database, m.secondary_id, m.primary_server, m.primary_database, m.restore_threshold,
    m.threshold_alert, CAST(m.threshold_alert_enabled AS int) AS threshold_alert_enabled, m.last_copied_file,
    CONVERT(nvarchar(23), m.last_copied_date_utc, 126) AS last_copied_date_utc, m.last_restored_file,
    CONVERT(nvarchar(23), m.last_restored_date_utc, 126) AS last_restored_date_utc, m.last_restored_latency,
    m.history_retention_period
FROM msdb.dbo.log_shipping_monitor_secondary AS m
WHERE m.secondary_database = N'$(database)';
SELECT N'done' AS outcome;
