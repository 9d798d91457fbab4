#!/usr/bin/env bash
# lab_web.sh BUILD [LEVEL]: the lab's front ends as web servers, and its ports that only accept, as clients that nobody here wrote -
# curl, openssl, bash - and the product's probes see them: every fault of the web side, certificates, stopped services.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash

rm=/PersistentChat/RM/ files=/PersistentChat/MGCWebService.asmx

# http HOST KIND PATH [curl options]: head and body
http() {
  local host=$1 kind=$2 path=$3
  shift 3
  curl -si --http1.1 --max-time 10 --cacert "$lab/ca.pem" "https://localhost:$(host_port "$host" "$kind")$path" "$@" 2>&1
}
# code HOST KIND PATH [curl options]: the status, and curl's exit code unless it is 0
code() {
  local rc=0
  http "$@" -o /dev/null -w '%{http_code}' || rc=$?
  [ "$rc" -eq 0 ] || echo " ($rc)"
}
# has NAME PATTERN TEXT
has() {
  if tr -d '\r' <<<"$3" | grep -qE -- "$2"; then ok "$1"; else not_ok "$1" "$3" "wanted: $2"; fi
}
# probe KIND HOST PORT [KEY=VALUE...]: the result in $said
probe() {
  local kind=$1 host=$2 port=$3
  shift 3
  said=$("$build/tests/integration/probe" "$kind" 127.0.0.1 "$(host_port "$host" "$port")" ca="$lab/ca.pem" "$@" 2>&1)
}
# says NAME JQ WANT: of the last probe
says() { is "$1" "$(jq -r "$2" <<<"$said" 2>&1)" "$3"; }
# accepts HOST KIND: bash's own connect
accepts() {
  # $0 is the argument.
  # shellcheck disable=SC2016
  timeout 1 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0"' "$(host_port "$1" "$2")" 2>/dev/null
  case $? in
    0) echo open ;;
    124) echo silent ;;
    *) echo closed ;;
  esac
}

lab_start "$scratch/lab" --speed 10 || exit 1

# --- hosts.json
is "hosts.json: chat servers" "$(jq -r '[.[] | select(.role == "chat_server") | .site] | join(" ")' "$lab/hosts.json")" \
  "dub dub dub dub red red red red"
is "hosts.json: what each role listens on" \
  "$(jq -r '[.[] | .role + ": " + (.ports | keys_unsorted | join(" "))] | unique[]' "$lab/hosts.json")" \
  "chat_server: winrm sip wcf
file_server: winrm smb
front_end: winrm sip web web_external
plain: winrm
sql_server: winrm smb"
is "hosts.json: no port twice" "$(jq -r '[.[].ports[]] | length == (unique | length)' "$lab/hosts.json")" true

# --- topology.yaml: the product accepts it
run_check
is "topology.yaml: check_pchat_replication reads it" "$rc" 0
is "topology.yaml: names all of them" "$(grep -oE '(sip|wcf|web|web_external|smb): [0-9]+' "$lab/topology.yaml" | sort -u)" \
  "$(jq -r 'del(.fs1, .fs3) | .[] | select(.role != "sql_server") | .ports | del(.winrm) | to_entries[] | "\(.key): \(.value)"' \
    "$lab/hosts.json" | sort -u)"

# --- as curl sees it
while read -r host kind; do
  is "curl: $host $kind, room management" "$(code "$host" "$kind" $rm)" 200
  is "curl: $host $kind, file transfer" "$(code "$host" "$kind" $files)" 401
  is "curl: $host $kind, something else" "$(code "$host" "$kind" /meet)" 404
done <<'EOT'
fe-dub1 web
fe-dub1 web_external
fe-red1 web
fe-red1 web_external
EOT
said=$(http fe-dub1 web $rm)
has "curl: IIS serves it" '^Server: Microsoft-IIS/8.5$' "$said"
has "curl: a page" '<title>Persistent Chat Room Management</title>' "$said"
has "curl: HEAD has no page" '^HTTP/1.1 200 OK$' "$(http fe-dub1 web $rm -I)"
said=$(http fe-dub1 web $files)
has "curl: Negotiate is offered" '^WWW-Authenticate: Negotiate$' "$said"
has "curl: NTLM is offered" '^WWW-Authenticate: NTLM$' "$said"
is "curl: NTLM of nobody does not help" "$(code fe-dub1 web $files -H 'Authorization: NTLM TlRMTVNTUAAB')" 401
has "curl: POST to a page is not allowed" '^Allow: GET, HEAD, OPTIONS, TRACE$' "$(http fe-dub1 web $rm -d x=1)"
is "curl: DELETE neither" "$(code fe-dub1 web $rm -X DELETE)" 405
is "curl: POST without a length" "$(code fe-dub1 web $rm -X POST)" 411
is "curl: without a Host" "$(code fe-dub1 web $rm -H 'Host:')" 400
is "curl: the certificate is for the host's name too" \
  "$(curl -s -o /dev/null -w '%{http_code}' --max-time 10 --cacert "$lab/ca.pem" --resolve \
    "fe-dub1.litwareinc.com:$(host_port fe-dub1 web):127.0.0.1" \
    "https://fe-dub1.litwareinc.com:$(host_port fe-dub1 web)$rm")" 200
