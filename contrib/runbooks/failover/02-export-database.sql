/* How they are restored. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
SELECT d.secondary_database, d.secondary_id, d.restore_delay, CAST(d.restore_all AS int) AS restore_all,
    CAST(d.restore_mode AS int) AS restore_mode, CAST(d.disconnect_users AS int) AS disconnect_users, d.block_size,
    d.buffer_count, d.max_transfer_size, d.last_restored_file,
    CONVERT(nvarchar(23), d.last_restored_date, 126) AS last_restored_date
FROM msdb.dbo.log_shipping_secondary_databases AS d
WHERE d.secondary_database = N'$(database)';
SELECT N'done' AS outcome;
