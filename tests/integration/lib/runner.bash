# Sourced after lab.bash: a runner of the lab's pool, its people, its fence, and pchatctl asking it.
# shellcheck shell=bash disable=SC2154 # of lab.bash

runner_pid=
ctl() { "$build/plugins/pchatctl" --topology "$lab/topology.yaml" "$@" --socket "$scratch/runner.sock"; }

# fences WORD: what the site's program says of every object of dub that the runner has not switched off; those of red are always on
fences() {
  rm -rf "$scratch/off"
  echo "$1" >"$scratch/fence.word"
}
# fence_off_works: from now on what it is called for is off
fence_off_works() {
  cat >"$scratch/fence-off" <<OFF
#!/bin/sh
mkdir -p "$scratch/off" && touch "$scratch/off/\$1"
OFF
}
# the_house_says WORDS: no, with these words; "": yes.  Each time it is asked stands in asked
the_house_says() { echo "$1" >"$scratch/house.word"; }

runner_scripts() {
  cat >"$scratch/fence-status" <<STATUS
#!/bin/sh
[ -e "$scratch/off/\$1" ] && { echo off; exit 0; }
case \$1 in sqldr*|pc5|pc6|pc7|pc8) echo on ;; *) cat "$scratch/fence.word" ;; esac
STATUS
  cat >"$scratch/before-commit" <<ASK
#!/bin/sh
echo "\$*" >>"$scratch/asked"
read -r no <"$scratch/house.word"
[ -z "\$no" ] || { echo "\$no"; exit 1; }
ASK
  printf '#!/bin/sh\nexit 0\n' >"$scratch/fence-off"
  printf '#!/bin/sh\ncat >>"%s"\n' "$scratch/notified" >"$scratch/notify"
  chmod 700 "$scratch/fence-status" "$scratch/fence-off" "$scratch/notify" "$scratch/before-commit"
}

# runner_set_up: who acts, in the topology and on the servers
runner_set_up() {
  local instance oob_port
  mkdir -p "$scratch/spool" "$scratch/state"
  fences on
  the_house_says ""
  runner_scripts
  printf 'Secret1!runner\n' >"$lab/credentials/runner.password"
  chmod 600 "$lab/credentials/runner.password"
  oob_port=$(host_port oob1 winrm)
  sed -i -e "s|^    share:|    vantage_points:\n      - {name: oob1, kind: winrm, host: oob1.litwareinc.com, address: 127.0.0.1, failure_domain: third,\n         winrm: {port: $oob_port, auth: basic, credential: winrm, ca: ca.pem}}\n    acting:\n      credential: runner\n      log_folder: 'D:\\\\pchatlogs'\n      copy_folder: 'E:\\\\LogCopy'\n      approval_valid_s: 86400\n      automatic_fence: true\n      fence_off: $scratch/fence-off\n      fence_status: $scratch/fence-status\n      notify: $scratch/notify\n      before_commit: $scratch/before-commit\n      people:\n        - {name: dba, uid: $(id -u), approves: true}\n&|" \
    -e 's|^credentials:|&\n  runner: {sql_user: pchat_runner, password_file: credentials/runner.password}|' "$lab/topology.yaml"
  for instance in sqlpri1 sqlmir1 sqlwit1 sqldr1 sqldr2; do
    is "$instance: acting-login.sql" "$(runner_sql "$instance" acting-login.sql LOGIN=pchat_runner PASSWORD='Secret1!runner' \
      SID=0x0102030405060708090a0b0c0d0e0f11)" ""
    is "$instance: ledger.sql" "$(runner_sql "$instance" ledger.sql MONITOR=pchat_monitor)" ""
  done
}

# runner_mirrors: whoever moves the pool sets up its mirror, too
runner_mirrors() {
  sed -i "s|^      automatic_fence: true|&\n      mirror_share: '\\\\\\\\fs3.litwareinc.com\\\\mirror'|" "$lab/topology.yaml"
}

