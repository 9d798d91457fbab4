/*
 * What the monitoring login may read of the chat and the compliance database, for check_pchat_pool.
 *
 *   sqlcmd -S HOST -v LOGIN="pchatmon" DATABASE="mgc" COMPLIANCE="mgccomp" -i monitor-chat.sql
 *
 * Run it once where the chat database is open, after monitor-login.sql: mirror and log-shipping secondary receive user and
 * rights with the log, and know the login by its SID.  The compliance database is not log shipped: run it in each site.
 */
:on error exit

USE [$(DATABASE)];
GO

IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'$(LOGIN)')
    CREATE USER [$(LOGIN)] FOR LOGIN [$(LOGIN)];
GO

/* Which chat servers are active, and whether two copies are of one lineage.  No message, no room, no principal. */
GRANT SELECT ON dbo.tblServerIdentity TO [$(LOGIN)];
GRANT SELECT ON dbo.tblActivePeers TO [$(LOGIN)];
GRANT SELECT ON dbo.tblSystemRevision TO [$(LOGIN)];
GRANT SELECT ON dbo.tblConfig (configPoolID) TO [$(LOGIN)];
GO

USE [$(COMPLIANCE)];
GO

IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'$(LOGIN)')
    CREATE USER [$(LOGIN)] FOR LOGIN [$(LOGIN)];
GO

/* How many events wait and since when; not what they say. */
GRANT SELECT ON dbo.tblComplianceState TO [$(LOGIN)];
GRANT SELECT ON dbo.tblComplianceData (cmplDate, cmplType) TO [$(LOGIN)];
GO
