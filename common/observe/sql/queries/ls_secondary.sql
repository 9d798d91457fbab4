/* Log shipping of the chat database to here, with this server's own monitor row. */
SELECT
    s.secondary_id,
    s.primary_server,
    s.backup_source_directory,
    s.backup_destination_directory,
    s.file_retention_period AS file_retention_min,
    s.copy_job_id,
    s.restore_job_id,
    d.restore_mode,
    d.restore_delay AS restore_delay_min,
    d.restore_all,
    d.disconnect_users,
    m.restore_threshold AS restore_threshold_min,
    ISNULL(m.last_copied_file, s.last_copied_file) AS last_copied_file,
    CONVERT(nvarchar(23), m.last_copied_date_utc, 126) AS last_copied_utc,
    ISNULL(m.last_restored_file, d.last_restored_file) AS last_restored_file,
    CONVERT(nvarchar(23), m.last_restored_date_utc, 126) AS last_restored_utc,
    m.last_restored_latency AS last_restored_latency_min,
    CASE WHEN m.secondary_id IS NULL THEN 0 ELSE 1 END AS monitor_row
FROM msdb.dbo.log_shipping_secondary AS s
JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
LEFT JOIN msdb.dbo.log_shipping_monitor_secondary AS m
    ON m.secondary_id = d.secondary_id AND m.secondary_database = d.secondary_database
WHERE d.secondary_database = @database
