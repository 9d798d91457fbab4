/* LSCopy once more, while the share can still be read: "failover 2".  A job that is disabled can be started. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @copy uniqueidentifier;
SELECT @copy = s.copy_job_id
FROM msdb.dbo.log_shipping_secondary AS s
JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
WHERE d.secondary_database = N'$(database)';
IF @copy IS NOT NULL
    EXEC msdb.dbo.sp_start_job @job_id = @copy;
SELECT N'done' AS outcome;
