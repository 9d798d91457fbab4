# Lets the registered task (contrib/windows/pchat-act.ps1) write to the management store under its own account: a remote
# shell has no credentials for a second host.  The request says what, never how; the answer must be to this very request.
$Request = @{
    id = "$($Parameters.arguments.run).$($Parameters.arguments.epoch).$($Parameters.action).$([DateTime]::UtcNow.ToString('o'))"
    written = [DateTime]::UtcNow.ToString('o')
    action = $Parameters.action
    arguments = $Parameters.arguments
}
[IO.File]::WriteAllText($Parameters.request, ($Request | ConvertTo-Json -Compress -Depth 8))
$ErrorActionPreference = 'Continue'
$Said = "$(schtasks.exe /run /tn $Parameters.task 2>&1)"
$ErrorActionPreference = 'Stop'
if ($LASTEXITCODE -ne 0) { throw "the task $($Parameters.task) cannot be started: $Said" }
$Result = $null
$Why = 'it left no answer'
for ($Waited = 0; -not $Result -and $Waited -lt [long]$Parameters.wait_ms; $Waited += 500) {
    Start-Sleep -Milliseconds 500
    try {
        $Read = [IO.File]::ReadAllText($Parameters.answer) | ConvertFrom-Json
        if ("$($Read.id)" -eq $Request.id) { $Result = $Read }
    } catch {
        $Why = "$($_.Exception.Message)"
    }
}
if (-not $Result) { throw "the task $($Parameters.task) did not finish in time: $Why" }
if ($Result.failure) { throw "the task $($Parameters.task) failed: $($Result.failure)" }
$Answer = $Result.answer
