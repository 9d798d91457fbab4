# The chat service of this server starts again, to find the copy that its replica names by now.
$Services = @(Get-WmiObject Win32_Service | Where-Object { $_.PathName -like "*$($Parameters.chat)*" })
if ($Services.Count -eq 0) { throw "no service here runs $($Parameters.chat)" }
foreach ($Service in $Services) {
    Assert-Time
    if ($Service.State -eq 'Running') { Stop-CsWindowsService -Name $Service.Name }
    Start-CsWindowsService -Name $Service.Name
}
$Answer = @{ outcome = 'done'; services = @($Services | ForEach-Object { $_.Name }) }
