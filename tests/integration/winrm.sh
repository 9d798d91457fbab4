#!/usr/bin/env bash
# winrm.sh BUILD [LEVEL]: our WinRM client against the lab's Windows hosts, well and ill: every failure has its name, and none
# outlasts the deadline.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
timeout_ms=4000 slack_s=3
# shellcheck disable=SC2154
trap 'lab_stop; rm -rf "$scratch"' EXIT

port() { host_port "$1" winrm; }

# ask WHAT HOST [KEY=VALUE...]
ask() {
  local what=$1 host=$2
  shift 2
  "$build/tests/integration/winrm_ask" "$what" localhost "$(port "$host")" ca="$lab/ca.pem" timeout_ms="$timeout_ms" \
    user=pchat_monitor password="$lab/credentials/winrm.password" "$@" 2>&1
}

# says NAME PATTERN WHAT HOST [KEY=VALUE...]: the answer has the pattern and comes in time
says() {
  local name=$1 pattern=$2 got start=$SECONDS
  shift 2
  got=$(ask "$@")
  if ! grep -qzP -- "$pattern" <<<"$got"; then
    not_ok "$name" "$got" "wanted: $pattern"
  elif ((SECONDS - start > timeout_ms / 1000 + slack_s)); then
    not_ok "$name" "took $((SECONDS - start)) s"
  else
    ok "$name"
  fi
}

# suffers NAME FAULT-WITH-WORDS PATTERN WHAT: on pc2, which is well again afterwards
suffers() {
  local name=$1 pattern=$3 what=$4 fault
  read -ra fault <<<"$2"
  lab_do fault set "${fault[0]}" pc2 "${fault[@]:1}"
  says "$name" "$pattern" "$what" pc2
  lab_do fault clear "${fault[0]}" pc2
}

lab_start "$scratch/lab" || exit 1

says "a host identifies itself" '^Microsoft Corporation: OS' identify pc1
says "services come by WMI" 'RTCCHAT Running Auto' services pc1
says "a script answers one line" '^\{"computer":"PC1","utc":"20[^"]+","echo":"é"\} exit 0' script pc1
says "an error that ends a script has its words and a hint" '^protocol_error: the script failed: The term .Get-Nothing. .*tools' \
  script pc1 script=Get-Nothing
says "a script that does not end is ended" '^timed_out: the script was still running' script pc1 \
  'script=Start-Sleep -Seconds 60'
says "shells are given back" 'exit 0' script pc1
says "a wrong password is told" '^login_failed: the host accepts no such login' services pc1 user=nobody
says "a key that is not the pinned one is told" '^tls_failed: the server.s key' identify pc1 \
  pin=sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

says "a chat server's facts come in one go" \
  '(?s)^winrm: seen\nos: seen\nos now_utc=20.*service name=RTCCHAT .*event: seen\nevent event_code=53530 count=0\nreplica: seen\nreplica pool_state=Normal active_servers=pc1' \
  facts pc1 kind=chat_server
says "a management host reads its own store" \
  '(?s)store: seen\nstore pool_state=Normal active_master=fe-dub1.litwareinc.com masters=1 active_servers=pc1.*replication: seen\nreplication replica_fqdn=pc1' \
  facts fe-dub1 kind=management
says "and another's not, from a remote shell" 'store: denied \(.*ANONYMOUS LOGON.*store_task' facts fe-red1 kind=management
says "but by the registered task" 'store: seen\nstore pool_state=Normal active_master=fe-dub1' \
  facts fe-red1 kind=management task=pchat-store
says "a front end's services and events" '(?s)service name=RTCSRV .*event: seen\nevent event_code=30254 count=0' \
  facts fe-dub1 kind=front_end
says "a login that is refused is told once" \
  '^winrm: login_failed .*\nos: login_failed .*\nservice: login_failed \(the connection was lost before this was asked\)' \
  facts pc1 user=nobody

suffers "facts that are denied" "winrm how=access_denied" '^winrm: denied .*\nos: denied .*\nservice: denied ' facts
suffers "facts without shells" "winrm how=quota" '(?s)^winrm: seen\nos: seen.*replica: denied \(quota' facts
suffers "a module that loads slowly" "winrm how=answer import_ms=60000" '(?s)service: seen.*replica: timed_out .*module' facts
suffers "a host that hangs before its first fact" "winrm how=hung" '^winrm: timed_out .*\nos: timed_out .*\nservice: timed_out ' facts
suffers "access denied" "winrm how=access_denied" '^denied: ' services
suffers "an exhausted quota" "winrm how=quota" '^denied: quota' script
suffers "a 500 without words" "winrm how=no_body" '^protocol_error: HTTP 500 without' services
suffers "a stopped service behind HTTP.sys" "winrm how=unavailable" '^refused: HTTP 503' services
suffers "an account that is not let in" "winrm how=unauthorized" '^login_failed: ' services
suffers "a lost shell" "winrm how=lost_shell" '^protocol_error: .*whether the script ran on the host is unknown' script
suffers "output cut inside a character" "winrm how=answer cut=yes" '"echo":"é"\} exit 0' script
suffers "a negative exit code" "winrm how=answer exit_code=-1" 'exit -1' script
suffers "a host that hangs" "winrm how=hung" '^timed_out: ' services
suffers "an expired certificate" "certificate use=winrm how=expired" '^tls_failed: ' identify
suffers "a certificate for another name" "certificate use=winrm how=wrong_name" '^tls_failed: ' identify
suffers "a certificate of another authority" "certificate use=winrm how=untrusted" '^tls_failed: ' identify
suffers "a closed port" "port port=5986 how=closed" '^refused: no connection' identify
says "all is well again" 'exit 0' script pc2

if lab_stop; then ok "the lab ends well"; else not_ok "the lab ends well" "$(cat "$scratch/lab.log")"; fi
exit "$status"
