/* A witness that cannot be asked forbids the force.  SQL Server may refuse this on the mirror: then the witness must come back
   first. */
USE master;
IF NOT EXISTS (SELECT 1 WHERE APPLOCK_MODE(N'public', N'$(lock)', N'Session') = N'Exclusive' AND @@SERVERNAME = N'$(server)')
BEGIN
    SELECT N'not ours' AS outcome;
    RETURN;
END;
IF EXISTS (SELECT 1 FROM sys.database_mirroring WHERE database_id = DB_ID(N'$(database)') AND mirroring_witness_name <> N'')
    ALTER DATABASE [$(database)] SET WITNESS OFF;
IF @@ERROR <> 0
    RETURN;
SELECT N'done' AS outcome;
