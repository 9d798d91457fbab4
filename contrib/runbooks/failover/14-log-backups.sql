/* A job of its own that backs up the log every 15 minutes, into a folder of its own: without it the log grows until it is
   full.  Made once, started at once.  File names are those of log shipping: whoever restores finds them in their order. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @job uniqueidentifier, @name sysname, @command nvarchar(max), @newest int;
SET @name = N'pchat log backup of ' + LEFT(N'$(database)', 100);
SELECT @job = job_id FROM msdb.dbo.sysjobs WHERE name = @name;
IF @job IS NULL
BEGIN
    SET @command = N'DECLARE @file nvarchar(400); SET @file = N''' + REPLACE(N'$(folder)', N'''', N'''''') + N'\'
        + REPLACE(N'$(database)', N'''', N'''''') + N'_'' + CONVERT(nvarchar(8), GETUTCDATE(), 112)'
        + N' + REPLACE(CONVERT(nvarchar(8), GETUTCDATE(), 108), N'':'', N'''') + N''.trn''; BACKUP LOG '
        + QUOTENAME(N'$(database)') + N' TO DISK = @file WITH INIT, CHECKSUM';
    EXEC msdb.dbo.sp_add_job @job_name = @name, @enabled = 1, @job_id = @job OUTPUT;
    IF @@ERROR <> 0
        RETURN;
    EXEC msdb.dbo.sp_add_jobstep @job_id = @job, @step_name = N'back up', @subsystem = N'TSQL', @command = @command,
        @database_name = N'master';
    IF @@ERROR <> 0
        RETURN;
    EXEC msdb.dbo.sp_add_jobschedule @job_id = @job, @name = N'every 15 minutes', @enabled = 1, @freq_type = 4,
        @freq_interval = 1, @freq_subday_type = 4, @freq_subday_interval = 15;
    IF @@ERROR <> 0
        RETURN;
    EXEC msdb.dbo.sp_add_jobserver @job_id = @job, @server_name = N'(local)';
    IF @@ERROR <> 0
        RETURN;
END;
SELECT @newest = MAX(session_id) FROM msdb.dbo.sysjobactivity;
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.sysjobactivity WHERE session_id = @newest AND job_id = @job
               AND start_execution_date IS NOT NULL AND stop_execution_date IS NULL)
    EXEC msdb.dbo.sp_start_job @job_id = @job;
SELECT N'done' AS outcome;
