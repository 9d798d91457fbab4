/* The side database goes, with its files, whoever looks into it. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'$(side)' AND state = 0)
    ALTER DATABASE [$(side)] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'$(side)')
    DROP DATABASE [$(side)];
IF @@ERROR <> 0
    RETURN;
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'$(side)')
    RETURN;
SELECT N'done' AS outcome;
