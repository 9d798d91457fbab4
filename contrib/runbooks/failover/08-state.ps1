# All servers of the pool turn to the copy of the other site once their replicas know: "failover 5".  Said again, it changes
# nothing.
$Pools = @(Get-CsPersistentChatState | Where-Object { Test-Pool $_.Identity })
if ($Pools.Count -eq 0) { throw "the management store knows no pool $($Parameters.pool)" }
$Try = "$($Parameters.what_if)" -eq 'true'
if ((Get-State $Pools) -ne $Parameters.pool_state) {
    Assert-Time
    Set-CsPersistentChatState -Identity $Pools[0].Identity -PoolState $Parameters.pool_state -WhatIf:$Try -Confirm:$false
}
$Now = Get-State @(Get-CsPersistentChatState | Where-Object { Test-Pool $_.Identity })
if (-not $Try -and $Now -ne $Parameters.pool_state) { throw "the pool state is $Now after it was set to $($Parameters.pool_state)" }
$Answer = @{ outcome = 'done'; pool_state = $Now }