# runner_sql INSTANCE FILE NAME=VALUE...: a script of contrib/sql, as sa
runner_sql() {
  local instance=$1 file=$2
  shift 2
  /usr/bin/python3 tests/integration/peers/pytds_script.py "$(jq ".$instance" "$lab/ports.json")" "$lab/ca.pem" \
    "$lab/credentials/sa.password" "contrib/sql/$file" "$@" 2>&1
}

# asked INSTANCE SQL: the rows that it answers to sa
asked() {
  /usr/bin/python3 tests/integration/peers/pytds_query.py localhost "$(jq ".$1" "$lab/ports.json")" "$lab/ca.pem" sa \
    "$lab/credentials/sa.password" "$2" 2>&1
}

runner_start() {
  "$build/plugins/pchat-runner" --topology "$lab/topology.yaml" --spool "$scratch/spool" --state "$scratch/state" \
    --socket "$scratch/runner.sock" --watch-period 5 --idle 0 >>"$scratch/runner.log" 2>&1 &
  runner_pid=$!
  for _ in $(seq 100); do
    [ -S "$scratch/runner.sock" ] && ctl status 2>/dev/null | grep -q 'watch     done' && return 0
    kill -0 "$runner_pid" 2>/dev/null || break
    sleep 0.2
  done
  not_ok "the runner starts" "$(tail -n 20 "$scratch/runner.log")" "$(ctl status 2>&1)"
}

runner_stop() {
  [ -n "$runner_pid" ] || return 0
  kill "$runner_pid" 2>/dev/null
  wait "$runner_pid" 2>/dev/null
  runner_pid=
}

# runner_sent [PLAN RUN]...: what `pchatctl plan --scripts` printed into PLAN ("-": the journal's plan) is what the servers
# received in that run, byte for byte, and they received nothing else that acts; the lab was started with --received
runner_sent() { runner_received plan "$@"; }
# runner_guarded: each text that opened a copy was let pass by the guard, there and then
runner_guarded() { runner_received guarded; }
runner_received() {
  "$build/plugins/pchatctl" journal export --journal "$scratch/state/journal.db" >"$scratch/journal.jsonl"
  # shellcheck disable=SC2034 # of lab.bash
  /usr/bin/python3 tests/integration/peers/received.py "$@" "$scratch/journal.jsonl" "$lab/received.jsonl" || status=1
}

# wait_for NAME PATTERN SECONDS: until pchatctl status has such a line
wait_for() {
  local end=$((SECONDS + $3))
  while [ $SECONDS -lt $end ]; do
    ctl status 2>/dev/null | grep -qE -- "$2" && { ok "$1"; return 0; }
    sleep 0.5
  done
  not_ok "$1" "$(ctl status 2>&1)" "$(tail -n 5 "$scratch/runner.log")"
  return 1
}

# watched: until a look has begun and ended from here on
watched() {
  local before now ends=0 end=$((SECONDS + 120))
  before=$(jq '.pools[0].watched_utc_ms' "$scratch/state/runs.json")
  while [ $SECONDS -lt $end ] && [ $ends -lt 2 ]; do
    sleep 0.3
    now=$(jq '.pools[0].watched_utc_ms' "$scratch/state/runs.json")
    [ "$now" = "$before" ] || ends=$((ends + 1))
    before=$now
  done
  [ $ends -eq 2 ]
}

# wait_gone NAME PATTERN SECONDS: until it has no such line
wait_gone() {
  local end=$((SECONDS + $3))
  while [ $SECONDS -lt $end ]; do
    ctl status >"$scratch/status" 2>/dev/null && ! grep -qE -- "$2" "$scratch/status" && { ok "$1"; return 0; }
    sleep 0.5
  done
  not_ok "$1" "$(cat "$scratch/status")"
  return 1
}

finish() {
  runner_stop
  lab_stop
  rm -rf "$scratch"
}
