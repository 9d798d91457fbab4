/* The side database opens.  It is a database of its own: what serves chat is not touched. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
RESTORE DATABASE [$(side)] WITH RECOVERY;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
