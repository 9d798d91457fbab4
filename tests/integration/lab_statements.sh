#!/usr/bin/env bash
# lab_statements.sh BUILD [LEVEL]: statements of the lab's SQL Servers that wait - application locks, long backups, transactions -
# over the wire, as python3-tds sees them; and the truth counts who sent what changes something.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash

lab_start "$scratch/lab" || exit 1
lab_do fault set media_slow sqldr1 seconds=3
mutating='.instances.sqldr1.mutating_statements.sa // 0'
before=$(truth "$mutating")
is "sessions wait for each other" "$(/usr/bin/python3 tests/integration/peers/pytds_locks.py "$(jq .sqldr1 "$lab/ports.json")" \
  "$lab/ca.pem" "$lab/credentials/sa.password" 2>&1)" "first: 0
second at once: -1
second after a second: -1
second: waits
blocked by the first: True
second when the first has gone: 1
third when the second is killed: 1
killed: cut off
a backup: BACKUP DATABASE
a backup is done: None
not committed: one
a writer: waits
both: two 2"
# KILL, BACKUP, CREATE DATABASE, CREATE TABLE, INSERT, two UPDATEs
is "what changes something is counted" "$(($(truth "$mutating") - before))" 7
before=$(truth "$mutating")
is "the monitor's login has changed nothing" "$(truth '[.instances[].mutating_statements.pchat_monitor // 0] | add')" 0
run_conditions --timeout 5
is "a check changes nothing" "$(truth '[.instances[].mutating_statements.pchat_monitor // 0] | add') $(($(truth "$mutating") - before))" "0 0"
lab_do fault set half_open sqldr1 login=sa seconds=4
is "a client that vanished is missed later" "$(/usr/bin/python3 tests/integration/peers/pytds_vanished.py \
  "$(jq .sqldr1 "$lab/ports.json")" "$lab/ca.pem" "$lab/credentials/sa.password" 2>&1)" "first: 0
at once: -1
later: 0"
lab_stop
is "the lab ends well" "$?" 0
