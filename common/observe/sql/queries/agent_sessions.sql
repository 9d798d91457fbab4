/* agent.sql before SQL Server 2008 R2 SP1, where sys.dm_server_services does not exist. */
SELECT
    CAST(NULL AS nvarchar(256)) AS service_status,
    (SELECT COUNT(*) FROM sys.sysprocesses AS p WHERE p.program_name LIKE N'SQLAgent%') AS session_count
