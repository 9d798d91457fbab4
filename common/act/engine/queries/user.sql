/* Who has the chat database open here, session by session: in it, or holding it from another one.  sysprocesses, since
   dm_exec_sessions has no database before 2012. */
SELECT TOP (200)
    s.session_id,
    s.login_name AS login,
    s.host_name AS host,
    s.program_name AS program,
    CONVERT(nvarchar(23), s.login_time, 126) AS login_time
FROM sys.dm_exec_sessions AS s
WHERE s.is_user_process = 1 AND s.session_id <> @@SPID
    AND (EXISTS (SELECT 1 FROM sys.sysprocesses AS p WHERE p.spid = s.session_id AND p.dbid = DB_ID(@database))
        OR EXISTS (SELECT 1 FROM sys.dm_tran_locks AS l
                   WHERE l.request_session_id = s.session_id AND l.resource_type = N'DATABASE'
                       AND l.resource_database_id = DB_ID(@database)))
ORDER BY s.session_id
