# The copy that serves now gets its mirror, as the published topology has it: "failover 6".  Never
# -DropExistingDatabasesOnMirror: a database that is in the way there is looked at by a person.
$Try = "$($Parameters.what_if)" -eq 'true'
Assert-Time
if ($Parameters.instance) {
    Install-CsMirrorDatabase -DatabaseType PersistentChat -FileShare $Parameters.share -SqlServerFqdn $Parameters.sql -SqlInstanceName $Parameters.instance -WhatIf:$Try -Confirm:$false
} else {
    Install-CsMirrorDatabase -DatabaseType PersistentChat -FileShare $Parameters.share -SqlServerFqdn $Parameters.sql -WhatIf:$Try -Confirm:$false
}
$Answer = @{ outcome = 'done' }
