/* LSCopy and LSRestore go on, as far as they did before. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @copy uniqueidentifier, @restore uniqueidentifier;
SELECT @copy = s.copy_job_id, @restore = s.restore_job_id
FROM msdb.dbo.log_shipping_secondary AS s
JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
WHERE d.secondary_database = N'$(database)';
IF $(copy_enabled) = 1 AND @copy IS NOT NULL
    EXEC msdb.dbo.sp_update_job @job_id = @copy, @enabled = 1;
IF $(restore_enabled) = 1 AND @restore IS NOT NULL
    EXEC msdb.dbo.sp_update_job @job_id = @restore, @enabled = 1;
SELECT N'done' AS outcome;
