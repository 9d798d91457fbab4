/* The newest restores into the chat database, with the header that each one imported.  restore_date is local time of this
   server, and one that its present offset puts into the future was written under another: then unknown.  Backup dates are
   local time of the producer: where its zone was not recorded (127 or NULL) nobody here knows it, and they are unknown. */
DECLARE @to_utc_min int
SET @to_utc_min = (DATEDIFF(minute, GETDATE(), GETUTCDATE()) + 1447) / 15 * 15 - 1440
SELECT TOP (50)
    b.backup_set_uuid AS backup_set_guid,
    r.restore_type AS type,
    CASE WHEN DATEADD(minute, @to_utc_min, r.restore_date) <= GETUTCDATE()
         THEN CONVERT(nvarchar(23), DATEADD(minute, @to_utc_min, r.restore_date), 126) END AS restored_utc,
    r.recovery,
    b.first_lsn,
    b.last_lsn,
    CASE WHEN b.time_zone BETWEEN -56 AND 56
         THEN CONVERT(nvarchar(23), DATEADD(minute, -15 * b.time_zone, b.backup_finish_date), 126) END AS finished_utc,
    b.server_name,
    b.last_recovery_fork_guid AS last_fork_guid
FROM msdb.dbo.restorehistory AS r
LEFT JOIN msdb.dbo.backupset AS b ON b.backup_set_id = r.backup_set_id
WHERE r.destination_database_name = @database
ORDER BY r.restore_history_id DESC
