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

# The threads of the checks that look at hosts.
for which in pool service; do
  check=$build/plugins/check_pchat_$which
  lab_stop
  lab_start "$scratch/lab" || exit 1
  round "$which: healthy" 0
  while read -r fault; do
    # shellcheck disable=SC2086
    lab_do fault set $fault
  done <<'EOF'
winrm pc1 how=hung
winrm pc2 how=lost_shell
winrm pc3 import_ms=60000
winrm pc4 how=unauthorized
sip pc5 how=silent
sip pc6 how=half_closed
certificate pc7 use=winrm how=expired
port pc8 port=8011 how=filtered
web fe-dub1 how=hung
host_down fe-red1
EOF
  round "$which: with many faults, until the deadline" "1 2 3"
done
if lab_stop; then ok "the lab ended cleanly"; else not_ok "the lab ended cleanly" "$(tail -n 40 "$scratch/lab.log")"; fi
exit $status
