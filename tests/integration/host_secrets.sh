#!/usr/bin/env bash
# host_secrets.sh BUILD [LEVEL]: both checks that look at hosts hold a WinRM password, an SNMP community, two SNMP passphrases and a
# client key.  None of them is in argv, environment, output at any verbosity, record file, core or /proc, nor in any file that they
# leave; also when TLS fails, a login fails, or they crash.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/timed.bash
. tests/integration/lib/timed.bash
# shellcheck source=tests/integration/lib/hosts.bash
. tests/integration/lib/hosts.bash
seconds=4
$sanitized && seconds=6

lab_start "$scratch/lab" || exit 1
settle ping_gap_s: 0

# ---- the secrets, and every form in which they might show ----

secret() { (umask 077 && printf '%s\n' "$2" >"$scratch/$1"); }
secret community "community-$RANDOM$RANDOM"
secret auth "authenticate-$RANDOM$RANDOM"
secret privacy "keep-private-$RANDOM$RANDOM"
by_snmp pc8 9
cat >>"$lab/topology.yaml" <<YAML
  snmp3:
    snmp_user: watch
    auth_file: $scratch/auth
    privacy_file: $scratch/privacy
YAML
sed -i -E '/\{name: pc7,/,/winrm:/ s/winrm: \{.*\}\}/snmp: {port: 9, credential: snmp3}}/' "$lab/topology.yaml"
password=$(<"$lab/credentials/winrm.password")
{
  head -qn 1 "$scratch"/{community,auth,privacy} "$lab"/credentials/{winrm,monitor}.password
  printf 'pchat_monitor:%s' "$password" | base64 -w0 | cut -c1-40
  echo
  sed -n '/PRIVATE KEY/,/PRIVATE KEY/{/-----/!p}' "$lab/credentials/monitor.pem"
} | sed '/^$/d' >"$scratch/secrets"
holds "there are secrets to look for" test "$(grep -cE '.{16}' "$scratch/secrets")" -ge 8

# absent NAME FILE...
absent() {
  local name=$1
  shift
  if grep -qaFf "$scratch/secrets" "$@"; then not_ok "$name" "$(grep -laFf "$scratch/secrets" "$@")"; else ok "$name"; fi
}
holds "the search finds what is there" grep -qaFf "$scratch/secrets" "$scratch/auth"

mkdir "$scratch/home" "$scratch/tmp"
# run CHECK [options]
run() {
  HOME=$scratch/home TMPDIR=$scratch/tmp "$build/plugins/check_pchat_$1" --topology "$lab/topology.yaml" --timeout "$seconds" "${@:2}" 2>&1
}

# speaks NAME [HOST...]: what both checks say in every format, and record
speaks() {
  local which format
  for which in "${host_checks[@]}"; do
    for format in nagios json prometheus; do
      run "$which" -vvv --format "$format" --record "$scratch/$which.json" >"$scratch/$which.$format" &
    done
  done
  # PIDs are words
  # shellcheck disable=SC2046
  wait $(jobs -rp | grep -vx "$lab_pid")
  absent "$1: output in every format at -vvv" "$scratch"/{pool,service}.{nagios,json,prometheus}
  is "$1: record file mode" "$(stat -c %a "$scratch/pool.json")" 600
}

# ---- what is said ----

speaks "healthy"
holds "they were at work" jq -e 'any(.hosts[]; .replica.sight == "seen")' "$scratch/pool.json"
holds "and asked by SNMP" jq -e '.hosts[] | select(.name == "pc7") | .ways.snmp.sight != "not_asked"' "$scratch/pool.json"
for use in winrm sip; do lab_do fault set certificate pc1 use=$use how=untrusted; done
lab_do fault set certificate fe-dub1 use=web how=expired
lab_do fault set winrm pc2 how=unauthorized
lab_do fault set winrm pc3 how=access_denied
lab_do fault set winrm pc4 how=no_body
speaks "TLS and logins fail"
holds "they did" grep -q 'accepts no such login' "$scratch/pool.json"
chmod 644 "$scratch/auth"
run pool -vvv >"$scratch/complaint"
absent "output about a file that others may read" "$scratch/complaint"
holds "it is one" grep -q "$scratch/auth" "$scratch/complaint"
chmod 600 "$scratch/auth"

# ---- while they hold them ----

for host in pc1 pc2 pc3 pc4 pc5 pc6; do lab_do fault set winrm "$host" how=hung; done
for which in "${host_checks[@]}"; do
  rm -f "$scratch"/{argv,environment,memfd}
  "$build/plugins/check_pchat_$which" --topology "$lab/topology.yaml" --timeout 4 -vvv >"$scratch/output" 2>&1 &
  pid=$!
  sleep 1
  child=$(pgrep -P "$pid") # which does the asking
  for process in "$pid" "$child"; do
    is "$which: its /proc belongs to root" "$(stat -c %U "/proc/$process/environ")" root
    tr '\0' '\n' <"/proc/$process/cmdline" >>"$scratch/argv"
    tr '\0' '\n' <"/proc/$process/environ" >>"$scratch/environment"
    for fd in "/proc/$process/fd"/*; do
      case $(readlink "$fd") in /memfd:*) cat "$fd" >>"$scratch/memfd" ;; esac
    done
  done
  absent "$which: argv" "$scratch/argv"
  absent "$which: environment" "$scratch/environment"
  absent "$which: files in memory" "$scratch/memfd"
  # A crash: no core, and no secret in the last words.
  kill -SEGV "$child" # is only noted: nothing was wrong with what it did
  sleep 0.1
  kill -SEGV "$child"
  wait "$pid"
  absent "$which: output of a crash" "$scratch/output"
  holds "$which: it crashed" grep -q crashed "$scratch/output"
done

cat >"$scratch/core.py" <<'PY'
import os, resource, signal, subprocess, sys, time
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
child = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL, cwd=os.environ["CORE_DIR"])
time.sleep(1)
target = child.pid
if sys.argv[1] == "child":
    with open(f"/proc/{target}/task/{target}/children") as file:
        target = int(file.read().split()[0])
os.kill(target, signal.SIGSEGV)
_, status = os.waitpid(child.pid, 0)
print("core" if os.WCOREDUMP(status) or any(name.startswith("core") for name in os.listdir(os.environ["CORE_DIR"])) else "none")
PY
mkdir "$scratch/cores"
export CORE_DIR=$scratch/cores
for which in "${host_checks[@]}"; do
  for process in self child; do
    is "$which: its $process dumps no core" "$(python3 "$scratch/core.py" "$process" "$PWD/$build/plugins/check_pchat_$which" \
      --topology "$lab/topology.yaml" --timeout 4)" none
  done
done

is "they leave no file" "$(find "$scratch/home" "$scratch/tmp" -type f)" ""
exit $status
