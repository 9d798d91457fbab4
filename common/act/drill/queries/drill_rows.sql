/* Rooms and people. */
SELECT
    CONVERT(nvarchar(30), (SELECT COUNT_BIG(*) FROM $(database).dbo.tblNode)) AS rooms,
    CONVERT(nvarchar(30), (SELECT COUNT_BIG(*) FROM $(database).dbo.tblPrincipal)) AS people
