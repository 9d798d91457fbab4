# Looks at ports from here, all at once: names, then connections, then SQL Server's first word (PRELOGIN, [MS-TDS] 2.2.6.5).
# not_seen: no answer in time, or refused; unknown: not even tried, or it answers like something else.
$Watch = [Diagnostics.Stopwatch]::StartNew()
$Start = [DateTime]::UtcNow
# WSAENETUNREACH, WSAETIMEDOUT, WSAECONNREFUSED, WSAEHOSTUNREACH: the network's own answers, and silence.
$Gone = 10051, 10060, 10061, 10065
$Hello = [Convert]::FromBase64String('EgEAGgAAAQAAAAsABgEAEQAB/wAAAAAAAAE=')
function Wait-Third($Pending, $Thirds) {
    $Left = $Parameters.limit_ms * $Thirds / 3 - $Watch.ElapsedMilliseconds
    $Pending.AsyncWaitHandle.WaitOne([int][Math]::Max(0, $Left))
}
$Looks = @(foreach ($Object in $Parameters.objects) {
    $Part = $Object -split ' '
    $Look = @{ vote = 'unknown'; port = [int]$Part[1]; tds = $Part[2] -eq 'tds' }
    try { $Look.naming = [Net.Dns]::BeginGetHostAddresses($Part[0], $null, $null) } catch { }
    $Look
})
foreach ($Look in $Looks) {
    try {
        if (-not $Look.naming -or -not (Wait-Third $Look.naming 1)) { continue }
        $All = @([Net.Dns]::EndGetHostAddresses($Look.naming))
        $Some = @($All | Where-Object { $_.AddressFamily -eq 'InterNetwork' })
        if ($Some.Count -eq 0) { $Some = $All }
        $Look.client = New-Object Net.Sockets.TcpClient -ArgumentList $Some[0].AddressFamily
        $Look.attempt = $Look.client.BeginConnect([Net.IPAddress[]]$Some, $Look.port, $null, $null)
    } catch { }
}
foreach ($Look in $Looks) {
    if (-not $Look.attempt) { continue }
    try {
        if (-not (Wait-Third $Look.attempt 2)) { $Look.vote = 'not_seen'; continue }
        $Look.client.EndConnect($Look.attempt)
    } catch {
        if ($Gone -contains $_.Exception.InnerException.ErrorCode) { $Look.vote = 'not_seen' }
        continue
    }
    if (-not $Look.tds) { $Look.vote = 'seen'; continue }
    try {
        $Look.stream = $Look.client.GetStream()
        $Look.stream.Write($Hello, 0, $Hello.Length)
        $Look.bytes = New-Object byte[] 8
        $Look.reading = $Look.stream.BeginRead($Look.bytes, 0, 8, $null, $null)
    } catch { }
}
foreach ($Look in $Looks) {
    try {
        if (-not $Look.reading -or -not (Wait-Third $Look.reading 3)) { continue }
        # 4: a tabular result, in which the answer to PRELOGIN comes.
        if ($Look.stream.EndRead($Look.reading) -gt 0 -and $Look.bytes[0] -eq 4) { $Look.vote = 'seen' }
    } catch { }
}
foreach ($Look in $Looks) { if ($Look.client) { $Look.client.Close() } }
$Answer = @{
    start_utc = $Start.ToString('o')
    now_utc = [DateTime]::UtcNow.ToString('o')
    votes = @($Looks | ForEach-Object { $_.vote }) -join ' '
}
