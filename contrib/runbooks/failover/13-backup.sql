/* The first full backup of the copy that serves now.  Never into the log-shipping share: the old primary's job deletes
   there. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
BACKUP DATABASE [$(database)] TO DISK = N'$(file)' WITH INIT, CHECKSUM, STATS = 5;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
