/* On the mirror: it becomes principal without its partner.  What it had not received is lost, and the old principal must stay
   fenced: it does not know. */
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
