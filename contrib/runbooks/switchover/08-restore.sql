/* LSRestore once, so that the first log backup is restored at once. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @restore uniqueidentifier, @newest int;
SELECT @restore = s.restore_job_id
FROM msdb.dbo.log_shipping_secondary AS s
JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
WHERE d.secondary_database = N'$(database)';
SELECT @newest = MAX(session_id) FROM msdb.dbo.sysjobactivity;
IF @restore IS NOT NULL AND NOT EXISTS (SELECT 1 FROM msdb.dbo.sysjobactivity
                                        WHERE session_id = @newest AND job_id = @restore
                                        AND start_execution_date IS NOT NULL AND stop_execution_date IS NULL)
    EXEC msdb.dbo.sp_start_job @job_id = @restore;
SELECT N'done' AS outcome;
