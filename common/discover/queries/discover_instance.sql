/* Which SQL Server this is, and whether the chat database is open here: where it is not, its tables are not asked for. */
SELECT
    CAST(SERVERPROPERTY(N'ProductVersion') AS nvarchar(128)) AS version,
    CAST(SERVERPROPERTY(N'Edition') AS nvarchar(128)) AS edition,
    (SELECT MAX(d.state_desc) FROM sys.databases AS d WHERE d.name = @database) AS state
