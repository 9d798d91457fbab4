# The performance counter sets of a chat server that have to do with chat.  No list of them is published.
$Names = @(Get-Counter -ListSet '*chat*' -ErrorAction SilentlyContinue | ForEach-Object { "$($_.CounterSetName)" })
$Answer = @{ counters = @{ rows = @($Names | ForEach-Object { @{ name = $_ } }) } }
