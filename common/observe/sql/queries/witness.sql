/* Asked on the witness: its own opinion of who is principal. */
SELECT
    w.principal_server_name AS principal_server,
    w.mirror_server_name AS mirror_server,
    w.role_sequence_number AS role_sequence,
    w.is_suspended,
    w.partner_sync_state_desc AS partner_sync_state
FROM sys.database_mirroring_witnesses AS w
WHERE w.database_name = @database
