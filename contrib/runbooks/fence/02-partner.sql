/* This copy leaves its mirroring session: while mirrored it can neither be made read-only nor be closed by its tail, and its
   partner could become writable by itself.  The partner stays behind restoring. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
IF EXISTS (SELECT 1 FROM sys.database_mirroring WHERE database_id = DB_ID(N'$(database)') AND mirroring_guid IS NOT NULL)
    ALTER DATABASE [$(database)] SET PARTNER OFF;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
