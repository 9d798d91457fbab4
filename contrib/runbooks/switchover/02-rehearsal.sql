/* A log backup of the copy that serves, while it serves: once it is restored at the other site, the way of the tail is known
   to work, and the tail is short. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
BACKUP LOG [$(database)] TO DISK = N'$(file)' WITH INIT, CHECKSUM, STATS = 5;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
