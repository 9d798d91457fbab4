# Whether scripts run here, as whom and by which clock: the least that a host must be able to answer.
$Answer = @{
    computer = $env:COMPUTERNAME
    user = [Security.Principal.WindowsIdentity]::GetCurrent().Name
    powershell = $PSVersionTable.PSVersion.ToString()
    utc = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ss.fffZ')
    echo = $Parameters.echo
}
