/* The mirror of a lost principal becomes writable, so that its log can be backed up.  Needs the fence of principal and chat
   servers: whoever writes here from now on writes what nobody will see. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
ALTER DATABASE [$(database)] SET PARTNER FORCE_SERVICE_ALLOW_DATA_LOSS;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
