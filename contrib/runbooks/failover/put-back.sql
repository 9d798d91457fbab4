/* Log shipping to here as it was before it was removed, from the rows that were exported: the same but for ids and dates that
   SQL Server makes.  Jobs are made disabled and enabled by 03-quiesce-undo.sql, when their schedules are there. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @copy uniqueidentifier, @restore uniqueidentifier, @secondary uniqueidentifier, @monitor sysname, @block int,
    @buffers int, @transfer int;
/* A monitor that nobody has named is this server itself. */
SET @monitor = CASE WHEN $(user_specified_monitor) = 1 THEN N'$(monitor_server)' END;
SET @block = CONVERT(int, N'$(block_size)');
SET @buffers = CONVERT(int, N'$(buffer_count)');
SET @transfer = CONVERT(int, N'$(max_transfer_size)');
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.log_shipping_secondary
               WHERE primary_server = N'$(primary_server)' AND primary_database = N'$(primary_database)')
    EXEC master.dbo.sp_add_log_shipping_secondary_primary @primary_server = N'$(primary_server)',
        @primary_database = N'$(primary_database)', @backup_source_directory = N'$(backup_source_directory)',
        @backup_destination_directory = N'$(backup_destination_directory)', @copy_job_name = N'$(copy_job)',
        @restore_job_name = N'$(restore_job)', @file_retention_period = $(file_retention_period),
        @monitor_server = @monitor, @monitor_server_security_mode = $(monitor_server_security_mode),
        @copy_job_id = @copy OUTPUT, @restore_job_id = @restore OUTPUT, @secondary_id = @secondary OUTPUT;
IF @@ERROR <> 0
    RETURN;
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.log_shipping_secondary_databases WHERE secondary_database = N'$(database)')
    EXEC master.dbo.sp_add_log_shipping_secondary_database @secondary_database = N'$(database)',
        @primary_server = N'$(primary_server)', @primary_database = N'$(primary_database)',
        @restore_delay = $(restore_delay), @restore_all = $(restore_all), @restore_mode = $(restore_mode),
        @disconnect_users = $(disconnect_users), @block_size = @block, @buffer_count = @buffers,
        @max_transfer_size = @transfer, @restore_threshold = $(restore_threshold),
        @threshold_alert = $(threshold_alert), @threshold_alert_enabled = $(threshold_alert_enabled),
        @history_retention_period = $(history_retention_period);
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
