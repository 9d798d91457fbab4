#!/usr/bin/env bash
# hostile_server.sh BUILD [LEVEL]: servers that mean harm, three at a time in the place of instances, the others honest.  The check
# ends by --timeout, exit 3, says of each what it was like, still reports what the others told, and takes no more than 64 MiB.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1 level=${2:-default}
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/timed.bash
. tests/integration/lib/timed.bash

hostile=
stop_hostile() { [ -z "$hostile" ] || kill "$hostile"; }
trap 'stop_hostile; finish' EXIT

# start_hostile [MODE SEED]: leaves $ports, a JSON object
start_hostile() {
  stop_hostile
  : >"$scratch/ports"
  python3 tests/integration/peers/hostile_tds.py "$scratch/cert.pem" "$scratch/key.pem" "$@" >"$scratch/ports" 2>"$scratch/hostile.log" &
  hostile=$!
  for _ in $(seq 500); do [ -s "$scratch/ports" ] && break; sleep 0.02; done
  ports=$(<"$scratch/ports")
}

# put INSTANCE MODE [CA]: that instance of the topology is the hostile server now
put() {
  awk -v name="$1" -v port="$(jq --arg mode "$2" '.[$mode]' <<<"$ports")" -v ca="${3-$scratch/cert.pem}" '
    /- name:/ { mine = $3 == name }
    /chat_servers:/ { mine = 0 }
    mine && /port:/ { sub(/port:.*/, "port: " port) }
    mine && /ca:/ { sub(/ca:.*/, "ca: " ca) }
    { print }' "$lab/topology.yaml" >"$scratch/changed.yaml" && cp "$scratch/changed.yaml" "$lab/topology.yaml"
}

# What becomes of MODE, where it is more than "it is unseen".
declare -A words=(
  [closes_after_login]="closed the connection during the login" [silent_after_login]="timed out"
  [random_bytes]="not understood" [endless_rows]="timed out" [dripping_answer]="timed out" [dripping_login]="timed out"
  [endless_value]="ended in the middle of the answer|timed out" [endless_login_info]="timed out" [retyped_columns]="FreeTDS crashed"
  [old_tls]="no result set"
)
places=(sqlmir1 sqlwit1 sqldr2)

# attack MODE...: as many as there are places
attack() {
  local name="$*" mode i=0
  cp "$scratch/healthy.yaml" "$lab/topology.yaml"
  for mode; do put "${places[i++]}" "$mode"; done
  timed "$name"
  is "$name: exit code" "$rc" 3
  still_sees "$name" exposure_s
  i=0
  for mode; do says "$mode" "${places[i++]}" "${words[$mode]-.}"; done
}

# One program that writes down the peak memory of another, its children included.
cat >"$scratch/weighed" <<WRAPPER
#!/usr/bin/python3
import resource, subprocess, sys
code = subprocess.call(["$(readlink -f "$check")", *sys.argv[1:]])
with open("$scratch/kib", "a") as file:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=file)
sys.exit(code)
WRAPPER
chmod +x "$scratch/weighed"
check=$scratch/weighed

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
  -days 2 -keyout "$scratch/key.pem" -out "$scratch/cert.pem" 2>/dev/null
lab_start "$scratch/lab" || exit 1
cp "$lab/topology.yaml" "$scratch/healthy.yaml"
start_hostile
# What FreeTDS does to the heap there a sanitizer ends in its own way.
mapfile -t modes < <(jq -r --argjson sanitized "$sanitized" 'keys[] | select((. == "retyped_columns" and $sanitized) | not)' <<<"$ports")
for ((at = 0; at < ${#modes[@]}; at += ${#places[@]})); do attack "${modes[@]:at:${#places[@]}}"; done

# FreeTDS speaks TLS 1.0 too: what fails is then the certificate, and that must be said.
cp "$scratch/healthy.yaml" "$lab/topology.yaml"
put sqlmir1 old_tls "$lab/ca.pem"
timed "old_tls, of a stranger"
says "old_tls, of a stranger" sqlmir1 "certificate not trusted"

# Answers with some bytes changed: many in --full, a few otherwise.
seeds=6
[ "$level" = full ] && seeds=300
for seed in $(seq "$seeds"); do
  start_hostile corrupt "$seed"
  attack corrupt
done

heaviest=$(sort -n "$scratch/kib" | tail -n 1)
if $sanitized || [ "$heaviest" -lt 65536 ]; then
  ok "peak memory: $((heaviest / 1024)) MiB"
else
  not_ok "peak memory: $((heaviest / 1024)) MiB, wanted less than 64"
fi
exit $status
