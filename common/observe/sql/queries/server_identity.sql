/* Which chat servers write to this copy of the chat database.  The ping is shown as it stands: whether it is UTC or local
   time is unconfirmed, so its age is told both ways, by this server's clock.  Asked twice in a pass: who moves is alive. */
SELECT TOP (32)
    i.serverID AS server_id,
    i.serverAddress AS server_address,
    CONVERT(nvarchar(23), i.serverLastPingTime, 126) AS ping,
    /* DATEDIFF in seconds overflows after 68 years: error 535. */
    CASE WHEN ABS(DATEDIFF(day, i.serverLastPingTime, GETUTCDATE())) < 20000
         THEN DATEDIFF(second, i.serverLastPingTime, GETUTCDATE()) END AS age_if_utc_s,
    CASE WHEN ABS(DATEDIFF(day, i.serverLastPingTime, GETDATE())) < 20000
         THEN DATEDIFF(second, i.serverLastPingTime, GETDATE()) END AS age_if_local_s
FROM $(database).dbo.tblServerIdentity AS i
ORDER BY i.serverID
