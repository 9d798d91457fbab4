/* Who holds the pool lock here.  As a DBA: DECLARE @lock nvarchar(255); SET @lock = N'pchat:<pool in lower case>'; first. */
SELECT TOP (4)
    l.request_session_id AS session_id,
    l.request_mode AS mode,
    s.login_name AS login,
    s.host_name AS host,
    s.program_name AS program,
    CONVERT(nvarchar(23), s.login_time, 126) AS login_time
FROM sys.dm_tran_locks AS l
LEFT JOIN sys.dm_exec_sessions AS s ON s.session_id = l.request_session_id
WHERE l.resource_type = N'APPLICATION' AND l.resource_database_id = DB_ID(N'master') AND l.request_status = N'GRANT'
    AND CHARINDEX(N'[' + @lock + N']', l.resource_description) > 0
ORDER BY l.request_session_id
