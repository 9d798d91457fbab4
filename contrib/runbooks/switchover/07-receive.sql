/* The copy that served before follows: the secondary half of log shipping.  It stands where the other one took over, so that
   nothing has to be restored first.  Jobs are made disabled, and enabled once their schedules are there. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @copy uniqueidentifier, @restore uniqueidentifier, @secondary uniqueidentifier, @copy_name sysname,
    @restore_name sysname;
SET @copy_name = N'LSCopy_' + LEFT(REPLACE(N'$(primary_server)', N'\', N'-'), 60) + N'_' + LEFT(N'$(database)', 50);
SET @restore_name = N'LSRestore_' + LEFT(REPLACE(N'$(primary_server)', N'\', N'-'), 60) + N'_' + LEFT(N'$(database)', 50);
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.log_shipping_secondary
               WHERE primary_server = N'$(primary_server)' AND primary_database = N'$(database)')
    EXEC master.dbo.sp_add_log_shipping_secondary_primary @primary_server = N'$(primary_server)',
        @primary_database = N'$(database)', @backup_source_directory = N'$(share)',
        @backup_destination_directory = N'$(folder)', @copy_job_name = @copy_name, @restore_job_name = @restore_name,
        @file_retention_period = 4320, @copy_job_id = @copy OUTPUT, @restore_job_id = @restore OUTPUT,
        @secondary_id = @secondary OUTPUT;
IF @@ERROR <> 0
    RETURN;
SELECT @copy = copy_job_id, @restore = restore_job_id FROM msdb.dbo.log_shipping_secondary
WHERE primary_server = N'$(primary_server)' AND primary_database = N'$(database)';
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.sysjobschedules WHERE job_id = @copy)
    EXEC msdb.dbo.sp_add_jobschedule @job_id = @copy, @name = N'pchat log shipping', @enabled = 1, @freq_type = 4,
        @freq_interval = 1, @freq_subday_type = 4, @freq_subday_interval = $(minutes);
IF @@ERROR <> 0
    RETURN;
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.sysjobschedules WHERE job_id = @restore)
    EXEC msdb.dbo.sp_add_jobschedule @job_id = @restore, @name = N'pchat log shipping', @enabled = 1, @freq_type = 4,
        @freq_interval = 1, @freq_subday_type = 4, @freq_subday_interval = $(minutes);
IF @@ERROR <> 0
    RETURN;
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.log_shipping_secondary_databases WHERE secondary_database = N'$(database)')
    EXEC master.dbo.sp_add_log_shipping_secondary_database @secondary_database = N'$(database)',
        @primary_server = N'$(primary_server)', @primary_database = N'$(database)', @restore_delay = 0, @restore_all = 1,
        @restore_mode = 0, @disconnect_users = 0, @restore_threshold = 45, @threshold_alert_enabled = 1,
        @history_retention_period = 5760;
IF @@ERROR <> 0
    RETURN;
EXEC msdb.dbo.sp_update_job @job_id = @copy, @enabled = 1;
IF @@ERROR <> 0
    RETURN;
EXEC msdb.dbo.sp_update_job @job_id = @restore, @enabled = 1;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
