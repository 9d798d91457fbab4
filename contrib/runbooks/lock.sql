/* For whoever carries a runbook out by hand: takes the pool lock for this session.  It stands before the step's file, in the
   same session:

       sqlcmd -S sqldr1 -E -b -v lock="pchat:lyncpc.litwareinc.com" server="SQLDR1" database="mgc" -i lock.sql,failover/07-recover.sql

   What each variable must be stands in the plan, which prints every batch with its values. */
DECLARE @rc int;
EXEC @rc = sp_getapplock @Resource = N'$(lock)', @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 3000;
IF @rc < 0
    RAISERROR(N'somebody else holds the pool lock', 16, 1);
