# What this chat server's own replica says of the pool.  The management store is not opened: -LocalStore needs no
# second hop, and works while the store is down.
$Errors = @{}
$States = @(Get-CsPersistentChatState -LocalStore | Where-Object { Test-Pool $_.Identity })
# Microsoft names no place where the active servers stand.  Where the topology document has one element of the name
# that is configured, they are the host names in it.
$Active = $null
try {
    $Document = (Get-CsTopology -LocalStore -AsXml).ToString()
    $Parts = @($Document -split "</?$([regex]::Escape($Parameters.active_list_property))\b[^>]*>")
    if ($Parts.Count -eq 2) { $Active = @() }
    if ($Parts.Count -eq 3) { $Active = @($Parts[1] -split '[^A-Za-z0-9._-]+' | Where-Object { $_ -like '?*.?*' }) }
} catch {
    $Errors.active_servers = Get-Failure $_
}
$Answer = @{
    replica = @($States | Select-Object -First 1 | ForEach-Object {
        @{ pool_state = Get-State $States; active_servers = $Active; version = "$($Module.Name) $($Module.Version)" }
    })
    errors = $Errors
}
