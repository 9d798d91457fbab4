/* The mirroring session as this partner sees it.  On the mirror all values are NULL for a login that is not sysadmin. */
SELECT
    m.mirroring_guid,
    m.mirroring_state_desc AS state,
    m.mirroring_role_desc AS role,
    m.mirroring_role_sequence AS role_sequence,
    m.mirroring_safety_level_desc AS safety_level,
    m.mirroring_partner_instance AS partner_instance,
    m.mirroring_witness_name AS witness_name,
    m.mirroring_witness_state_desc AS witness_state,
    m.mirroring_failover_lsn AS failover_lsn,
    m.mirroring_end_of_log_lsn AS end_of_log_lsn
FROM sys.database_mirroring AS m
WHERE m.database_id = DB_ID(@database)
