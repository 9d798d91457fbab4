/* The copy that serves now ships its logs to the share: the primary half of log shipping, as Management Studio sets it up, and
   its first backup at once.  What is there already is left alone. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @job uniqueidentifier, @primary uniqueidentifier, @name sysname, @newest int;
SET @name = N'LSBackup_' + LEFT(N'$(database)', 100);
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.log_shipping_primary_databases WHERE primary_database = N'$(database)')
    EXEC master.dbo.sp_add_log_shipping_primary_database @database = N'$(database)', @backup_directory = N'$(share)',
        @backup_share = N'$(share)', @backup_job_name = @name, @backup_retention_period = 4320, @backup_threshold = 60,
        @threshold_alert_enabled = 1, @history_retention_period = 5760, @backup_job_id = @job OUTPUT,
        @primary_id = @primary OUTPUT;
IF @@ERROR <> 0
    RETURN;
EXEC master.dbo.sp_add_log_shipping_alert_job;
IF @@ERROR <> 0
    RETURN;
SELECT @job = backup_job_id FROM msdb.dbo.log_shipping_primary_databases WHERE primary_database = N'$(database)';
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.sysjobschedules WHERE job_id = @job)
    EXEC msdb.dbo.sp_add_jobschedule @job_id = @job, @name = N'pchat log shipping', @enabled = 1, @freq_type = 4,
        @freq_interval = 1, @freq_subday_type = 4, @freq_subday_interval = $(minutes);
IF @@ERROR <> 0
    RETURN;
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.log_shipping_primary_secondaries AS s
               JOIN msdb.dbo.log_shipping_primary_databases AS p ON p.primary_id = s.primary_id
               WHERE p.primary_database = N'$(database)' AND s.secondary_server = N'$(secondary_server)')
    EXEC master.dbo.sp_add_log_shipping_primary_secondary @primary_database = N'$(database)',
        @secondary_server = N'$(secondary_server)', @secondary_database = N'$(database)';
IF @@ERROR <> 0
    RETURN;
EXEC msdb.dbo.sp_update_job @job_id = @job, @enabled = 1;
IF @@ERROR <> 0
    RETURN;
SELECT @newest = MAX(session_id) FROM msdb.dbo.sysjobactivity;
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.sysjobactivity WHERE session_id = @newest AND job_id = @job
               AND start_execution_date IS NOT NULL AND stop_execution_date IS NULL)
    EXEC msdb.dbo.sp_start_job @job_id = @job;
SELECT N'done' AS outcome;
