/* What of log was restored, by what the restore imported of each backup's header. */
SELECT CONVERT(nvarchar(30), SUM(b.backup_size)) AS bytes
FROM msdb.dbo.restorehistory AS r
JOIN msdb.dbo.backupset AS b ON b.backup_set_id = r.backup_set_id
WHERE r.destination_database_name = @database AND r.restore_type = 'L'
