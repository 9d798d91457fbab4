#!/usr/bin/env bash
# valgrind.sh BUILD [LEVEL]: passes of each check, healthy and failing, under valgrind's memcheck: no error, nothing lost.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash

timeout_s=60
lab_start "$scratch/lab" || exit 1
under_valgrind() { # NAME WANTED-EXIT-CODES
  valgrind -q --trace-children=yes --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect \
    --errors-for-leak-kinds=definite,indirect \
    "$check" --topology "$lab/topology.yaml" --timeout "$timeout_s" >"$scratch/output" 2>&1
  rc=$?
  if [[ " $2 " == *" $rc "* ]]; then ok "valgrind: $1: exit $rc"; else not_ok "valgrind: $1: exit $rc, wanted one of $2"; fi
  [ "$status" -eq 0 ] || cat "$scratch/output"
}
under_valgrind healthy 0
lab_do fault set instance_down sqlmir1
under_valgrind "one instance down" 1

# What is dead keeps the pass until its deadline.
timeout_s=25
for which in pool service; do
  check=$build/plugins/check_pchat_$which
  lab_stop
  lab_start "$scratch/lab" || exit 1
  under_valgrind "$which, healthy" 0
  lab_do fault set site_down dub
  lab_do fault set winrm pc5 how=lost_shell
  lab_do fault set sip pc6 how=garbage
  lab_do fault set certificate pc7 use=winrm how=expired
  under_valgrind "$which, half dead" "1 2 3"
done
exit $status
