/* Connections between chat servers: n alive ones make n * (n - 1) rows. */
SELECT TOP (64)
    p.aplServerID AS server_id,
    p.aplPeerID AS peer_id
FROM $(database).dbo.tblActivePeers AS p
