/* The tail of this copy, WITH NORECOVERY: from here on nothing can be written to it.  Ends the sessions in it
   first. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
/* The text is made first: KILL takes no variable.  Session ids are used again, so the login time must still be that. */
DECLARE @end nvarchar(max);
SET @end = N'';
SELECT @end = @end + N'IF EXISTS (SELECT 1 FROM sys.dm_exec_sessions WHERE session_id = ' + CAST(s.session_id AS nvarchar(10))
    + N' AND login_time = CONVERT(datetime, N''' + CONVERT(nvarchar(23), s.login_time, 126) + N''', 126)) KILL '
    + CAST(s.session_id AS nvarchar(10)) + N'; '
FROM sys.dm_exec_sessions AS s
WHERE s.is_user_process = 1 AND s.session_id <> @@SPID
    AND EXISTS (SELECT 1 FROM sys.sysprocesses AS p WHERE p.spid = s.session_id AND p.dbid = DB_ID(N'$(database)'));
EXEC (@end);
BACKUP LOG [$(database)] TO DISK = N'$(file)' WITH NORECOVERY, INIT, CHECKSUM, STATS = 5;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
