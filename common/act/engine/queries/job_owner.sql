/* Whose the jobs of log shipping are: what belongs to nobody - an account that the directory no longer knows - the Agent does
   not run. */
SELECT j.name, SUSER_SNAME(j.owner_sid) AS owner
FROM msdb.dbo.sysjobs AS j
WHERE j.job_id IN (
    SELECT p.backup_job_id
    FROM msdb.dbo.log_shipping_primary_databases AS p
    WHERE p.primary_database = @database
    UNION ALL
    SELECT s.copy_job_id
    FROM msdb.dbo.log_shipping_secondary AS s
    JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
    WHERE d.secondary_database = @database
    UNION ALL
    SELECT s.restore_job_id
    FROM msdb.dbo.log_shipping_secondary AS s
    JOIN msdb.dbo.log_shipping_secondary_databases AS d ON d.secondary_id = s.secondary_id
    WHERE d.secondary_database = @database)
ORDER BY j.name
