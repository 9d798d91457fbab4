/* Who answers, which rights this login has, whether the session is encrypted.  dm_exec_connections needs VIEW SERVER STATE
   even for one's own row: server_unprivileged.sql is asked where this is denied. */
SELECT
    CAST(SERVERPROPERTY(N'ServerName') AS nvarchar(128)) AS server_name,
    CAST(SERVERPROPERTY(N'ProductVersion') AS nvarchar(128)) AS version,
    CAST(SERVERPROPERTY(N'Edition') AS nvarchar(128)) AS edition,
    CAST(SERVERPROPERTY(N'EngineEdition') AS int) AS engine_edition,
    CONVERT(nvarchar(23), GETUTCDATE(), 126) AS now_utc,
    SUSER_SNAME() AS login,
    IS_SRVROLEMEMBER(N'sysadmin') AS is_sysadmin,
    HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW SERVER STATE') AS view_server_state,
    HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW ANY DEFINITION') AS view_any_definition,
    HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW ANY DATABASE') AS view_any_database,
    (SELECT MAX(c.encrypt_option) FROM sys.dm_exec_connections AS c WHERE c.session_id = @@SPID) AS encrypt_option
