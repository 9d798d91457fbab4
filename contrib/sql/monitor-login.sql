/*
 * The login with which pchat-plugins watches a SQL Server instance of a Persistent Chat deployment, and no right more
 * than it needs.  Run it on every instance (principal, mirror, witness, log-shipping secondary and its mirror), as a
 * sysadmin, SQL Server 2008 R2 to 2019; running it again changes nothing but the password:
 *
 *     sqlcmd -S sqlpri1 -i monitor-login.sql -v LOGIN=pchat_monitor PASSWORD=... SID=0x...
 *
 * LOGIN     its name
 * PASSWORD  its password; on sqlcmd's command line others on that machine can read it: put `:setvar PASSWORD "..."` at the
 *           top of a copy of this file that nobody else can read, and leave it off the command line
 * SID       16 bytes, the same on every instance, so that database users survive a change of roles: take what
 *           SELECT CONVERT(varchar(34), CAST(NEWID() AS varbinary(16)), 1) says once, and use that everywhere
 *
 * A Windows account brings both along; sqlcmd wants to see the variables all the same:
 *
 *     sqlcmd -S sqlpri1 -E -b -i monitor-login.sql -v LOGIN="LITWARE\svc-pchatmon" PASSWORD=- SID=0x00
 *
 * What each right is for is said beside it; more in docs/monitoring-login.md.
 */
:on error exit

USE master;
GO

/* The default database is master: an instance whose copy of the chat database is not open must still let it in. */
IF CHARINDEX(N'\', N'$(LOGIN)') > 0
BEGIN
    IF NOT EXISTS (SELECT 1 FROM sys.server_principals WHERE name = N'$(LOGIN)')
        CREATE LOGIN [$(LOGIN)] FROM WINDOWS WITH DEFAULT_DATABASE = [master];
END
ELSE IF NOT EXISTS (SELECT 1 FROM sys.server_principals WHERE name = N'$(LOGIN)')
    CREATE LOGIN [$(LOGIN)] WITH PASSWORD = N'$(PASSWORD)', SID = $(SID), DEFAULT_DATABASE = [master],
        CHECK_EXPIRATION = OFF, CHECK_POLICY = ON;
ELSE IF EXISTS (SELECT 1 FROM sys.server_principals WHERE name = N'$(LOGIN)' AND type = N'S')
    ALTER LOGIN [$(LOGIN)] WITH PASSWORD = N'$(PASSWORD)', DEFAULT_DATABASE = [master];
GO

/* Counters, sessions, the Agent's service, and whether this connection is encrypted. */
GRANT VIEW SERVER STATE TO [$(LOGIN)];
/* sys.master_files (how far a restoring copy is) and the witness's own view.  It implies VIEW ANY DATABASE, for sys.databases
   and sys.database_mirroring, also where somebody took that from public. */
GRANT VIEW ANY DEFINITION TO [$(LOGIN)];
GO

USE msdb;
GO

IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'$(LOGIN)')
    CREATE USER [$(LOGIN)] FOR LOGIN [$(LOGIN)];
GO

/* Log shipping: what is configured, and what its agents did last. */
GRANT SELECT ON dbo.log_shipping_primary_databases TO [$(LOGIN)];
GRANT SELECT ON dbo.log_shipping_primary_secondaries TO [$(LOGIN)];
GRANT SELECT ON dbo.log_shipping_secondary TO [$(LOGIN)];
GRANT SELECT ON dbo.log_shipping_secondary_databases TO [$(LOGIN)];
GRANT SELECT ON dbo.log_shipping_monitor_primary TO [$(LOGIN)];
GRANT SELECT ON dbo.log_shipping_monitor_secondary TO [$(LOGIN)];
GRANT SELECT ON dbo.log_shipping_monitor_history_detail TO [$(LOGIN)];
GRANT SELECT ON dbo.log_shipping_monitor_error_detail TO [$(LOGIN)];
GRANT SELECT ON dbo.log_shipping_monitor_alert TO [$(LOGIN)];
/* SQL Server Agent: are the jobs enabled, scheduled, running, and how did they end. */
GRANT SELECT ON dbo.sysjobs TO [$(LOGIN)];
GRANT SELECT ON dbo.sysjobschedules TO [$(LOGIN)];
GRANT SELECT ON dbo.sysschedules TO [$(LOGIN)];
GRANT SELECT ON dbo.sysjobactivity TO [$(LOGIN)];
GRANT SELECT ON dbo.sysjobhistory TO [$(LOGIN)];
/* The log chain: which backups were taken, where they went, which were restored. */
GRANT SELECT ON dbo.backupset TO [$(LOGIN)];
GRANT SELECT ON dbo.backupmediafamily TO [$(LOGIN)];
GRANT SELECT ON dbo.restorehistory TO [$(LOGIN)];
GO
