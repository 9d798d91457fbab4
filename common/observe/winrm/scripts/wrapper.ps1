$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'Continue'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
try {
$Parameters = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{parameters}')) | ConvertFrom-Json
$Answer = $null
{script}
Write-Output ('PCHAT-JSON:' + ($Answer | ConvertTo-Json -Compress -Depth 8))
exit 0
} catch {
$Failure = @{ message = $_.Exception.Message; id = $_.FullyQualifiedErrorId }
Write-Output ('PCHAT-ERROR:' + ($Failure | ConvertTo-Json -Compress))
exit 2
}
