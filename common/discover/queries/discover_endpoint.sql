/* Where database mirroring listens here: 5022 and 7022 are only what the wizard proposes. */
SELECT
    e.role_desc AS role,
    e.state_desc AS state,
    t.port AS port
FROM sys.database_mirroring_endpoints AS e
JOIN sys.tcp_endpoints AS t ON t.endpoint_id = e.endpoint_id
