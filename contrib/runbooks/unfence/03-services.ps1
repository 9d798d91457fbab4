# The chat services of this server may start again: with the next boot, or by hand.
$Services = @(Get-WmiObject Win32_Service | Where-Object {
    $_.PathName -like "*$($Parameters.chat)*" -or $_.PathName -like "*$($Parameters.compliance)*"
})
foreach ($Service in $Services) {
    Assert-Time
    if ($Service.StartMode -ne 'Auto') { Set-Service -Name $Service.Name -StartupType Automatic }
}
$Answer = @{ outcome = 'done'; services = @($Services | ForEach-Object { $_.Name }) }
