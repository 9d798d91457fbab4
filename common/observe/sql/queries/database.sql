/* The state of the chat database here.  No row: it does not exist, or is OFFLINE and hidden from this login. */
SELECT
    d.name,
    d.state_desc AS state,
    d.user_access_desc AS user_access,
    d.is_read_only,
    d.is_in_standby,
    d.recovery_model_desc AS recovery_model,
    d.log_reuse_wait_desc AS log_reuse_wait,
    HAS_DBACCESS(d.name) AS has_dbaccess
FROM sys.databases AS d
WHERE d.name = @database
