/* Who has the chat database open here.  sysprocesses, since dm_exec_sessions has no database before 2012; ecid 0 counts a
   session once, however many threads it has. */
SELECT TOP (20)
    RTRIM(p.loginame) AS login,
    RTRIM(p.hostname) AS host,
    RTRIM(p.program_name) AS program,
    COUNT(*) AS session_count
FROM sys.sysprocesses AS p
JOIN sys.dm_exec_sessions AS s ON s.session_id = p.spid
WHERE p.dbid = DB_ID(@database) AND s.is_user_process = 1 AND p.spid <> @@SPID AND p.ecid = 0
GROUP BY p.loginame, p.hostname, p.program_name
ORDER BY COUNT(*) DESC
