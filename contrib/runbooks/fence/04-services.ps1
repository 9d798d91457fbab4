# The chat services of this server stop and do not start again by themselves, known by their executables.
$Services = @(Get-WmiObject Win32_Service | Where-Object {
    $_.PathName -like "*$($Parameters.chat)*" -or $_.PathName -like "*$($Parameters.compliance)*"
})
$Try = "$($Parameters.what_if)" -eq 'true'
foreach ($Service in $Services) {
    Assert-Time
    if ($Try -or $Service.StartMode -ne 'Disabled') { Set-Service -Name $Service.Name -StartupType Disabled -WhatIf:$Try }
    if ($Try -or $Service.State -ne 'Stopped') { Stop-CsWindowsService -Name $Service.Name -WhatIf:$Try }
}
$Answer = @{ outcome = 'done'; services = @($Services | ForEach-Object { $_.Name }) }
