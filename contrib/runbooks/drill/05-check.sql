/* Every page of the side database is read. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
DBCC CHECKDB ([$(side)]) WITH NO_INFOMSGS;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
