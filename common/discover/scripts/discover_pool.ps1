# What the pool's management says where Microsoft's documentation says nothing.  Each part fails by itself.  Reads only;
# by the local replica where a cmdlet can: Get-CsService and the replication status cannot.
function Read-Part($Script) {
    try { return @{ rows = @(& $Script) } } catch { return @{ error = $_.Exception.Message } }
}
$Answer = @{
    identity = Read-Part {
        Get-CsPersistentChatState -LocalStore | ForEach-Object { @{ identity = "$($_.Identity)" } }
    }
    compliance = Read-Part {
        Get-CsPersistentChatComplianceConfiguration -LocalStore |
            ForEach-Object { @{ identity = "$($_.Identity)"; run_interval = "$($_.RunInterval)" } }
    }
    roles = Read-Part {
        Get-CsAdminRole -LocalStore | ForEach-Object {
            $Role = "$($_.Identity)"
            $_.Cmdlets | ForEach-Object { "$_" -replace '^Name=', '' } |
                Where-Object { $_ -match '^Set-CsPersistentChat(State|ActiveServer)$' } |
                ForEach-Object { @{ role = $Role; cmdlet = $_ } }
        }
    }
    properties = Read-Part {
        Get-CsService -PersistentChatServer | ForEach-Object {
            $Service = $_
            $Service | Get-Member -MemberType Properties | ForEach-Object {
                $Values = @($Service.($_.Name) | ForEach-Object { "$_" })
                @{ pool = "$($Service.PoolFqdn)"; property = $_.Name; values = $Values -join ' ' }
            }
        }
    }
    elements = Read-Part {
        # Every element of this host's topology document that has a chat server's name in it: without a parser, by "<".
        $Open = @()
        $Serial = 0
        foreach ($Part in ((Get-CsTopology -LocalStore -AsXml).ToString() -split '<')) {
            if ($Part -like '/*') { $Open = @($Open | Select-Object -First ($Open.Count - 1)) }
            if ($Part -notmatch '^[A-Za-z_]') { continue }
            $Serial++
            $Open += @{ element = ($Part -split '[^A-Za-z0-9_.:-]')[0]; serial = $Serial }
            foreach ($Server in $Parameters.chat_servers) {
                if ($Part -notlike "*$Server*") { continue }
                $Open | ForEach-Object { @{ element = $_.element; serial = $_.serial; fqdn = $Server } }
            }
            if ($Part -like '*/>*') { $Open = @($Open | Select-Object -First ($Open.Count - 1)) }
        }
    }
    masters = Read-Part {
        $Master = "$((Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus).ActiveMasterFqdn)"
        Get-CsService -CentralManagement | ForEach-Object {
            $Service = $_
            $Service | Get-Member -MemberType Properties | ForEach-Object {
                @{
                    fqdn = "$($Service.PoolFqdn)"
                    property = $_.Name
                    value = "$($Service.($_.Name))"
                    active_master = $Master
                }
            }
        }
    }
    versions = Read-Part {
        Get-CsManagementStoreReplicationStatus |
            ForEach-Object { @{ fqdn = "$($_.ReplicaFqdn)"; version = "$($_.ProductVersion)" } }
    }
}
