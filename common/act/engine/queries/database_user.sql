/* The chat database's users that belong to a login, where it is open: whoever recovers another copy needs the same logins. */
SELECT p.name, CONVERT(nvarchar(180), p.sid, 1) AS sid
FROM $(database).sys.database_principals AS p
WHERE p.type IN ('S', 'U', 'G') AND p.principal_id > 4 AND p.sid IS NOT NULL
ORDER BY p.name
