/* The full backup, into the side database, and each of its files into the drill's folder. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
RESTORE DATABASE [$(side)] FROM DISK = N'$(file)' WITH FILE = $(position), NORECOVERY/* , MOVE N'logical name' TO N'path' for each */;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
