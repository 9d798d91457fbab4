/* What the copy that came back holds is kept in a file of its own before it is overwritten: messages that were never shipped
   are nowhere else.  COPY_ONLY disturbs no chain. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
BACKUP DATABASE [$(database)] TO DISK = N'$(file)' WITH COPY_ONLY, FORMAT, INIT, CHECKSUM, STATS = 5;
IF @@ERROR <> 0
    RETURN;
RESTORE VERIFYONLY FROM DISK = N'$(file)' WITH CHECKSUM;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
