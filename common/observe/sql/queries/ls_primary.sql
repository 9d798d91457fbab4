/* Log shipping of the chat database from here, with this server's own monitor row. */
SELECT
    p.primary_id,
    p.backup_directory,
    p.backup_share,
    p.backup_retention_period AS backup_retention_min,
    p.backup_job_id,
    p.monitor_server,
    ISNULL(m.last_backup_file, p.last_backup_file) AS last_backup_file,
    CONVERT(nvarchar(23), m.last_backup_date_utc, 126) AS last_backup_utc,
    m.backup_threshold AS backup_threshold_min,
    /* One secondary is the norm; of several, the first and the last name. */
    (SELECT MIN(s.secondary_server)
            + CASE WHEN MAX(s.secondary_server) <> MIN(s.secondary_server) THEN N',' + MAX(s.secondary_server)
              ELSE N'' END
     FROM msdb.dbo.log_shipping_primary_secondaries AS s
     WHERE s.primary_id = p.primary_id) AS secondaries
FROM msdb.dbo.log_shipping_primary_databases AS p
LEFT JOIN msdb.dbo.log_shipping_monitor_primary AS m ON m.primary_id = p.primary_id
WHERE p.primary_database = @database
