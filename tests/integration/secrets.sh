#!/usr/bin/env bash
# secrets.sh BUILD [LEVEL]: no password in argv, environment, output at any verbosity, record file, core or /proc.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash

absent() { # NAME FILE...
  local name=$1
  shift
  if grep -qaF -- "$password" "$@"; then not_ok "$name"; else ok "$name"; fi
}

lab_start "$scratch/lab" || exit 1
password=$(head -n 1 "$lab/$(sed -n 's/^ *password_file: *//p' "$lab/topology.yaml" | head -n 1)")
[ ${#password} -ge 8 ] || not_ok "the lab's password is worth looking for"

for format in nagios json prometheus; do
  "$check" --topology "$lab/topology.yaml" -vvv --format "$format" --record "$scratch/record.json" >"$scratch/output" 2>&1
  absent "output in $format at -vvv" "$scratch/output"
done
absent "record file" "$scratch/record.json"
is "record file mode" "$(stat -c %a "$scratch/record.json")" 600

# Every failing login speaks too.
lab_do fault set wrong_password sqlpri1
"$check" --topology "$lab/topology.yaml" -vvv >"$scratch/output" 2>&1
absent "output of a refused login" "$scratch/output"
lab_do fault clear wrong_password sqlpri1

# While it waits for a server that hangs, the check holds the password.
lab_do fault set instance_hung sqlpri1
"$check" --topology "$lab/topology.yaml" --timeout 4 >/dev/null 2>&1 &
pid=$!
sleep 1
child=$(pgrep -P "$pid") # which does the asking
for process in "$pid" "$child"; do
  tr '\0' '\n' <"/proc/$process/cmdline" >>"$scratch/argv"
  tr '\0' '\n' <"/proc/$process/environ" >>"$scratch/environment"
  is "its /proc belongs to root" "$(stat -c %U "/proc/$process/environ")" root
  for fd in "/proc/$process/fd"/*; do
    case $(readlink "$fd") in
      /memfd:*) cat "$fd" >>"$scratch/memfd" ;;
    esac
  done
done
absent "argv" "$scratch/argv"
absent "environment" "$scratch/environment"
holds "the private FreeTDS configuration is in a memfd" test -s "$scratch/memfd"
absent "the private FreeTDS configuration" "$scratch/memfd"
wait "$pid"

# A core: the check leaves none, a control process in the same place does.
cat >"$scratch/core.py" <<'PY'
import os, resource, signal, subprocess, sys, time
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, cwd=os.environ["CORE_DIR"])
time.sleep(1)
os.kill(child.pid, signal.SIGSEGV)
_, status = os.waitpid(child.pid, 0)
print("core" if os.WCOREDUMP(status) else "none")
PY
export CORE_DIR=$scratch
is "a control process dumps core here" "$(python3 "$scratch/core.py" sleep 5)" core
is "the check dumps none" "$(python3 "$scratch/core.py" "$PWD/$check" --topology "$lab/topology.yaml" --timeout 4)" none

# Its own user cannot look into it either.
if [ "$(id -u)" -eq 0 ]; then
  chmod 755 "$scratch" "$lab"
  chown -R nobody "$lab/credentials"
  chmod a+r "$lab/topology.yaml" "$lab"/*.pem
  cp "$check" "$scratch/check_as_nobody"
  cp "$check-pass" "$scratch/check_as_nobody-pass"
  chmod 755 "$scratch/check_as_nobody" "$scratch/check_as_nobody-pass"
  setpriv --reuid=nobody --regid=nogroup --clear-groups "$scratch/check_as_nobody" --topology "$lab/topology.yaml" \
    --timeout 4 >"$scratch/output" 2>&1 &
  pid=$!
  sleep 1
  child=$(pgrep -P "$pid" || true)
  for file in environ mem maps; do
    if setpriv --reuid=nobody --regid=nogroup --clear-groups head -c 1 "/proc/${child:-$pid}/$file" >/dev/null 2>&1; then
      not_ok "its own user reads /proc/PID/$file"
    else
      ok "its own user cannot read /proc/PID/$file"
    fi
  done
  wait "$pid"
  holds "it ran as that user" grep -q sqlpri1 "$scratch/output"
fi
exit $status
