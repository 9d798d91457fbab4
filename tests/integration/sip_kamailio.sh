#!/usr/bin/env bash
# sip_kamailio.sh BUILD [LEVEL]: the probes from outside against a Kamailio with TLS and mutual TLS: every class of answer, every
# way in which a certificate is wrong.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
kamailio_pid=
# shellcheck source=tests/integration/lib/say.bash
. tests/integration/lib/say.bash

# trap runs it
# shellcheck disable=SC2317
finish() {
  if [ -n "$kamailio_pid" ]; then
    kill "$kamailio_pid" 2>/dev/null
    wait "$kamailio_pid" 2>/dev/null
  fi
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

command -v kamailio >/dev/null || { not_ok "kamailio is installed"; exit 1; }

# --- certificates: one authority that is trusted and one that is not
authority() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" -keyout "$scratch/$1.key" -out "$scratch/$1.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
}
# certificate NAME AUTHORITY DAYS SAN
certificate() {
  openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$scratch/$1.key" -out "$scratch/$1.csr" 2>/dev/null &&
    openssl x509 -req -in "$scratch/$1.csr" -CA "$scratch/$2.pem" -CAkey "$scratch/$2.key" -CAcreateserial -days "$3" \
      -out "$scratch/$1.pem" -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$4") 2>/dev/null
}
authority ca
authority stranger
certificate good ca 30 DNS:fe1.litwareinc.com,IP:127.0.0.1
certificate expired ca -1 DNS:fe1.litwareinc.com,IP:127.0.0.1
certificate other_name ca 30 DNS:fe9.litwareinc.com
certificate untrusted stranger 30 DNS:fe1.litwareinc.com,IP:127.0.0.1
certificate monitor ca 30 DNS:mon1.litwareinc.com
certificate intruder stranger 30 DNS:mon1.litwareinc.com

# --- ports: one for each kind of TLS server, one for TCP
kinds=(good expired other_name untrusted mutual mutual_12 tcp)
read -ra free < <(/usr/bin/python3 -c '
import socket, sys
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(s.getsockname()[1] for s in sockets))' "${#kinds[@]}")
declare -A port
for i in "${!kinds[@]}"; do port[${kinds[i]}]=${free[i]}; done

# tls_section KIND CERTIFICATE METHOD DEMANDS: a server that demands the client's certificate, or not
tls_section() {
  printf '[server:127.0.0.1:%s]\nmethod = %s\nprivate_key = %s\ncertificate = %s\nca_list = %s\n' "${port[$1]}" "$3" \
    "$scratch/$2.key" "$scratch/$2.pem" "$scratch/ca.pem"
  printf 'verify_certificate = %s\nrequire_certificate = %s\n' "$4" "$4"
}
{
  tls_section good good TLSv1.2+ no | sed 's/^\[.*/[server:default]/'
  tls_section good good TLSv1.2+ no
  tls_section expired expired TLSv1.2+ no
  tls_section other_name other_name TLSv1.2+ no
  tls_section untrusted untrusted TLSv1.2+ no
  tls_section mutual good TLSv1.2+ yes
  tls_section mutual_12 good TLSv1.2 yes
} >"$scratch/tls.cfg"

