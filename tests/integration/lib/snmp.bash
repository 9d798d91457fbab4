# Sourced by the tests of the subagent, after say.bash: a real snmpd on ports of its own, pchat-agentx below it, and PCHAT-MIB for the
# tools of net-snmp.  Needs $build and $scratch; whoever sources it ends $pids.  pchat-agentx follows $feed_socket, its state folder is
# $scratch/state; what stands in agentx_as comes before its command line.
# shellcheck shell=bash disable=SC2034

base=$(sed -n 's/^PCHAT_MIB_BASE:STRING=//p' "$build/CMakeCache.txt")
agentx=$build/snmp/pchat-agentx
agentx_as=()
feed_socket=$scratch/feed.sock
pids=()

now_ms() { date +%s%3N; }

mkdir -p "$scratch"/{mibs,etc,persist,state}
cp tests/integration/peers/node_modules/net-snmp/lib/mibs/SNMPv2-*.mib "$scratch/mibs/"
mib=$scratch/mibs/PCHAT-MIB
cp "$build/snmp/PCHAT-MIB.txt" "$mib"
export MIBDIRS=$scratch/mibs:/usr/share/snmp/mibs MIBS=PCHAT-MIB

free_ports() {
  python3 -c '
import socket
held = [socket.socket(type=kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_DGRAM, socket.SOCK_STREAM)]
for s in held: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))'
}
read -r port trap_port tcp_port < <(free_ports)
v2c=(-v2c -c public -t 5 "127.0.0.1:$port")

# What every snmpd.conf here has; a test appends what it needs besides.
cat >"$scratch/etc/snmpd.conf" <<CONF
agentaddress udp:127.0.0.1:$port
master agentx
agentXSocket unix:$scratch/agentx.sock,tcp:127.0.0.1:$tcp_port
rocommunity public 127.0.0.1
dontLogTCPWrappersConnects yes
CONF

snmpd_start() {
  env MIBS= SNMPCONFPATH="$scratch/etc:$scratch/persist" SNMP_PERSISTENT_DIR="$scratch/persist" \
    snmpd -f -Lf "$scratch/snmpd.log" -I -smux &
  snmpd_pid=$!
  pids+=("$snmpd_pid")
}
# through within: shellcheck does not see who calls
# shellcheck disable=SC2317
answers() { snmpget -r 0 -t 0.2 -Ov "${v2c[@]:0:3}" "127.0.0.1:$port" "$1" | grep -qv "No Such"; }
agentx_start() {
  "${agentx_as[@]+"${agentx_as[@]}"}" "$agentx" --agentx "$1" --feed "$feed_socket" --state "$scratch/state" >>"$scratch/agentx.log" 2>&1 &
  agentx_pid=$!
  pids+=("$agentx_pid")
}
agentx_stop() {
  kill "-${1-TERM}" "$agentx_pid"
  wait "$agentx_pid" 2>/dev/null
}
walk() { snmpbulkwalk -Cr20 -On "$@"; }
