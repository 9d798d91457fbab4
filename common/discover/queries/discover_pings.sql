/* Every row of the chat servers as it stands, with this server's two clocks beside it: by which of them the pings are
   stamped, and how often, is learnt from asking this again and again. */
SELECT TOP (32)
    i.serverID AS server_id,
    i.serverAddress AS server_address,
    CONVERT(nvarchar(23), i.serverLastPingTime, 126) AS ping,
    CONVERT(nvarchar(23), GETUTCDATE(), 126) AS server_utc,
    CONVERT(nvarchar(23), GETDATE(), 126) AS server_local
FROM $(database).dbo.tblServerIdentity AS i
ORDER BY i.serverID
