/* Messages from a moment on, 100 ns since the year 1: "List of Persistent Chat Server tables" names the columns. */
SELECT
    CONVERT(nvarchar(20), c.channelId) AS room,
    CONVERT(nvarchar(30), c.chatId) AS message,
    CONVERT(nvarchar(30), c.chatDate) AS written,
    CONVERT(nvarchar(20), c.userId) AS author,
    CONVERT(nvarchar(max), c.content) AS content
FROM $(database).dbo.tblChat AS c
WHERE c.chatDate >= @since
