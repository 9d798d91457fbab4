/* Side databases of drills, by their prefix, each file of each: whether one is ours its whole name and all of its files tell. */
SELECT TOP (1000)
    d.name AS [database],
    f.physical_name AS path,
    CONVERT(nvarchar(23), GETUTCDATE(), 126) AS now_utc
FROM (SELECT 1 AS one) AS always
LEFT JOIN sys.databases AS d ON LEFT(d.name, 12) = N'pchat_drill_'
LEFT JOIN sys.master_files AS f ON f.database_id = d.database_id
ORDER BY d.name, f.file_id
