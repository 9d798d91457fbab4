# Reads the Central Management Store and leaves the answer in a file, for the checks of pchat-plugins to fetch.
#
# A scheduled task runs this under an account of its own, which has the right and, being logged on here, the credentials
# that a remote shell lacks.  docs/monitoring-windows.md says how to register it and who needs which right.  Windows
# PowerShell 3.0 or newer.  It changes nothing but that file.
#
# Set these three for your pool; the names of properties as in topology.yaml.
$Parameters = @{
    pool = 'lyncpc.litwareinc.com'
    active_list_property = 'ActiveServers'
    master_property = 'Active'
}
$File = 'C:\ProgramData\pchat-plugins\store.json'

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$Answer = $null
$Failure = $null
try {
# --- what follows is common/observe/winrm/scripts/product.ps1 and store.ps1, word for word ---
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
# What the Central Management Store says: the pool's state and active servers, its own masters, and how far its replicas
# are.  One run for all: to load the module costs seconds.  Where the store cannot be read at all, the first error ends
# the script, because each further cmdlet would wait as long as the first.
$Errors = @{}
# A time that is no date, or none that ever was, is not known.
function Get-Utc($Time) {
    if ($Time -is [datetime] -and $Time.Year -gt 1970) { $Time.ToUniversalTime().ToString('o') }
}
function Get-Number($Boolean) {
    @{ 'True' = 1; 'False' = 0 }["$Boolean"]
}
$States = @(Get-CsPersistentChatState | Where-Object { Test-Pool $_.Identity })
# Which property holds the active servers is not documented.  It is there and empty, or it is not there: the difference
# between "none" and "not known".
$Active = $null
$Properties = @()
try {
    $Service = @(Get-CsService -PersistentChatServer | Where-Object { Test-Pool $_.PoolFqdn })
    if ($Service.Count -eq 1) {
        $Properties = @($Service[0] | Get-Member -MemberType Properties | ForEach-Object { "$($_.Name)" })
        $Value = $Service[0].($Parameters.active_list_property)
        if ($null -ne $Value) { $Active = @($Value | ForEach-Object { "$_" }) }
    }
} catch {
    $Errors.active_servers = Get-Failure $_
}
$Master = $null
$Masters = $null
try {
    $Master = "$((Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus).ActiveMasterFqdn)"
    $Masters = if ($Master) { 1 } else { 0 }
} catch {
    $Errors.masters = Get-Failure $_
}
# Where each of the servers that may be master says whether it is, they are counted.
try {
    $Claims = @(Get-CsService -CentralManagement | ForEach-Object { Get-Number $_.($Parameters.master_property) } |
            Where-Object { $null -ne $_ })
    if ($Claims.Count -gt 0) { $Masters = @($Claims | Where-Object { $_ -eq 1 }).Count }
} catch {
    $Errors.claims = Get-Failure $_
}
$Replicas = $null
try {
    $Replicas = @(Get-CsManagementStoreReplicationStatus | ForEach-Object {
        @{
            replica_fqdn = "$($_.ReplicaFqdn)"
            up_to_date = Get-Number $_.UpToDate
            last_update_utc = Get-Utc $_.LastUpdateCreation
            last_status_utc = Get-Utc $_.LastStatusReport
        }
    })
} catch {
    $Errors.replication = Get-Failure $_
}
$Answer = @{
    store = @($States | Select-Object -First 1 | ForEach-Object {
        @{ pool_state = Get-State $States; active_master = $Master; masters = $Masters; active_servers = $Active }
    })
    replication = $Replicas
    properties = $Properties
    errors = $Errors
}
# --- to here ---
} catch {
    $Failure = "$($_.Exception.Message)"
}
$Result = @{ written = [DateTime]::UtcNow.ToString('o'); failure = $Failure; answer = $Answer }
[IO.File]::WriteAllText($File, ($Result | ConvertTo-Json -Compress -Depth 8))
