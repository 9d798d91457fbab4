#!/usr/bin/env bash
# lab_clients.sh BUILD [LEVEL]: clients that nobody here wrote - tsql (FreeTDS), python3-tds, tedious - log in to the lab over
# TLS, read, and are refused as by SQL Server.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
peers=tests/integration/peers

# Node and python3-tds go by name: the first warns about addresses in TLS, the second knows the common name only.
declare -A host=([tsql]=127.0.0.1 [pytds]=localhost [tedious]=localhost)
user=pchat_monitor secret=monitor ca=ca.pem

# query CLIENT INSTANCE SQL: what the client says; errors carry the server's number
query() {
  local port
  port=$(jq -r ".$2" "$lab/ports.json")
  "query_$1" "$port" "$3" 2>&1
}
# The three that query() names.
# shellcheck disable=SC2317
query_tsql() {
  printf '[lab]\nhost = %s\nport = %s\ntds version = 7.4\nencryption = require\nca file = %s\nclient charset = UTF-8\n' \
    "${host[tsql]}" "$1" "$lab/$ca" >"$scratch/freetds.conf"
  printf '%s\ngo\nexit\n' "$2" |
    FREETDSCONF=$scratch/freetds.conf timeout 10 tsql -S lab -U "$user" -P "$(<"$lab/credentials/$secret.password")" -o q
}
# shellcheck disable=SC2317
query_pytds() {
  timeout 20 /usr/bin/python3 "$peers/pytds_query.py" "${host[pytds]}" "$1" "$lab/$ca" "$user" \
    "$lab/credentials/$secret.password" "$2"
}
# shellcheck disable=SC2317
query_tedious() {
  timeout 20 node "$peers/tedious_query.js" "${host[tedious]}" "$1" "$lab/$ca" "$user" \
    "$lab/credentials/$secret.password" "$2"
}

# says CLIENT INSTANCE NAME SQL PATTERN
says() {
  local got
  got=$(query "$1" "$2" "$4")
  if grep -qiE -- "$5" <<<"$got"; then ok "$1: $3"; else not_ok "$1: $3" "$got" "wanted: $5"; fi
}

# The authority of another lab is one that nobody here trusts.
lab_start "$scratch/other" || exit 1
lab_stop
lab_start "$scratch/lab" || exit 1
cp "$scratch/other/ca.pem" "$lab/other.pem"
echo "not the password" >"$lab/credentials/wrong.password"
chmod 600 "$lab/credentials/wrong.password"

for client in tsql pytds tedious; do
  says "$client" sqldr1 "reads msdb over TLS" \
    "SELECT primary_server, primary_database FROM msdb.dbo.log_shipping_secondary" 'sqlpri1.*mgc'
  says "$client" sqldr1 "the whole session is encrypted" \
    "SELECT encrypt_option FROM sys.dm_exec_connections WHERE session_id = @@SPID" TRUE
  says "$client" sqldr1 "an unknown table is 208" "SELECT a FROM no_such_table" '\b208\b'
  says "$client" sqldr1 "an unknown procedure is 2812" "EXEC no_such_procedure" '\b2812\b'
  says "$client" sqldr1 "an unknown statement is 102" "SELECT 1; FROBNICATE x" '\b102\b'
  secret=wrong
  says "$client" sqldr1 "a wrong password is 18456" "SELECT 1" '\b18456\b'
  secret=monitor
done

export TEDIOUS_RPC=1
says tedious sqldr1 "reads through sp_executesql" "SELECT primary_database FROM msdb.dbo.log_shipping_secondary" mgc
says tedious sqldr1 "an unknown table is 208 there too" "SELECT a FROM no_such_table" '\b208\b'
unset TEDIOUS_RPC

mirror="SELECT mirroring_guid, mirroring_role FROM sys.database_mirroring WHERE database_id = DB_ID('mgc')"
is "pytds: without sysadmin the mirror's row is NULL" "$(query pytds sqlmir1 "$mirror")" "[[null, null]]"
user=pchat_admin secret=pchat_admin
says pytds sqlmir1 "a sysadmin sees the mirror's row" "$mirror" '^\[\["[0-9a-fA-F-]{36}", 2\]\]$'
user=pchat_monitor secret=monitor

# refused_by_all NAME TSQL PYTDS TEDIOUS: patterns; FreeTDS tells no more than that it could not connect
refused_by_all() {
  says tsql sqldr1 "$1" "SELECT 1" "$2"
  says pytds sqldr1 "$1" "SELECT 1" "$3"
  says tedious sqldr1 "$1" "SELECT 1" "$4"
}
ca=other.pem
refused_by_all "another authority is not trusted" "Adaptive Server connection failed" "certificate verify failed" \
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED"
ca=ca.pem
lab_do fault set certificate_expired sqldr1
refused_by_all "an expired certificate is refused" "Adaptive Server connection failed" "certificate verify failed" \
  CERT_HAS_EXPIRED
lab_do fault clear certificate_expired sqldr1
lab_do fault set certificate_wrong_name sqldr1
refused_by_all "a certificate of another name is refused" "Adaptive Server connection failed" "does not match host name" \
  ERR_TLS_CERT_ALTNAME_INVALID
lab_do fault clear certificate_wrong_name sqldr1
lab_do fault set instance_down sqldr1
refused_by_all "a stopped instance refuses" "Connection refused|Unable to connect" "Connection refused" "ESOCKET|ECONNREFUSED"
lab_do fault clear instance_down sqldr1
says pytds sqldr1 "and is back when started" "SELECT 1" '^\[\[1\]\]$'

# Every 64th byte and the last before it here; deadlines.sh tries every byte with the check itself.
port=$(jq -r .sqldr1 "$lab/ports.json")
for first in 1 64; do
  holds "the lab outlives cuts after $first, $((first + 64)) ... bytes" timeout 120 /usr/bin/python3 "$peers/cut_everywhere.py" \
    "$lab" sqldr1 localhost "$port" "$lab/ca.pem" "$user" "$lab/credentials/monitor.password" "$first" 4096 64
done
says pytds sqldr1 "and answers as before" "SELECT 1" '^\[\[1\]\]$'

lab_stop
is "the lab ends well" "$?" 0
for file in ready control.sock; do
  if [ -e "$lab/$file" ]; then not_ok "$file is left behind"; else ok "$file is gone"; fi
done
exit $status
