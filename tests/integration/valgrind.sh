#!/usr/bin/env bash
# valgrind.sh BUILD [LEVEL]: a healthy pass and a failing one under valgrind's memcheck: no error, nothing lost.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash

lab_start "$scratch/lab" || exit 1
under_valgrind() { # NAME WANTED-EXIT-CODE
  valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect \
    --errors-for-leak-kinds=definite,indirect \
    "$check" --topology "$lab/topology.yaml" --timeout 60 >"$scratch/output" 2>&1
  is "valgrind: $1" "$?" "$2"
  [ "$status" -eq 0 ] || cat "$scratch/output"
}
under_valgrind healthy 0
lab_do fault set instance_down sqlmir1
under_valgrind "one instance down" 1
exit $status
