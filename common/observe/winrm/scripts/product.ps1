# Stands before the scripts that use the product's cmdlets: loads its module, whichever of the two products is here.
try {
    $Module = Import-Module SkypeForBusiness -DisableNameChecking -PassThru
} catch {
    if ($_.FullyQualifiedErrorId -notlike 'Modules_ModuleNotFound*') { throw }
    $Module = Import-Module Lync -DisableNameChecking -PassThru
}
# The same pool is written "PersistentChatServer:fqdn", "service:fqdn" and in other ways.
function Test-Pool($Identity) {
    ("$Identity" -split ':')[-1].Trim() -eq $Parameters.pool
}
# One state, though several objects may say it; none where they differ.
function Get-State($Objects) {
    $States = @($Objects | ForEach-Object { "$($_.PoolState)" } | Select-Object -Unique)
    if ($States.Count -eq 1) { $States[0] }
}
function Get-Failure($Record) {
    $Inner = $Record.Exception
    while ($Inner.InnerException) { $Inner = $Inner.InnerException }
    @{ message = "$($Record.Exception.Message)"; cause = "$($Inner.Message)"; id = "$($Record.FullyQualifiedErrorId)" }
}
