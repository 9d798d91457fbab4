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
