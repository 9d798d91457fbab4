/* The new principal's own log backup job ships from now on: it must be enabled.  B needs nothing. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @job uniqueidentifier;
SELECT @job = p.backup_job_id FROM msdb.dbo.log_shipping_primary_databases AS p
WHERE p.primary_database = N'$(database)';
IF @job IS NOT NULL
    EXEC msdb.dbo.sp_update_job @job_id = @job, @enabled = 1;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
