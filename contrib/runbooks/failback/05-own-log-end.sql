/* The log backups of its own are not needed any more: log shipping takes them again. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @job uniqueidentifier;
SELECT @job = job_id FROM msdb.dbo.sysjobs WHERE name = N'pchat log backup of ' + LEFT(N'$(database)', 100);
IF @job IS NOT NULL
    EXEC msdb.dbo.sp_delete_job @job_id = @job;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
