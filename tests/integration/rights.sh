#!/usr/bin/env bash
# rights.sh BUILD [LEVEL]: every grant of contrib/sql/monitor-login.sql, revoked alone, is missed by its name; and what the check
# says to do about it, run as it stands by a sysadmin, brings health back.  A grant that nobody misses does not belong there.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
script=contrib/sql/monitor-login.sql
login=pchat_monitor

# as_sa INSTANCE SQL
as_sa() {
  /usr/bin/python3 tests/integration/peers/pytds_query.py localhost "$(jq ".$1" "$lab/ports.json")" "$lab/ca.pem" sa \
    "$lab/credentials/sa.password" "$2" >"$scratch/sa.out" 2>&1 || not_ok "$1: $2" "$(cat "$scratch/sa.out")"
}

# look: what is missing, as the check says it, in $missing, and the statements that it gives in $cure
look() {
  local finding='.conditions[] | select(.name == "right_missing")'
  run_conditions --timeout 5
  missing=$(jq -r "$finding | .message" <<<"$out")
  cure=$(jq -r "$finding | .action" <<<"$out" | sed 's/ (or run .*//')
}

# misses INSTANCE RIGHT: the check misses that and nothing else, and its cure heals
misses() {
  look
  is "$1: without $2" "$conditions: $missing" "UNKNOWN right_missing $1: $1: $login lacks $2"
  as_sa "$1" "$cure"
  run_conditions --timeout 5
  is "$1: with $2 again" "$conditions" ""
}

# "DATABASE<tab>RIGHT[ ON OBJECT]" for each grant of the script
grants() {
  sed -n -e 's/^USE \(.*\);$/\1/p' -e 's/^ *GRANT \(.*\) TO \[[$][(]LOGIN[)]];$/\t\1/p' "$script" |
    awk -F'\t' 'NF == 1 { database = $1; next } { print database "\t" $2 }'
}

lab_start "$scratch/lab" || exit 1
run_conditions --timeout 5
is "healthy" "$conditions" ""
is "every GRANT of the script is tried" "$(grants | wc -l)" "$(grep -c '^ *GRANT ' "$script")"

# What is server-wide is missed on every kind of instance.
while IFS=$'\t' read -r database right; do
  if [ "$database" = master ]; then
    for instance in sqlpri1 sqlwit1 sqldr1; do
      as_sa "$instance" "USE master; REVOKE $right FROM [$login];"
      misses "$instance" "$right"
    done
  else
    as_sa sqldr1 "USE $database; REVOKE $right FROM [$login];"
    misses sqldr1 "${right/ ON / on $database.}"
  fi
done < <(grants)

for instance in sqlpri1 sqlmir1 sqlwit1 sqldr1; do
  as_sa "$instance" "USE master; REVOKE VIEW ANY DATABASE FROM public;"
done
run_conditions --timeout 5
is "public may see no database" "$conditions" ""

# With nothing left but the login, the check leads back step by step.
as_sa sqldr1 "USE msdb; DROP USER [$login];"
as_sa sqldr1 "USE master; REVOKE VIEW SERVER STATE FROM [$login]; REVOKE VIEW ANY DEFINITION FROM [$login];"
look
is "nothing but the login" "$missing" \
  "sqldr1: $login lacks VIEW SERVER STATE, VIEW ANY DEFINITION, VIEW ANY DATABASE, a user in msdb"
for _ in $(seq "$(grants | wc -l)"); do
  [ -n "$missing" ] || break
  as_sa sqldr1 "$cure"
  look
done
is "its advice leads to health" "$conditions" ""
exit $status
