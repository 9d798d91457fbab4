#!/usr/bin/env bash
# demo.sh BUILD [LEVEL]: contrib/demo shows what it promises and leaves no process and no file behind, also when interrupted.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"

nothing_left() { # NAME
  is "$1: no file left" "$(ls -A "$TMPDIR")" ""
  is "$1: no process left" "$(pgrep -f "$TMPDIR")" ""
}

start=$SECONDS
./contrib/demo --page "$scratch/page.html" >"$scratch/out" 2>&1
is "the demo ends well" "$?" 0
took=$((SECONDS - start))
if [ "$took" -lt 1200 ]; then ok "it took $took s"; else not_ok "it took $took s"; fi
is "healthy, restore stopped, share cut, mirror suspended, recovered; pool and service: healthy, observed, proven, site lost; failed over, served, fenced, home, protected" \
  "$(sed -n 's/^exit code //p' "$scratch/out" | tr '\n' ' ')" "0 2 2 1 0 0 0 0 0 2 3 0 1 1 0 0 0 "
is "what leads" "$(sed -n 's/^PCHAT \(POOL\|SERVICE\) [A-Z]* - \([a-z_]*\):.*/\2/p' "$scratch/out" | tr '\n' ' ')" \
  "site_loss host_unseen dr_active dr_active "
counts=$(sed -n 's/^messages that were never shipped.*: \([0-9]*\); .*lacks: \([0-9]*\)$/\1 \2/p' "$scratch/out")
is "what is lost is what was never shipped" "${counts#* }" "${counts% *}"
holds "and that is something" test "${counts% *}" -gt 0
stranded=$(sed -n 's/^sqlpri1 holds what sqldr1 does not: \([0-9]*\) messages .*/\1/p' "$scratch/out")
is "what the old copy alone holds is told as the lab counts it" "$stranded" \
  "$(sed -n 's/^written since the site was lost .* lacks: //p' "$scratch/out")"
is "nothing but that is lost in the end" "$stranded" "$(sed -n 's/^messages that the copy in dub lacks.*: //p' "$scratch/out")"
is "the runs, newest first: the failback, the fence, the failover" \
  "$(sed -n '/^\$ pchatctl runs/,/^$/p' "$scratch/out" | grep -oE '[a-z]+ +(failback|failover|fence) ' | tr -s ' ' | paste -sd,)" "finished failback ,finished fence ,finished failover "
is "the page is the failover's" "$(grep -o '<h1>[^<]*' "$scratch/page.html")" "<h1>run 1: failover of lyncpc.litwareinc.com, dub -&gt; red"
is "the page needs no network" "$(grep -cE '(src|href)="?(https?:)?//' "$scratch/page.html")" 0
holds "it says what it installed" grep -q '^build-deps: ' "$scratch/out"
nothing_left "after its end"

# A background job of a script ignores SIGINT; python3 starts the demo as a terminal would: in a group of its own.
cat >"$scratch/foreground.py" <<'PY'
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.setsid()
os.execv(sys.argv[1], sys.argv[1:])
PY
# Ctrl-C reaches the whole foreground process group.
interrupt() { # NAME PATTERN: interrupted as soon as the output matches
  python3 "$scratch/foreground.py" ./contrib/demo >"$scratch/out" 2>&1 &
  local demo=$!
  for _ in $(seq 9000); do grep -q "$2" "$scratch/out" && break; sleep 0.05; done
  kill -INT -- "-$demo"
  wait "$demo"
  is "interrupted $1: exit code" "$?" 130
  nothing_left "interrupted $1"
}
interrupt "while it builds" "Building"
[ "${2-default}" = ci ] || interrupt "while it shows" "^2\\.\\|2\\. The restore"
exit $status
