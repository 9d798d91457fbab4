/* A full backup of the copy that serves, while it serves: "failback 3". */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
BACKUP DATABASE [$(database)] TO DISK = N'$(file)' WITH FORMAT, INIT, CHECKSUM, STATS = 5;
IF @@ERROR <> 0
    RETURN;
RESTORE VERIFYONLY FROM DISK = N'$(file)' WITH CHECKSUM;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
