# Whether this host lets us read the Central Management Store, which may be another host's: a second hop.
$State = Get-CsPersistentChatState
$Answer = @{
    utc = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ss.fffZ')
    state = [string]$State.PoolState
}
