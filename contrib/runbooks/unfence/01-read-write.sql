/* The fenced copy may be written to again.  Only while no other copy is or may become writable. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'$(database)' AND state = 0 AND is_read_only = 1)
    ALTER DATABASE [$(database)] SET READ_WRITE WITH ROLLBACK IMMEDIATE;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
