#!/usr/bin/env bash
# lab_sip.sh BUILD [LEVEL]: the lab's SIP ports as openssl, which nobody here wrote, and the product's probes see them: every fault
# of the SIP side, mutual TLS, certificates.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash

port() { host_port "$1" sip; }

# The request goes only once TLS stands, and the client stays until the answer is there.
options() {
  printf 'OPTIONS sip:%s SIP/2.0\r\nv: SIP/2.0/TLS mon1;branch=z9hG4bK7\r\nMax-Forwards: 0\r\n' "$1"
  printf 'f: <sip:c@mon1>;tag=t1\r\nt: <sip:%s>\r\ni: 77@mon1\r\nCSeq: 1\r\n  OPTIONS\r\nl: 0\r\n\r\n' "$1"
  sleep 1
}
# openssl_says HOST [s_client options]
openssl_says() {
  local host=$1
  shift
  options "$host" | timeout 10 openssl s_client -quiet -connect "127.0.0.1:$(port "$host")" -CAfile "$lab/ca.pem" \
    -verify_return_error -verify_hostname localhost "$@" 2>&1 | tr -d '\r'
}
# has NAME PATTERN TEXT
has() {
  if grep -qE -- "$2" <<<"$3"; then ok "$1"; else not_ok "$1" "$3" "wanted: $2"; fi
}

# probe KIND HOST [KEY=VALUE...]: the result in $said
probe() {
  local kind=$1 host=$2
  shift 2
  said=$("$build/tests/integration/probe" "$kind" 127.0.0.1 "$(port "$host")" ca="$lab/ca.pem" "$@" 2>&1)
}
# says NAME JQ WANT: of the last probe
says() { is "$1" "$(jq -r "$2" <<<"$said" 2>&1)" "$3"; }

lab_start "$scratch/lab" || exit 1
mine=(certificate="$lab/credentials/monitor.pem" key="$lab/credentials/monitor.pem")

# --- as openssl sees it
said=$(openssl_says fe-dub1)
has "openssl: a front end answers" '^SIP/2.0 200 OK$' "$said"
has "openssl: it repeats Via" '^v: SIP/2.0/TLS mon1;branch=z9hG4bK7$' "$said"
has "openssl: and Call-ID" '^i: 77@mon1$' "$said"
has "openssl: and names itself in To" '^t: <sip:fe-dub1>;tag=[0-9A-F]{10}$' "$said"
has "openssl: a chat server demands a certificate" 'alert|handshake' "$(openssl_says pc1)"
has "openssl: and answers who shows one" '^SIP/2.0 200 OK$' \
  "$(openssl_says pc1 -cert "$lab/credentials/monitor.pem" -key "$lab/credentials/monitor.pem")"

# --- as the product sees it
answer='"\(.sight), \(.evidence), \(.status)"'
probe sip pc1 "${mine[@]}"
says "a chat server answers" "$answer" "seen, SIP ok, 200"
probe sip pc1
says "but not to strangers" '"\(.sight), \(.evidence), \(.client_certificate_wanted)"' "tls_failed, listening, true"
while read -r params want; do
  lab_do fault set sip pc1 "$params"
  probe sip pc1 "${mine[@]}" timeout_ms=1000
  says "sip $params" "$answer" "$want"
  lab_do fault clear sip pc1
done <<'EOF'
code=401 seen, SIP ok, 401
code=403 seen, SIP ok, 403
code=404 seen, SIP ok, 404
code=408 seen, SIP ok, 408
code=480 seen, SIP ok, 480
code=488 seen, SIP ok, 488
code=500 seen, SIP ok, 500
code=501 seen, SIP ok, 501
code=503 seen, SIP ok, 503
code=504 seen, SIP ok, 504
ms=200 seen, SIP ok, 200
ms=60000 timed_out, TLS ok, 0
how=silent timed_out, TLS ok, 0
how=garbage protocol_error, TLS ok, 0
how=half_closed protocol_error, TLS ok, 0
how=closed protocol_error, TLS ok, 0
EOF

# fault_shows FAULT JQ WANT [PARAM...]: as the certificate probe sees it
fault_shows() {
  local fault=$1 shows=$2 want=$3
  shift 3
  lab_do fault set "$fault" pc1 "$@"
  probe certificate pc1 timeout_ms=1000
  says "$fault $*" "$shows" "$want"
  lab_do fault clear "$fault" pc1
}
fault_shows certificate '"\(.sight), \(.days_left < 0)"' "tls_failed, true" use=sip how=expired
fault_shows certificate '"\(.sight), \(.days_left)"' "seen, 9" use=sip how=expiring days=10
fault_shows certificate .problem "certificate is for decommissioned.invalid, not 127.0.0.1" use=sip how=wrong_name
fault_shows certificate '.problem[0:35]' "certificate not trusted by the CA f" use=sip how=untrusted
fault_shows port .sight refused port=5041 how=closed
fault_shows port '"\(.sight), \(.detail)"' "timed_out, TCP: no answer" port=5041 how=filtered
lab_do fault set service pc1 service=RTCCHAT how=hung
probe sip pc1 "${mine[@]}" timeout_ms=1000
says "a hung service listens and says nothing" "$answer" "timed_out, TLS ok, 0"
lab_do fault clear service pc1
probe sip pc1 "${mine[@]}"
says "and all is well again" "$answer" "seen, SIP ok, 200"
fault_shows service .sight refused service=RTCCHAT how=stopped
fault_shows host_down .sight timed_out
exit $status
