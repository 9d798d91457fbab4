#!/usr/bin/env bash
# act_ledger.sh BUILD [LEVEL]: the pool lock, the ledger and looks against the lab, over TDS: two runners contend for the lock, one
# vanishes, one is ended by the other; what the ledger takes and what it refuses; what a look holds of a pool that is well, of
# damaged log backups, and of a lost site.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash

copies=(sqlpri1 sqlmir1 sqldr1 sqldr2)

# script INSTANCE FILE NAME=VALUE...: of contrib/sql, as sa
script() {
  local instance=$1 file=$2
  shift 2
  /usr/bin/python3 tests/integration/peers/pytds_script.py "$(jq ".$instance" "$lab/ports.json")" "$lab/ca.pem" \
    "$lab/credentials/sa.password" "contrib/sql/$file" "$@" 2>&1
}

# who acts is in the topology, with a fence of which pc1 alone is off
give_acting() {
  # shellcheck disable=SC2016 # the program's own
  printf '#!/bin/sh\ncase $1 in pc1) echo "off since noon" ;; pc2) exit 1 ;; pc3) echo offline ;; *) echo on ;; esac\n' >"$lab/fence"
  chmod 700 "$lab/fence"
  printf 'Secret1!runner\n' >"$lab/credentials/runner.password"
  chmod 600 "$lab/credentials/runner.password"
  sed -i -e "s|^    share:|    acting: {credential: runner, log_folder: 'E:\\\\own', fence_status: $lab/fence}\n&|" \
    -e 's|^credentials:|&\n  runner: {sql_user: pchat_runner, password_file: credentials/runner.password}|' "$lab/topology.yaml"
}

# runner NAME: a process that takes commands; ask NAME COMMAND puts its answer into $said
declare -A to from pids
runner() {
  local name=$1
  local input output
  mkfifo "$scratch/$name.to" "$scratch/$name.from"
  "$build/tests/integration/act_ask" "$lab/topology.yaml" "plan-$name" <"$scratch/$name.to" >"$scratch/$name.from" 2>"$scratch/$name.err" &
  pids[$name]=$!
  exec {input}>"$scratch/$name.to" {output}<"$scratch/$name.from"
  to[$name]=$input from[$name]=$output
}
ask() {
  local line
  echo "$2" >&"${to[$1]}"
  said=
  while IFS= read -r -t 60 -u "${from[$1]}" line && [ "$line" != . ]; do said+=$line$'\n'; done
  said=${said%$'\n'}
}
# asks NAME COMMAND WANT
asks() {
  ask "$1" "$2"
  is "$1: $2" "$said" "$3"
}
# has TEST LINE: the last answer has it
has() { if grep -qxF -- "$2" <<<"$said"; then ok "$1"; else not_ok "$1" "no line: $2" "$said"; fi; }

taken="other, sqldr1: somebody else holds the pool lock"
changed="50000 the ledger is not as it was seen: somebody else has written it"

lab_start "$scratch/lab" || exit 1
give_acting
for instance in "${copies[@]}" sqlwit1; do
  is "$instance: acting-login.sql" "$(script "$instance" acting-login.sql LOGIN=pchat_runner PASSWORD='Secret1!runner' \
    SID=0x0102030405060708090a0b0c0d0e0f11)" ""
done

runner one
is "a login is missing" "$(/usr/bin/python3 tests/integration/peers/pytds_query.py localhost "$(jq .sqldr2 "$lab/ports.json")" \
  "$lab/ca.pem" sa "$lab/credentials/sa.password" "DROP LOGIN [pchat_monitor] SELECT 1" 2>&1)" "[[1]]"
ask one look
has "without a ledger, that is what is said" \
  "sqldr1 seen request=0 lock=0 user=0 orphan=0 ledger_run=not_asked ledger_note=not_asked"
has "a copy whose server lacks a login of the open copy's users" \
  "sqldr2 seen request=0 lock=0 user=0 orphan=1 ledger_run=not_asked ledger_note=not_asked"
for instance in "${copies[@]}"; do
  is "$instance: ledger.sql" "$(script "$instance" ledger.sql MONITOR=pchat_monitor)" ""
  is "$instance: ledger.sql once more" "$(script "$instance" ledger.sql MONITOR=pchat_monitor)" ""
done

# ---- a pool that is well ----
ask one look
has "the principal" "sqlpri1 seen request=0 lock=0 user=4 orphan=0 ledger_run=0 ledger_note=0"
has "the secondary" "sqldr1 seen request=0 lock=0 user=0 orphan=0 ledger_run=0 ledger_note=0"
has "the witness is asked nothing more" "sqlwit1 seen"
has "who serves" "A is sqlpri1"
has "who stands by" "B is sqldr1"
has "what the fence says is off" "fence pc1 off"
has "a fence program that fails says nothing" "fence pc2 unknown"
has "another word says nothing" "fence pc3 unknown"
has "what the fence says is on" "fence sqlmir1 on"
has "our clock" "clock steady"

