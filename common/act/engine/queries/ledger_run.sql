/* The ledger's runs, newest first (contrib/sql/ledger.sql), and this server's time, by which their words expire. */
SELECT TOP (50)
    r.run,
    r.epoch,
    r.verb,
    r.plan_id AS [plan],
    r.state,
    r.holder,
    r.serving_site,
    CONVERT(nvarchar(23), r.begun, 126) AS begun_utc,
    CONVERT(nvarchar(23), r.ended, 126) AS ended_utc,
    CONVERT(nvarchar(23), GETUTCDATE(), 126) AS now_utc
FROM pchat_ops.dbo.run AS r
ORDER BY r.epoch DESC, r.run DESC