# The user of the Request-URI, or the last part of a path, says what to answer.
cat >"$scratch/kamailio.cfg" <<EOF
#!KAMAILIO
debug=0
log_stderror=yes
children=1
tcp_children=2
enable_tls=yes
auto_aliases=no
tcp_accept_no_cl=yes
server_header="Server: RTC/5.0"
$(for kind in "${kinds[@]}"; do
  if [ "$kind" = tcp ]; then echo "listen=tcp:127.0.0.1:${port[tcp]}"; else echo "listen=tls:127.0.0.1:${port[$kind]}"; fi
done)
loadmodule "tls.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "tcpops.so"
loadmodule "xhttp.so"
loadmodule "cfgutils.so"
modparam("tls", "config", "$scratch/tls.cfg")
request_route {
  if (!is_method("OPTIONS")) { sl_send_reply("405", "Method Not Allowed"); exit; }
  if (\$rU == "silent") { exit; }
  if (\$rU == "close") { tcp_close_connection(); exit; }
  if (\$rU == "slow") { usleep("700000"); sl_send_reply("200", "OK"); exit; }
  if (\$rU == "trying") { sl_send_reply("100", "Trying"); sl_send_reply("200", "OK"); exit; }
  if (\$rU == "hops") {
    if (\$hdr(Max-Forwards) == "0") { sl_send_reply("483", "Too Many Hops"); } else { sl_send_reply("200", "OK"); }
    exit;
  }
  if (\$rU == "401") {
    append_to_reply("WWW-Authenticate: NTLM realm=\"SIP Communications Service\", targetname=\"fe1\", version=4\r\n");
    append_to_reply("WWW-Authenticate: Kerberos realm=\"SIP Communications Service\", version=4\r\n");
  }
  append_to_reply("ms-diagnostics: 1000;reason=\"As Asked\";source=\"fe1.litwareinc.com\"\r\n");
  if (\$rU =~ "^[2-6][0-9][0-9]\$") {
    \$var(code) = \$(rU{s.int});
    sl_send_reply("\$var(code)", "As Asked");
    exit;
  }
  sl_send_reply("200", "OK");
}
event_route[xhttp:request] {
  \$var(code) = \$(hu{s.select,-1,/}{s.int});
  xhttp_reply("\$var(code)", "As asked", "text/html", "<html></html>");
}
EOF

kamailio -DD -E -f "$scratch/kamailio.cfg" -m 64 -M 8 -Y "$scratch" -P "$scratch/kamailio.pid" >"$scratch/kamailio.log" 2>&1 &
kamailio_pid=$!

# probe KIND PORT-KIND [KEY=VALUE...]: the result in $said
probe() {
  local kind=$1 where=$2
  shift 2
  said=$("$build/tests/integration/probe" "$kind" 127.0.0.1 "${port[$where]}" ca="$scratch/ca.pem" "$@" 2>&1)
}
# says NAME JQ WANT: of the last probe
says() {
  local got
  got=$(jq -r "$2" <<<"$said" 2>&1)
  if [ "$got" = "$3" ]; then ok "$1"; else not_ok "$1" "got:  $got" "want: $3" "all:  $said"; fi
}

for _ in $(seq 200); do
  probe sip good timeout_ms=500
  [ "$(jq -r .sight <<<"$said")" = seen ] && break
  kill -0 "$kamailio_pid" 2>/dev/null || break
  sleep 0.05
done
says "kamailio answers" .sight seen
[ "$status" -eq 0 ] || { tail -n 20 "$scratch/kamailio.log" | sed 's/^/    /'; exit 1; }

# --- every class of answer
answer='"\(.sight), \(.evidence), \(.status), \(.class)"'
while read -r code class; do
  probe sip good user="$code"
  says "SIP $code: $class" "$answer" "seen, SIP ok, $code, $class"
done <<'EOF'
200 healthy
401 healthy, wants credentials
407 healthy, wants credentials
403 healthy, refuses the request
404 healthy, refuses the request
405 healthy, refuses the request
406 healthy, refuses the request
481 healthy, refuses the request
488 healthy, refuses the request
501 healthy, refuses the request
408 answers, but degraded
480 answers, but degraded
500 answers, but degraded
503 overloaded or throttling
504 cannot reach the server behind it
603 answers with a code of no known meaning here
EOF
probe sip good user=401
says "the challenges are told" .challenges "NTLM, Kerberos"
says "and who answered" .diagnostics '1000;reason="As Asked";source="fe1.litwareinc.com"'
says "and its software" .server RTC/5.0
probe sip good user=trying
says "a provisional response is skipped" "$answer" "seen, SIP ok, 200, healthy"
probe sip good user=hops first_hop=1
says "a proxy that counts hops is asked again" "$answer" "seen, SIP ok, 200, healthy"
probe sip good user=slow
says "a slow answer is an answer" '"\(.status), \(.first_byte_ms >= 700)"' "200, true"
probe sip good user=slow timeout_ms=300
says "unless it comes too late" '"\(.sight), \(.evidence), \(.detail)"' "timed_out, TLS ok, after TLS: no answer"
probe sip good user=silent timeout_ms=300
says "silence ends with the deadline" '"\(.sight), \(.evidence), \(.status)"' "timed_out, TLS ok, 0"
probe sip good user=close
says "a closed connection is told apart" '"\(.sight), \(.evidence), \(.closed)"' "protocol_error, TLS ok, true"