# ---- one writer ----
runner two
asks one "lock sqldr1" held
asks two "lock sqldr1" "$taken"
asks one "held" held
ask two look
has "who looks sees that somebody holds it" "sqldr1 seen request=0 lock=1 user=0 orphan=0 ledger_run=0 ledger_note=0"
asks one "held" held
asks one "send sqldr1 SELECT DB_NAME() AS name" master

# ---- the ledger ----
asks one "begin sqldr1 1 1" "done"
asks one "begin sqldr1 2 2" "$changed"
asks one "over sqldr1 1 1" "$changed"
asks one "note sqldr1 approval it's ' fine; DROP TABLE run --" "done"
ask one look
has "the run" "run 1 epoch 1 failover plan-one open host of o'brien -"
has "the note" "note 1 approval pc1 lin it's ' fine; DROP TABLE run --"
long=$(head -c 31000 /dev/zero | tr '\0' x)
asks one "note sqldr1 export $long" "done"
ask one look
has "exported set-up comes back whole" "note 2 export pc1 lin $long"
asks one "note sqldr1 export $long${long:0:4000}" "50000 the text is too long for a note of the ledger"
asks one "note sqldr1 a_kind_that_is_longer_than_any_kind_may_be x" "8152 String or binary data would be truncated. (Msg 8152)"

# ---- a holder that vanishes; what goes on from the ledger ----
kill -KILL "${pids[one]}"
wait "${pids[one]}" 2>/dev/null
sleep 1
asks two "lock sqldr1" held
asks two "begin sqldr1 1 2" "$changed"
asks two "over sqldr1 1 2" "done"
asks two "end sqldr1 1 1" "$changed"

# ---- take-over ----
runner three
asks three "takeover sqldr1" nobody
ask three look
asks three "takeover sqldr1" held
asks two "send sqldr1 SELECT 1 AS x" "0 the session ended in the middle of the answer"
ask two held
is "two: has lost it" "${said%%:*}" "sqldr1"
asks two "held" ": the pool lock is held nowhere"
# by the look of before: who was shown is gone, and who holds it now is not ended
asks two "takeover sqldr1" "$taken"
asks three held held
asks three "over sqldr1 1 3" "done"
asks three "lock sqlpri1" held
asks three "lock sqlmir1" held
ask three look
has "the run has a new epoch and its plan" "run 1 epoch 3 failover plan-one open host of o'brien -"
asks three "copy sqldr1 sqlmir1" "done"
asks three "copy sqldr1 sqlmir1" "done"
asks three "end sqldr1 1 3" "done"
asks three "end sqldr1 1 3" "done"
asks three "left sqldr1 1 3" "$changed"
ask three look
has "after it the other site serves" "A is sqldr1"
has "and the first is the standby" "B is sqlpri1"
has "of what its own ledger knows nothing" "sqlpri1 seen request=0 lock=1 user=4 orphan=0 ledger_run=0 ledger_note=0"
asks three "copy sqldr1 sqlpri1" "done"
ask three look
has "until it is told" "run 1 epoch 3 failover plan-one finished host of o'brien red"
# a proof of one server is none on another, and a session that lost the lock sends nothing
asks three "send sqlpri1 EXEC sp_releaseapplock N'pchat:lyncpc.litwareinc.com', N'Session' SELECT 1 AS x" 1
asks three "send sqlpri1 DELETE FROM pchat_ops.dbo.run SELECT 1 AS x" "0 this session does not hold the pool lock"
ask three look
has "nothing was deleted" "run 1 epoch 3 failover plan-one finished host of o'brien red"
lab_stop

# ---- log backups, and a lost site ----
lab_start "$scratch/lab" || exit 1
give_acting
for instance in "${copies[@]}" sqlwit1; do
  script "$instance" acting-login.sql LOGIN=pchat_runner PASSWORD='Secret1!runner' SID=0x0102030405060708090a0b0c0d0e0f11
  [ "$instance" = sqlwit1 ] || script "$instance" ledger.sql MONITOR=pchat_monitor
done
runner four
ask four files
well=$(grep -c '^file .* type 2 of mgc .* known yes$' <<<"$said")
is "headers of all files are read" "$well" "$(grep -c '^file' <<<"$said")"
if [ "$well" -ge 20 ]; then ok "of copy folder and share"; else not_ok "of copy folder and share" "$said"; fi
lab_do fault set file_truncated where=share
lab_do clock advance 6m
ask four files
is "a damaged file is one row, with SQL Server's number" "$(grep '^file .* error' <<<"$said" | sed 's/.*error //' | sort -u)" 3241
lab_do fault clear
lab_do fault set site_down dub
ask four look
has "a lost site: its principal is not seen" "sqlpri1 timed_out"
has "what stands by is" "sqldr1 seen request=0 lock=0 user=0 orphan=not_asked ledger_run=0 ledger_note=0"
lab_stop
is "the lab ends well" "$?" 0
exit $status
