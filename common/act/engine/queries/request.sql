/* What works on the chat database.  RESTORE runs in master and is known by the lock that it holds on the database, or - while
   it has none yet - by its name alone: better one too many than one too few.  Reading headers changes nothing. */
SELECT TOP (20)
    r.session_id,
    r.command,
    r.status,
    CAST(r.percent_complete AS int) AS percent_complete,
    r.estimated_completion_time AS left_ms,
    s.login_name AS login,
    s.host_name AS host,
    s.program_name AS program,
    CONVERT(nvarchar(23), s.login_time, 126) AS login_time
FROM sys.dm_exec_requests AS r
LEFT JOIN sys.dm_exec_sessions AS s ON s.session_id = r.session_id
WHERE r.session_id <> @@SPID
    AND r.command NOT LIKE N'RESTORE HEADERON%' AND r.command NOT LIKE N'RESTORE FILELIST%'
    AND (r.database_id = DB_ID(@database)
        OR r.command LIKE N'RESTORE%'
        OR r.command = N'DB STARTUP'
        OR r.command = N'KILLED/ROLLBACK'
        OR EXISTS (SELECT 1 FROM sys.dm_tran_locks AS l
                   WHERE l.request_session_id = r.session_id AND l.resource_type = N'DATABASE'
                       AND l.resource_database_id = DB_ID(@database)))
ORDER BY CASE WHEN r.command LIKE N'RESTORE%' OR r.command LIKE N'KILLED%' THEN 0 ELSE 1 END, r.session_id
