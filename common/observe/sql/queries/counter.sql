/* Queues of mirroring, in KB, and how full the log is.  Names are blank-padded; the object is SQLServer:... or MSSQL$INSTANCE:... */
SELECT
    MAX(CASE WHEN c.counter_name LIKE N'Log Send Queue KB%' THEN c.cntr_value END) AS send_queue_kb,
    MAX(CASE WHEN c.counter_name LIKE N'Redo Queue KB%' THEN c.cntr_value END) AS redo_queue_kb,
    MAX(CASE WHEN c.counter_name LIKE N'Percent Log Used%' THEN c.cntr_value END) AS log_used_percent
FROM sys.dm_os_performance_counters AS c
WHERE RTRIM(c.instance_name) = @database
    AND (c.object_name LIKE N'%:Database Mirroring%' OR c.object_name LIKE N'%:Databases%')
GROUP BY c.instance_name
