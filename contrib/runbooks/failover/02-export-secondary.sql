/* Where the log backups of the chat database come from and go to.  Whoever removes log shipping needs this to put it back. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
SELECT s.secondary_id, s.primary_server, s.primary_database, s.backup_source_directory, s.backup_destination_directory,
    s.file_retention_period, s.copy_job_id, s.restore_job_id, s.monitor_server,
    CAST(s.monitor_server_security_mode AS int) AS monitor_server_security_mode,
    CAST(s.user_specified_monitor AS int) AS user_specified_monitor, s.last_copied_file,
    CONVERT(nvarchar(23), s.last_copied_date, 126) AS last_copied_date
FROM msdb.dbo.log_shipping_secondary AS s
JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
WHERE d.secondary_database = N'$(database)';
SELECT N'done' AS outcome;
