/*
 * The login with which pchat-runner acts on the SQL Server instances of a Persistent Chat deployment.  It is sysadmin: the
 * log-shipping procedures take nobody else, and a mirror shows its state to nobody else.  Only the runner knows its password;
 * checks use the login of monitor-login.sql.  Run it on every instance but the witness, as a sysadmin, SQL Server 2008 R2 to
 * 2019; running it again changes nothing but the password:
 *
 *     sqlcmd -S sqlpri1 -b -i acting-login.sql -v LOGIN=pchat_runner PASSWORD=... SID=0x...
 *
 * LOGIN     its name
 * PASSWORD  its password; on sqlcmd's command line others on that machine can read it: put `:setvar PASSWORD "..."` at the
 *           top of a copy of this file that nobody else can read, and leave it off the command line
 * SID       16 bytes, the same on every instance: take what
 *           SELECT CONVERT(varchar(34), CAST(NEWID() AS varbinary(16)), 1) says once, and use that everywhere
 *
 * A Windows account brings both along; sqlcmd wants to see the variables all the same:
 *
 *     sqlcmd -S sqlpri1 -E -b -i acting-login.sql -v LOGIN="LITWARE\svc-pchatrun" PASSWORD=- SID=0x00
 *
 * Where it is to be enabled for an operation only: ALTER LOGIN [...] DISABLE, and ENABLE before; the runner says that it
 * cannot log in.
 */
:on error exit

USE master;
GO

/* The default database is master: there the lock is taken, and it is open when the chat database is not. */
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

/* The procedure, since ALTER SERVER ROLE is not there before 2012. */
IF IS_SRVROLEMEMBER(N'sysadmin', N'$(LOGIN)') = 0
    EXEC sp_addsrvrolemember N'$(LOGIN)', N'sysadmin';
GO
