/*
 * What the monitoring login may read of the chat and the compliance database, for check_pchat_pool.
 *
 *   sqlcmd -S HOST -v LOGIN="pchatmon" DATABASE="mgc" COMPLIANCE="mgccomp" -i monitor-chat.sql
 *
 * Run it after monitor-login.sql on every instance; it does something where a database is open for writing.  Mirror and
 * log-shipping secondary receive user and rights with the log, and know the login by its SID.  The compliance database is not
 * log shipped: each site has its own.
 */
:on error exit

USE master;
GO

/* Which chat servers are active, and whether two copies are of one lineage.  No message, no room, no principal. */
IF EXISTS (SELECT 1 FROM sys.databases
           WHERE name = N'$(DATABASE)' AND state = 0 AND is_read_only = 0 AND is_in_standby = 0)
    EXEC (N'USE [$(DATABASE)];
        IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N''$(LOGIN)'')
            CREATE USER [$(LOGIN)] FOR LOGIN [$(LOGIN)];
        GRANT SELECT ON dbo.tblServerIdentity TO [$(LOGIN)];
        GRANT SELECT ON dbo.tblActivePeers TO [$(LOGIN)];
        GRANT SELECT ON dbo.tblSystemRevision TO [$(LOGIN)];
        GRANT SELECT ON dbo.tblConfig (configPoolID) TO [$(LOGIN)];');
GO

/* How many events wait and since when; not what they say. */
IF EXISTS (SELECT 1 FROM sys.databases
           WHERE name = N'$(COMPLIANCE)' AND state = 0 AND is_read_only = 0 AND is_in_standby = 0)
    EXEC (N'USE [$(COMPLIANCE)];
        IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N''$(LOGIN)'')
            CREATE USER [$(LOGIN)] FOR LOGIN [$(LOGIN)];
        GRANT SELECT ON dbo.tblComplianceState TO [$(LOGIN)];
        GRANT SELECT ON dbo.tblComplianceData (entryDate, cmplType) TO [$(LOGIN)];');
GO
