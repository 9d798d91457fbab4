# The copy that serves now gets its mirror, as the published topology has it: "failover 6".  A database that is in the way there is
# looked at by a person; -DropExistingDatabasesOnMirror is only for one that the plan names: left restoring, and with nothing in it
# that the copy which serves has not.
$Try = "$($Parameters.what_if)" -eq 'true'
$Drop = "$($Parameters.replace)" -ne ''
Assert-Time
if ($Parameters.instance) {
    Install-CsMirrorDatabase -DatabaseType PersistentChat -FileShare $Parameters.mirror_share -SqlServerFqdn $Parameters.sql -SqlInstanceName $Parameters.instance -DropExistingDatabasesOnMirror:$Drop -WhatIf:$Try -Confirm:$false
} else {
    Install-CsMirrorDatabase -DatabaseType PersistentChat -FileShare $Parameters.mirror_share -SqlServerFqdn $Parameters.sql -DropExistingDatabasesOnMirror:$Drop -WhatIf:$Try -Confirm:$false
}
$Answer = @{ outcome = 'done' }
