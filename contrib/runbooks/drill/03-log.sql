/* One log backup, into the side database. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
RESTORE LOG [$(side)] FROM DISK = N'$(file)' WITH FILE = $(position), NORECOVERY;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
