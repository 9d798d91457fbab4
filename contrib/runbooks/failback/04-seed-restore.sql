/* It replaces the copy of the primary site: "failback 4", but WITH NORECOVERY, as the tail follows.  Never a copy that is open:
   that is fenced first, and what it holds is kept in a file. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'$(database)' AND state = 0 AND is_read_only = 0 AND is_in_standby = 0)
    RETURN;
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
RESTORE DATABASE [$(database)] FROM DISK = N'$(file)' WITH FILE = 1, NORECOVERY, REPLACE, CHECKSUM, STATS = 5;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
