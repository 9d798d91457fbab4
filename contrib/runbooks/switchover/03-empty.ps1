# No server takes users: the outage begins.  Said again, it changes nothing.
$Try = "$($Parameters.what_if)" -eq 'true'
function Get-Pool {
    $Found = @(Get-CsService -PersistentChatServer | Where-Object { Test-Pool $_.PoolFqdn })
    if ($Found.Count -ne 1) { throw "the management store knows $($Found.Count) pools $($Parameters.pool)" }
    $Found[0]
}
$Pool = Get-Pool
Assert-Time
Set-CsPersistentChatActiveServer -Identity $Pool.Identity -ActiveServers $null -WhatIf:$Try -Confirm:$false
$Left = @((Get-Pool).($Parameters.property))
if (-not $Try -and $Left.Count -gt 0) { throw "$($Left.Count) servers are active after the list was emptied" }
$Answer = @{ outcome = 'done' }