# --- ports
probe tcp tcp
says "a port listens" '"\(.sight), \(.evidence)"' "seen, listening"
probe sip tcp timeout_ms=1000
says "a port that speaks no TLS" '"\(.sight), \(.detail), \(.evidence)"' "timed_out, TLS handshake: no answer, listening"

# --- certificates
certified='"\(.sight), \(.evidence), \(.problem)"'
probe certificate good
says "a good certificate" "$certified" "seen, TLS ok, null"
says "its names, issuer and days" '"\(.names), \(.issuer), \(.days_left)"' "fe1.litwareinc.com, ca, 29"
probe certificate good name=fe1.litwareinc.com
says "good for its name too" "$certified" "seen, TLS ok, null"
probe certificate good name=fe2.litwareinc.com
says "but not for another" "$certified" "tls_failed, listening, certificate is for fe1.litwareinc.com, not fe2.litwareinc.com"
probe certificate expired
says "an expired certificate" '"\(.sight), \(.days_left < 0), \(.problem[0:22])"' "tls_failed, true, certificate expired on"
probe certificate other_name
says "a certificate for another name" "$certified" \
  "tls_failed, listening, certificate is for fe9.litwareinc.com, not 127.0.0.1"
probe certificate untrusted
says "a certificate of a stranger" '"\(.sight), \(.days_left), \(.problem[0:34])"' \
  "tls_failed, 29, certificate not trusted by the CA "
for bad in expired other_name untrusted; do
  probe sip "$bad"
  says "no SIP is spoken over that of $bad" '"\(.sight), \(.status)"' "tls_failed, 0"
done

# --- mutual TLS
mine=(certificate="$scratch/monitor.pem" key="$scratch/monitor.key")
theirs=(certificate="$scratch/intruder.pem" key="$scratch/intruder.key")
for server in mutual mutual_12; do
  probe certificate "$server"
  says "$server: its certificate is read without ours" \
    '"\(.sight), \(.client_certificate_wanted), \(.days_left)"' "seen, true, 29"
  probe sip "$server"
  says "$server: without ours there is no answer" '"\(.sight), \(.evidence), \(.client_certificate_wanted)"' \
    "tls_failed, listening, true"
  probe sip "$server" "${theirs[@]}"
  says "$server: nor with a stranger's" '"\(.sight), \(.evidence)"' "tls_failed, listening"
  probe sip "$server" "${mine[@]}"
  says "$server: with ours there is" "$answer" "seen, SIP ok, 200, healthy"
done
probe sip mutual certificate="$scratch/none.pem" key="$scratch/none.key"
says "a certificate of ours that is missing is told" '"\(.sight), \(.status)"' "tls_failed, 0"

# --- the same server as a web server
while read -r code class; do
  probe web good path="/PersistentChat/RM/$code"
  says "web $code: $class" '"\(.sight), \(.evidence), \(.status), \(.class)"' "seen, TLS ok, $code, $class"
done <<'EOF'
200 alive
302 alive
401 alive
403 alive, refuses the request
404 not installed there
500 fails
502 not reached by the proxy before it
503 stopped (application pool)
EOF

kill "$kamailio_pid"
wait "$kamailio_pid" 2>/dev/null
kamailio_pid=
probe tcp tcp
says "a stopped server refuses" '"\(.sight), \(.evidence)"' "refused, nothing seen"
exit $status
