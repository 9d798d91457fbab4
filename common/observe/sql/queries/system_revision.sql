/* What two copies of one lineage have in common after a restore. */
SELECT
    (SELECT MAX(r.sysRevision) FROM $(database).dbo.tblSystemRevision AS r) AS sys_revision,
    (SELECT TOP (1) CONVERT(nvarchar(36), c.configPoolID)
     FROM $(database).dbo.tblConfig AS c
     WHERE c.configPoolID IS NOT NULL) AS config_pool_guid
