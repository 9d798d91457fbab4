/* What waits for the compliance adapter, and who holds its lock.  Rows of cmplType 9 carry a date far in the future.  The
   base of the times is unconfirmed: both ways, by this server's clock. */
SELECT TOP (1)
    b.backlog_rows,
    /* DATEDIFF in seconds overflows after 68 years: error 535. */
    CASE WHEN ABS(DATEDIFF(day, b.oldest, GETUTCDATE())) < 20000
         THEN DATEDIFF(second, b.oldest, GETUTCDATE()) END AS oldest_age_if_utc_s,
    CASE WHEN ABS(DATEDIFF(day, b.oldest, GETDATE())) < 20000
         THEN DATEDIFF(second, b.oldest, GETDATE()) END AS oldest_age_if_local_s,
    s.lastProcessedEntryID AS last_processed_entry_id,
    s.activeServerID AS active_server_id,
    CASE WHEN ABS(DATEDIFF(day, GETUTCDATE(), s.lockExpirationTime)) < 20000
         THEN DATEDIFF(second, GETUTCDATE(), s.lockExpirationTime) END AS lock_left_if_utc_s,
    CASE WHEN ABS(DATEDIFF(day, GETDATE(), s.lockExpirationTime)) < 20000
         THEN DATEDIFF(second, GETDATE(), s.lockExpirationTime) END AS lock_left_if_local_s
FROM (
    SELECT COUNT(*) AS backlog_rows, MIN(d.entryDate) AS oldest
    FROM $(database).dbo.tblComplianceData AS d
    WHERE d.cmplType <> 9
) AS b
LEFT JOIN $(database).dbo.tblComplianceState AS s ON 1 = 1
