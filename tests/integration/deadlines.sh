#!/usr/bin/env bash
# deadlines.sh BUILD [LEVEL]: whatever hangs, the check answers by --timeout, says which endpoint and why, and reports what it
# still saw.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1 level=${2:-default}
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/timed.bash
. tests/integration/lib/timed.bash

lab_start "$scratch/lab" || exit 1
timed "healthy"
is "healthy: exit code" "$rc" 0

for row in "instance_hung:timed out" "blackholed:timed out" "instance_down:refused"; do
  fault=${row%%:*}
  lab_do fault set "$fault" sqlmir1
  timed "$fault"
  says "$fault" sqlmir1 "${row#*:}"
  still_sees "$fault" exposure_s
  lab_do fault clear "$fault" sqlmir1
done

lab_do fault set slow sqlmir1 ms=$((timeout_s * 350))
timed "slow"
says "slow" sqlmir1 "timed out"
still_sees "slow" exposure_s
lab_do fault clear slow sqlmir1

for name in sqlpri1 sqlmir1 sqlwit1 sqldr1 sqldr2; do lab_do fault set instance_hung "$name"; done
timed "every instance hung"
is "every instance hung: exit code" "$rc" 3
for name in sqlpri1 sqlmir1 sqlwit1 sqldr1 sqldr2; do lab_do fault clear instance_hung "$name"; done

# A name that does not exist, and a resolver that never answers: other topologies against the same lab.
cp "$lab/topology.yaml" "$scratch/healthy.yaml"
awk '/name: sqlmir1/ {mine = 1} mine && /host:/ {sub(/host:.*/, "host: x.invalid"); mine = 0} {print}' \
  "$scratch/healthy.yaml" >"$lab/topology.yaml"
timed "unresolvable"
says "unresolvable" sqlmir1 "not resolved"
still_sees "unresolvable" exposure_s

# Own mount namespace: a resolv.conf that points at a bound port that nobody reads.
python3 -c '
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.53", 53)); print("bound", flush=True); time.sleep(60)
' >"$scratch/silent" 2>&1 &
silent=$!
for _ in $(seq 100); do grep -q bound "$scratch/silent" && break; sleep 0.02; done
awk '/name: sqlmir1/ {mine = 1} mine && /host:/ {sub(/host:.*/, "host: sqlmir1.hanging.example"); mine = 0} {print}' \
  "$scratch/healthy.yaml" >"$lab/topology.yaml"
printf 'nameserver 127.0.0.53\noptions timeout:30 attempts:3\n' >"$scratch/resolv.conf"
real_check=$check
cat >"$scratch/check" <<WRAPPER
#!/bin/sh
mount --bind "$scratch/resolv.conf" "$(readlink -f /etc/resolv.conf)" && exec "$real_check" "\$@"
WRAPPER
cat >"$scratch/in_namespace" <<WRAPPER
#!/bin/sh
exec unshare --mount "$scratch/check" "\$@"
WRAPPER
chmod +x "$scratch/check" "$scratch/in_namespace"
check=$scratch/in_namespace
timed "hanging DNS"
says "hanging DNS" sqlmir1 "timed out"
still_sees "hanging DNS" exposure_s
check=$real_check
kill "$silent"
cp "$scratch/healthy.yaml" "$lab/topology.yaml"

# Cut after every N bytes that the server sends: never a crash, never a hang, never a green answer about what was not seen.
cut_sample() {
  if $sanitized; then
    echo 1
    for _ in $(seq 63); do echo $((RANDOM % 4096 + 1)); done
  elif [ "$level" = default ]; then
    seq 1 16 4096
  else
    seq 1 4096
  fi
}
cuts=0 bad=0
while read -r bytes; do
  if $sanitized; then
    for name in sqlpri1 sqlmir1 sqlwit1 sqldr1 sqldr2; do lab_do fault set cut_after "$name" bytes="$bytes"; done
    run_check --timeout 10
  else
    lab_do fault set cut_after sqlpri1 bytes="$bytes"
    run_check --timeout 5 -H sqlpri1
  fi
  cuts=$((cuts + 1))
  if [ "$rc" -lt 1 ] || [ "$rc" -gt 3 ] || ! grep -q 'PCHAT REPLICATION' <<<"$out"; then
    bad=$((bad + 1))
    echo "    cut after $bytes bytes: exit $rc: $out" | head -n 5
  fi
done < <(cut_sample)
is "cut after each of $cuts lengths: bad answers" "$bad" 0
exit $status
