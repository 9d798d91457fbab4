/* Log shipping from here ends: the copy that serves now ships to here.  A second call would be an error, so it is asked first.
   One secondary is the norm; where there are more, the last statement says so and nothing is removed. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DECLARE @server sysname, @secondary sysname;
SELECT @server = s.secondary_server, @secondary = s.secondary_database
FROM msdb.dbo.log_shipping_primary_secondaries AS s
JOIN msdb.dbo.log_shipping_primary_databases AS p ON p.primary_id = s.primary_id
WHERE p.primary_database = N'$(database)';
IF @server IS NOT NULL
    EXEC master.dbo.sp_delete_log_shipping_primary_secondary @primary_database = N'$(database)',
        @secondary_server = @server, @secondary_database = @secondary;
IF @@ERROR <> 0
    RETURN;
IF EXISTS (SELECT 1 FROM msdb.dbo.log_shipping_primary_databases WHERE primary_database = N'$(database)')
    EXEC master.dbo.sp_delete_log_shipping_primary_database @database = N'$(database)';
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
