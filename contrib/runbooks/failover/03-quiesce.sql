/* LSCopy and LSRestore rest: a restore job that runs takes the database, or the same file, from under a RESTORE.  Known by
   their ids, never by their names.  A RESTORE that is interrupted is taken up again with the same file. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @copy uniqueidentifier, @restore uniqueidentifier, @newest int;
SELECT @copy = s.copy_job_id, @restore = s.restore_job_id
FROM msdb.dbo.log_shipping_secondary AS s
JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
WHERE d.secondary_database = N'$(database)';
IF EXISTS (SELECT 1 FROM msdb.dbo.sysjobs WHERE job_id = @copy AND enabled = 1)
    EXEC msdb.dbo.sp_update_job @job_id = @copy, @enabled = 0;
IF EXISTS (SELECT 1 FROM msdb.dbo.sysjobs WHERE job_id = @restore AND enabled = 1)
    EXEC msdb.dbo.sp_update_job @job_id = @restore, @enabled = 0;
SELECT @newest = MAX(session_id) FROM msdb.dbo.sysjobactivity;
IF EXISTS (SELECT 1 FROM msdb.dbo.sysjobactivity WHERE session_id = @newest AND job_id = @copy
           AND start_execution_date IS NOT NULL AND stop_execution_date IS NULL)
    EXEC msdb.dbo.sp_stop_job @job_id = @copy;
IF EXISTS (SELECT 1 FROM msdb.dbo.sysjobactivity WHERE session_id = @newest AND job_id = @restore
           AND start_execution_date IS NOT NULL AND stop_execution_date IS NULL)
    EXEC msdb.dbo.sp_stop_job @job_id = @restore;
SELECT N'done' AS outcome;
