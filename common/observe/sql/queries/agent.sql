/* Whether SQL Server Agent runs: as the service manager says it, and by the Agent's own sessions. */
SELECT
    (SELECT MAX(s.status_desc) FROM sys.dm_server_services AS s WHERE s.servicename LIKE N'SQL Server Agent (%')
        AS service_status,
    (SELECT COUNT(*) FROM sys.sysprocesses AS p WHERE p.program_name LIKE N'SQLAgent%') AS session_count
