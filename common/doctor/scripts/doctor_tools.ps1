# Whether the product's cmdlets are here, read from this host's own replica: no second hop.
$State = Get-CsPersistentChatState -LocalStore
$Answer = @{
    utc = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ss.fffZ')
    state = [string]$State.PoolState
}
