# Whether scripts run here, and by which clock: the least that a host must be able to answer.
$Answer = @{
    computer = $env:COMPUTERNAME
    utc = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ss.fffZ')
    echo = $Parameters.echo
}
