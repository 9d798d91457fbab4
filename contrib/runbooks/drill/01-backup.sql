/* A full backup for a drill, on the principal: COPY_ONLY, so that neither the site's backups nor log shipping notice.  The one
   statement that a drill sends to the chat database. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
BACKUP DATABASE [$(database)] TO DISK = N'$(file)' WITH COPY_ONLY, INIT, FORMAT, CHECKSUM;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
