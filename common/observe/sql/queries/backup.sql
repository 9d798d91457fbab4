/* The newest backups of the chat database taken here (a restore imports the headers of foreign sets into backupset).
   Dates are local time of the producer; time_zone is its offset in quarter hours, 127 unknown: then this server's own. */
DECLARE @to_utc_min int
SET @to_utc_min = (DATEDIFF(minute, GETDATE(), GETUTCDATE()) + 1447) / 15 * 15 - 1440
SELECT TOP (200)
    b.backup_set_uuid AS backup_set_guid,
    b.type,
    b.first_lsn,
    b.last_lsn,
    CONVERT(nvarchar(23),
        DATEADD(minute,
            CASE WHEN b.time_zone BETWEEN -56 AND 56 THEN -15 * b.time_zone ELSE @to_utc_min END,
            b.backup_finish_date),
        126) AS finished_utc,
    b.is_copy_only,
    b.begins_log_chain,
    b.server_name,
    b.first_recovery_fork_guid AS first_fork_guid,
    b.last_recovery_fork_guid AS last_fork_guid,
    CAST(ISNULL(b.compressed_backup_size, b.backup_size) AS bigint) AS size_bytes,
    (SELECT TOP (1) f.physical_device_name
     FROM msdb.dbo.backupmediafamily AS f
     WHERE f.media_set_id = b.media_set_id
     ORDER BY f.family_sequence_number) AS device
FROM msdb.dbo.backupset AS b
WHERE b.database_name = @database
    AND (b.server_name = @@SERVERNAME OR b.server_name = CAST(SERVERPROPERTY(N'ServerName') AS nvarchar(128)))
ORDER BY b.backup_set_id DESC
