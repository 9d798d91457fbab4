/* The ledger's notes, newest first.  Exported set-up is long: only that of the newest run that has any is read.  Of drills,
   which there may be every day, the last of each kind on each instance. */
SELECT TOP (500)
    n.note,
    n.run,
    n.plan_id AS [plan],
    n.kind,
    n.object,
    n.person,
    CASE WHEN n.kind <> N'export' THEN LEFT(n.note_text, 600)
         WHEN n.run >= (SELECT MAX(e.run) FROM pchat_ops.dbo.note AS e WHERE e.kind = N'export') THEN n.note_text
    END AS [text],
    CONVERT(nvarchar(23), n.at, 126) AS at_utc,
    CONVERT(nvarchar(23), n.expires, 126) AS expires_utc,
    CONVERT(nvarchar(23), GETUTCDATE(), 126) AS now_utc
FROM pchat_ops.dbo.note AS n
WHERE n.kind NOT IN (N'drill_proven', N'drill_failed')
    OR NOT EXISTS (SELECT 1 FROM pchat_ops.dbo.note AS l WHERE l.kind = n.kind AND l.object = n.object AND l.note > n.note)
ORDER BY n.note DESC
