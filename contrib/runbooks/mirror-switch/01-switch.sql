/* On the principal: the two partners change roles.  Nothing is lost: SQL Server refuses unless they are synchronized.  The
   connections to the chat database break, and chat comes back by itself through the other partner. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
ALTER DATABASE [$(database)] SET PARTNER FAILOVER;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
