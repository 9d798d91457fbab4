/* The newest run of each log-shipping agent of this server: its last word, and the most specific error it left (nested
   causes have ascending sequence numbers).  A run is one session_id; ids of tables that are gone belong to nobody. */
SELECT
    r.agent_type,
    r.agent_id,
    r.session_status,
    CONVERT(nvarchar(23), r.log_time_utc, 126) AS logged_utc,
    CAST(r.message AS nvarchar(2000)) AS message,
    (SELECT TOP (1) CAST(e.message AS nvarchar(2000))
     FROM msdb.dbo.log_shipping_monitor_error_detail AS e
     WHERE e.agent_id = r.agent_id AND e.agent_type = r.agent_type AND e.session_id = r.session_id
     ORDER BY e.sequence_number DESC) AS error
FROM (
    SELECT
        h.agent_type, h.agent_id, h.session_id, h.session_status, h.log_time_utc, h.message,
        ROW_NUMBER() OVER (
            PARTITION BY h.agent_type
            ORDER BY h.session_id DESC, h.log_time_utc DESC, h.session_status DESC) AS age_rank
    FROM msdb.dbo.log_shipping_monitor_history_detail AS h
    JOIN (
        SELECT p.primary_id AS agent_id
        FROM msdb.dbo.log_shipping_primary_databases AS p
        WHERE p.primary_database = @database
        UNION ALL
        SELECT d.secondary_id
        FROM msdb.dbo.log_shipping_secondary_databases AS d
        WHERE d.secondary_database = @database
    ) AS own ON own.agent_id = h.agent_id
) AS r
WHERE r.age_rank = 1
ORDER BY r.agent_type
