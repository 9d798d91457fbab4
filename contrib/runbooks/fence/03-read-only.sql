/* Nobody writes to the returned copy any more: READ_ONLY survives a restart and stays readable, for the comparison before a
   failback.  Whoever is in it is ended. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'$(database)' AND state = 0 AND is_read_only = 0)
    ALTER DATABASE [$(database)] SET READ_ONLY WITH ROLLBACK IMMEDIATE;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