is "curl: plain HTTP is no TLS" "$(curl -s --max-time 10 "http://localhost:$(host_port fe-dub1 web)$rm" || echo refused)" refused

# --- faults, as curl and the web probe see them
while IFS='|' read -r params want_curl want_probe; do
  # shellcheck disable=SC2086
  lab_do fault set web fe-dub1 $params
  is "curl: web $params" "$(code fe-dub1 web $rm --max-time 1)" "$want_curl"
  probe web fe-dub1 web path=$rm timeout_ms=1000
  says "web $params" '"\(.sight), \(.status), \(.class)"' "$want_probe"
  lab_do fault clear web fe-dub1
done <<'EOT'
code=302|302|seen, 302, alive
code=401|401|seen, 401, alive
code=403|403|seen, 403, alive, refuses the request
code=404|404|seen, 404, not installed there
code=500|500|seen, 500, fails
code=502|502|seen, 502, not reached by the proxy before it
code=503|503|seen, 503, stopped (application pool)
code=500 site=external|200|seen, 200, alive
code=500 path=files|200|seen, 200, alive
ms=200|200|seen, 200, alive
ms=60000|000 (28)|timed_out, 0, no answer
how=hung|000 (28)|timed_out, 0, no answer
how=garbage|000 (1)|protocol_error, 0, no answer
how=closed|000 (52)|protocol_error, 0, no answer
EOT
lab_do fault set web fe-dub1 code=500 site=external
is "the external site fails alone" "$(code fe-dub1 web $rm) $(code fe-dub1 web_external $rm)" "200 500"
lab_do fault clear web fe-dub1
lab_do fault set web fe-dub1 code=503 path=rm
said=$(http fe-dub1 web $rm)
has "a stopped application pool: HTTP.sys answers itself" '^Server: Microsoft-HTTPAPI/2.0$' "$said"
has "a stopped application pool: and closes" '^Connection: [Cc]lose$' "$said"
is "a stopped application pool: the other pool serves" "$(code fe-dub1 web $files)" 401
lab_do fault clear web fe-dub1

# --- certificates, as openssl and the certificate probe see them
verdict() {
  openssl s_client -connect "127.0.0.1:$(host_port fe-dub1 web)" -CAfile "$lab/ca.pem" -verify_hostname localhost \
    </dev/null 2>/dev/null | sed -n 's/^ *Verify return code: //p' | head -n 1
}
is "openssl: the certificate is good" "$(verdict)" "0 (ok)"
while IFS='|' read -r how want_openssl want_probe; do
  lab_do fault set certificate fe-dub1 use=web how="$how"
  is "openssl: $how" "$(verdict)" "$want_openssl"
  probe certificate fe-dub1 web timeout_ms=5000
  says "certificate $how" '.problem[0:22]' "$want_probe"
  lab_do fault clear certificate fe-dub1
done <<'EOT'
expired|10 (certificate has expired)|certificate expired on
wrong_name|62 (hostname mismatch)|certificate is for dec
untrusted|21 (unable to verify the first certificate)|certificate not truste
EOT

# --- ports that only accept
is "WCF and SMB accept" "$(accepts pc1 wcf) $(accepts pc8 wcf) $(accepts fs1 smb) $(accepts fs2 smb) $(accepts sqlpri1 smb)" \
  "open open open open open"
lab_do fault set service pc1 service=RTCCHAT how=stopped
is "a stopped chat service" "$(accepts pc1 wcf) $(accepts pc2 wcf)" "closed open"
lab_do fault clear service pc1
lab_do fault set file_store_down
is "the file store down" "$(accepts fs1 smb) $(accepts fs2 smb)" "open closed"
probe tcp fs2 smb timeout_ms=1000
says "the file store down, as the probe sees it" .sight refused
lab_do fault clear file_store_down
lab_do fault set service fe-dub1 service=W3SVC how=hung
is "W3SVC hung: it listens and says nothing" "$(accepts fe-dub1 web) $(code fe-dub1 web $rm --max-time 1)" "open 000 (28)"
lab_do fault clear service fe-dub1
is "and all is well again" "$(code fe-dub1 web $rm)" 200
lab_do fault set service fe-dub1 service=W3SVC how=stopped
is "W3SVC stopped: nobody listens" "$(accepts fe-dub1 web) $(accepts fe-dub1 web_external) $(accepts fe-red1 web)" "closed closed open"
lab_do fault clear service fe-dub1
for _ in $(seq 100); do
  [ "$(accepts fe-dub1 web)" = open ] && break
  sleep 0.1
done
is "W3SVC started: it serves again" "$(code fe-dub1 web $rm)" 200
lab_do fault set site_down dub
is "a site that is dark" "$(accepts pc1 wcf) $(accepts fe-dub1 web) $(accepts fs2 smb) $(accepts pc5 wcf) $(accepts fe-red1 web)" \
  "silent silent silent open open"
exit $status
