/* The chat database opens: "failover 4".  The point of no return - no log backup can be applied any more.  Readers of a
   standby copy are ended first; in a copy that is only restoring nobody can be. */
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
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'$(database)' AND is_in_standby = 1)
    EXEC (@end);
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'$(database)' AND (state <> 0 OR is_in_standby = 1))
    RESTORE DATABASE [$(database)] WITH RECOVERY;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
