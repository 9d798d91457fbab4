#!/usr/bin/env bash
# smoke.sh BUILD [LEVEL]: a short round through the faults with a binary that is slow to run (sanitizers).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash

lab_start "$scratch/lab" || exit 1
round() { # NAME WANTED-EXIT-CODES
  run_check --timeout 20
  if [[ " $2 " == *" $rc "* ]] && ! grep -qE 'Sanitizer|runtime error' <<<"$out"; then
    ok "$1: exit $rc"
  else
    not_ok "$1: exit $rc, wanted one of $2" "$out"
  fi
}
round healthy 0
for fault in instance_down wrong_password certificate_expired certificate_wrong_name; do
  lab_do fault set "$fault" sqlmir1
  round "$fault" "1 2 3"
  lab_do fault clear "$fault" sqlmir1
done
lab_do fault set cut_after sqldr1 bytes=3000
round "cut after 3000 bytes" "1 2 3"
lab_do fault clear cut_after sqldr1
round "healthy again" 0
if lab_stop; then ok "the lab ended cleanly"; else not_ok "the lab ended cleanly" "$(tail -n 40 "$scratch/lab.log")"; fi
exit $status
