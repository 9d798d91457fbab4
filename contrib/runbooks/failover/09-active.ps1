# Exactly these servers take users: "failover 7".  Never -Swap, which a repetition undoes; never an empty list in between;
# at most four.  No cmdlet reads the list: the property of Get-CsService that holds it, where it is there.
$Wanted = @($Parameters.servers)
$Others = @($Parameters.members | Where-Object { $Wanted -notcontains $_ })
if ($Wanted.Count -lt 1 -or $Wanted.Count -gt 4) { throw "$($Wanted.Count) servers cannot be active: one to four can" }
$Try = "$($Parameters.what_if)" -eq 'true'
function Get-Pool {
    $Found = @(Get-CsService -PersistentChatServer | Where-Object { Test-Pool $_.PoolFqdn })
    if ($Found.Count -ne 1) { throw "the management store knows $($Found.Count) pools $($Parameters.pool)" }
    $Found[0]
}
# True and false; $null where the list cannot be read.
function Test-Active {
    $Value = (Get-Pool).($Parameters.property)
    if ($null -eq $Value) { return $null }
    $Now = @($Value | ForEach-Object { "$_" })
    $Now.Count -eq $Wanted.Count -and @($Now | Where-Object { $Wanted -notcontains $_ }).Count -eq 0
}
$Identity = (Get-Pool).Identity
$Why = ''
if ((Test-Active) -ne $true) {
    Assert-Time
    try {
        Set-CsPersistentChatActiveServer -Identity $Identity -ActiveServers @{ Replace = $Wanted } -WhatIf:$Try -Confirm:$false
    } catch {
        $Why = "$($_.Exception.Message)"
    }
    if (-not $Try -and ($Why -or (Test-Active) -eq $false)) {
        Assert-Time
        Set-CsPersistentChatActiveServer -Identity $Identity -ActiveServers @{ Add = $Wanted; Remove = $Others } -Confirm:$false
    }
}
if (-not $Try -and (Test-Active) -eq $false) { throw "the active servers are not those that were set. $Why" }
$Answer = @{ outcome = 'done'; read_back = ($null -ne (Get-Pool).($Parameters.property)) }
