# Lets the registered task read the store under its own account, and takes the answer that it left: a remote shell has
# no credentials for the store's SQL Server.  Only what was written after the task was started counts.
$Since = [DateTime]::UtcNow.ToString('o')
$ErrorActionPreference = 'Continue'
$Said = "$(schtasks.exe /run /tn $Parameters.task 2>&1)"
$ErrorActionPreference = 'Stop'
if ($LASTEXITCODE -ne 0) { throw "the task $($Parameters.task) cannot be started: $Said" }
$Result = $null
$Why = 'it left no new answer'
for ($Waited = 0; -not $Result -and $Waited -lt $Parameters.wait_ms; $Waited += 250) {
    Start-Sleep -Milliseconds 250
    try {
        $Read = [IO.File]::ReadAllText($Parameters.file) | ConvertFrom-Json
        if ("$($Read.written)" -ge $Since) { $Result = $Read }
    } catch {
        $Why = "$($_.Exception.Message)"
    }
}
if (-not $Result) { throw "the task $($Parameters.task) did not finish in time: $Why" }
if ($Result.failure) { throw "the task $($Parameters.task) failed: $($Result.failure)" }
$Answer = $Result.answer
