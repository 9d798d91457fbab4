/* Log shipping to here ends: "failover 1", here as the last step before recovery, since it deletes the jobs and what they
   know.  The files and the database stay.  A second call would be an error, so it is asked first. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
IF EXISTS (SELECT 1 FROM msdb.dbo.log_shipping_secondary_databases WHERE secondary_database = N'$(database)')
    EXEC master.dbo.sp_delete_log_shipping_secondary_database @secondary_database = N'$(database)';
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
