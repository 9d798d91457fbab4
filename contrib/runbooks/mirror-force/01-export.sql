/* What this partner knows of the mirroring session before it is forced. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
SELECT m.mirroring_guid, m.mirroring_state_desc, m.mirroring_role_desc, m.mirroring_role_sequence,
    m.mirroring_safety_level_desc, m.mirroring_safety_sequence, m.mirroring_partner_name, m.mirroring_partner_instance,
    m.mirroring_witness_name, m.mirroring_witness_state_desc, m.mirroring_failover_lsn, m.mirroring_connection_timeout
FROM sys.database_mirroring AS m
WHERE m.database_id = DB_ID(N'$(database)') AND m.mirroring_guid IS NOT NULL;
SELECT N'done' AS outcome;
