# The chat services of this server run, known by their executables.  One that runs already is left alone.
$Services = @(Get-WmiObject Win32_Service | Where-Object {
    $_.PathName -like "*$($Parameters.chat)*" -or $_.PathName -like "*$($Parameters.compliance)*"
})
if ($Services.Count -eq 0) { throw "no service here runs $($Parameters.chat)" }
$Try = "$($Parameters.what_if)" -eq 'true'
foreach ($Service in $Services) {
    if ($Service.State -eq 'Running' -and -not $Try) { continue }
    if ($Service.StartMode -eq 'Disabled') { throw "$($Service.Name) is disabled here: enable it, or let another server be active" }
    Assert-Time
    Start-CsWindowsService -Name $Service.Name -WhatIf:$Try
}
$Answer = @{ outcome = 'done'; services = @($Services | ForEach-Object { $_.Name }) }
