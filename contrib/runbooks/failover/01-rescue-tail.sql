/* What the old principal still holds, although its copy cannot be used any more: needs an intact log file.  Changes nothing
   there.  The file must lie where the standby can read it. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
BACKUP LOG [$(database)] TO DISK = N'$(file)' WITH NO_TRUNCATE, INIT, CHECKSUM, STATS = 5;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
