/* This copy ships no more logs: they would mix with those of the copy that serves, or is about to. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @job uniqueidentifier, @newest int;
SELECT @job = p.backup_job_id FROM msdb.dbo.log_shipping_primary_databases AS p
WHERE p.primary_database = N'$(database)';
IF EXISTS (SELECT 1 FROM msdb.dbo.sysjobs WHERE job_id = @job AND enabled = 1)
    EXEC msdb.dbo.sp_update_job @job_id = @job, @enabled = 0;
IF @@ERROR <> 0
    RETURN;
SELECT @newest = MAX(session_id) FROM msdb.dbo.sysjobactivity;
IF EXISTS (SELECT 1 FROM msdb.dbo.sysjobactivity WHERE session_id = @newest AND job_id = @job
           AND start_execution_date IS NOT NULL AND stop_execution_date IS NULL)
    EXEC msdb.dbo.sp_stop_job @job_id = @job;
SELECT N'done' AS outcome;
