/* Who has the chat database open here: sysprocesses, since dm_exec_sessions has no database before 2012.  Sessions of the
   engine itself have no host; ecid 0 counts a session once, however many threads it has. */
SELECT TOP (20)
    RTRIM(p.loginame) AS login,
    RTRIM(p.hostname) AS host,
    RTRIM(p.program_name) AS program,
    COUNT(*) AS session_count
FROM sys.sysprocesses AS p
WHERE p.dbid = DB_ID(@database) AND p.spid > 50 AND p.spid <> @@SPID AND p.ecid = 0 AND p.hostname <> N''
GROUP BY p.loginame, p.hostname, p.program_name
ORDER BY COUNT(*) DESC
