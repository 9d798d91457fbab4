/* The newest message: 100 ns since the year 1. */
SELECT CONVERT(nvarchar(30), COUNT_BIG(*)) AS rows_of, CONVERT(nvarchar(30), MAX(c.chatDate)) AS newest
FROM $(database).dbo.tblChat AS c
