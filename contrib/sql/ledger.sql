/*
 * The ledger of pchat-plugins: the small database in which whoever acts on a pool writes what he does, so that somebody else
 * can go on from another host.  One of the log-shipping secondary counts; the others hold copies, for the day when it is
 * gone.  Run it on the principal, the mirror, the log-shipping secondary and its mirror, as a sysadmin, SQL Server 2008 R2
 * to 2019; running it again changes nothing:
 *
 *     sqlcmd -S sqldr1 -b -i ledger.sql -v MONITOR=pchat_monitor
 *
 * MONITOR  the login of monitor-login.sql, which may read it: checks show a run that is under way on another host
 *
 * It holds no secret and is never log shipped nor mirrored.  Back it up with the other small databases.
 */
:on error exit

USE master;
GO

IF NOT EXISTS (SELECT 1 FROM sys.databases WHERE name = N'pchat_ops')
    CREATE DATABASE [pchat_ops];
GO

/* A log that nobody backs up does not grow. */
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'pchat_ops' AND recovery_model <> 3)
    ALTER DATABASE [pchat_ops] SET RECOVERY SIMPLE;
GO

USE pchat_ops;
GO

/* A run: one verb carried out on the pool, from its beginning to its end.  Times are UTC by this server's clock. */
IF OBJECT_ID(N'dbo.run') IS NULL
    CREATE TABLE dbo.run (
        run bigint NOT NULL,
        epoch bigint NOT NULL, /* raised by whoever takes it over; the highest is the one that may act */
        verb nvarchar(32) NOT NULL,
        plan_id nvarchar(64) NOT NULL,
        state nvarchar(16) NOT NULL, /* open, finished, abandoned, left */
        holder nvarchar(128) NULL, /* host of the runner that has it */
        serving_site nvarchar(128) NULL, /* that serves after it, where it moved the pool */
        begun datetime NOT NULL,
        ended datetime NULL,
        CONSTRAINT pk_run PRIMARY KEY (run, plan_id));
GO

/* What must outlive the host that knew it: approvals, accepted loss, words about fences, exported set-up. */
IF OBJECT_ID(N'dbo.note') IS NULL
    CREATE TABLE dbo.note (
        note bigint NOT NULL,
        run bigint NULL,
        plan_id nvarchar(64) NULL,
        kind nvarchar(32) NOT NULL,
        object nvarchar(256) NULL,
        person nvarchar(128) NULL,
        note_text nvarchar(max) NULL,
        at datetime NOT NULL,
        expires datetime NULL,
        CONSTRAINT pk_note PRIMARY KEY (note));
GO

IF EXISTS (SELECT 1 FROM sys.server_principals WHERE name = N'$(MONITOR)')
    AND NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'$(MONITOR)')
    CREATE USER [$(MONITOR)] FOR LOGIN [$(MONITOR)];
GO

IF EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'$(MONITOR)')
BEGIN
    GRANT SELECT ON dbo.run TO [$(MONITOR)];
    GRANT SELECT ON dbo.note TO [$(MONITOR)];
END;
GO
