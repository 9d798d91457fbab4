# The chat services of this server stop: whoever is still connected there is disconnected.  They start again with the next
# boot, or when the run is done with them.
$Services = @(Get-WmiObject Win32_Service | Where-Object {
    $_.PathName -like "*$($Parameters.chat)*" -or $_.PathName -like "*$($Parameters.compliance)*"
})
$Try = "$($Parameters.what_if)" -eq 'true'
foreach ($Service in $Services) {
    Assert-Time
    if ($Try -or $Service.State -ne 'Stopped') { Stop-CsWindowsService -Name $Service.Name -WhatIf:$Try }
}
$Answer = @{ outcome = 'done'; services = @($Services | ForEach-Object { $_.Name }) }
