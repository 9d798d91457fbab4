# Writes to the Central Management Store for the runner of pchat-plugins, which asks for it in a file and starts this task.
#
# A scheduled task runs this under an account of its own, which has the right to write the store and, being logged on here,
# the credentials that a remote shell lacks.  Register it on the management host of each site, without a trigger, with an
# execution time limit of one hour, "do not start a new instance" while it runs, and let the runner's account start it.
# Nobody but administrators, that account and the task's may write in the folder: whoever can write the request can move
# the pool.  Windows PowerShell 3.0 or newer.
#
# It does what is below and nothing else: set the pool state, set or empty the active servers, set up the mirror.  A request of an
# epoch lower than the highest that was seen here, or that is older than its own time limit, is refused.
#
# Set this for your pool: no other is touched.
$Pool = 'lyncpc.litwareinc.com'
$Folder = 'C:\ProgramData\pchat-plugins'

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$Answer = $null
$Failure = $null
$Request = $null
try {
$Request = [IO.File]::ReadAllText("$Folder\act-request.json") | ConvertFrom-Json
$Parameters = $Request.arguments
if ("$($Parameters.pool)" -ne $Pool) { throw "this task acts on $Pool, not on $($Parameters.pool)" }
$Age = ([DateTime]::UtcNow - [DateTime]::Parse($Request.written).ToUniversalTime()).TotalMilliseconds
if ($Age -lt 0 -or $Age -ge [long]$Parameters.limit_ms) { throw 'the request is too old' }
# --- what follows is contrib/runbooks/acting.ps1 and common/observe/winrm/scripts/product.ps1, word for word ---
# Stands before every script that changes something.  A run that was taken over has a lower epoch than the run that took
# over: what still arrives of it does nothing.  Nothing more is begun when the time for the step is up.
$Watch = [Diagnostics.Stopwatch]::StartNew()
$EpochFolder = 'C:\ProgramData\pchat-plugins'
$EpochFile = "$EpochFolder\epoch-$($Parameters.pool).txt"
$Highest = 0
if ([IO.File]::Exists($EpochFile)) { $Highest = [long][IO.File]::ReadAllText($EpochFile) }
if ([long]$Parameters.epoch -lt $Highest) {
    throw "epoch $($Parameters.epoch) of run $($Parameters.run) is over: epoch $Highest acts on $($Parameters.pool)"
}
if ([long]$Parameters.epoch -gt $Highest) {
    [void][IO.Directory]::CreateDirectory($EpochFolder)
    [IO.File]::WriteAllText($EpochFile, "$($Parameters.epoch)")
}
function Assert-Time {
    if ($Watch.ElapsedMilliseconds -ge [long]$Parameters.limit_ms) { throw 'the time for this step is up: nothing more is begun' }
}
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
# --- to here ---
if ($Request.action -eq 'state') {
# --- contrib/runbooks/failover/08-state.ps1, word for word ---
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
# --- to here ---
} elseif ($Request.action -eq 'active') {
# --- contrib/runbooks/failover/09-active.ps1, word for word ---
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
# --- to here ---
} elseif ($Request.action -eq 'empty') {
# --- contrib/runbooks/switchover/03-empty.ps1, word for word ---
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
# --- to here ---
} elseif ($Request.action -eq 'mirror') {
# --- contrib/runbooks/failover/15-mirror.ps1, word for word ---
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
# --- to here ---
} else {
    throw "this task cannot do '$($Request.action)'"
}
} catch {
    $Failure = "$($_.Exception.Message)"
}
$Result = @{ id = "$($Request.id)"; written = [DateTime]::UtcNow.ToString('o'); failure = $Failure; answer = $Answer }
[IO.File]::WriteAllText("$Folder\act-answer.json", ($Result | ConvertTo-Json -Compress -Depth 8))
