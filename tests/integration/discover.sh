#!/usr/bin/env bash
# discover.sh BUILD [LEVEL]: `pchatctl discover` finds whatever a lab was built with, changes nothing on its servers, says of what it
# cannot see why, and writes a profile that topology.yaml includes and the checks obey.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
pchatctl=$build/plugins/pchatctl
profile=$scratch/site-profile.yaml
speed=20

# discover [options]: exit code in $rc, stdout in $out, stderr in $complaint
discover() {
  out=$("$pchatctl" --topology "${topology:-$lab/topology.yaml}" discover --timeout 60 "$@" 2>"$scratch/complaint")
  rc=$?
  complaint=$(<"$scratch/complaint")
}
# look WATCH_S: what it finds, as JSON in $out
look() { discover --watch "$1" --format json; }
# settled: KEY=VALUE of all that was found, sorted
settled() { jq -r '.findings[] | select(.key) | "\(.key)=\(.value)"' <<<"$out" | sort; }
# found QUESTION: the findings' texts
found() { jq -r --arg question "$1" '.findings[] | select(.question == $question) | "\(.sureness): \(.text)"' <<<"$out"; }
why() { jq -r --arg text "$1" '.findings[] | select(.text | startswith($text)) | .evidence' <<<"$out"; }
# live_in MINUTES: the whole deployment is that far from UTC
live_in() {
  local host
  for host in sqlpri1 sqlmir1 sqlwit1 sqldr1 pc1 pc2 pc3 pc4 pc5 pc6 pc7 pc8; do
    lab_do fault set time_zone "$host" "minutes=$1"
  done
}

# ---- three deployments, each found as it was built ----

# builds NAME 'LAB OPTIONS' ZONE_MINUTES WATCH_S 'SETTLED'
builds() {
  local name=$1 options=$2 zone=$3 watch_s=$4 wanted=$5
  eval "options=($options)"
  lab_start "$scratch/lab" --speed "$speed" "${options[@]}" || exit 1
  live_in "$zone"
  look "$watch_s"
  is "$name: exit code" "$rc $complaint" "0 "
  is "$name: what is settled" "$(settled)" "$(sort <<<"$wanted")"
}

always="active_list_property=ActiveServers
backup_s=300
chat_display_name=Skype for Business Server Persistent Chat
chat_executable=ChannelService.exe
chat_wcf_port=8011
compliance_display_name=Skype for Business Server Persistent Chat Compliance
compliance_executable=ComplianceService.exe
compliance_interval_s=900
copy_s=300
idle_listens=1
master_property=Active
ping_clock=utc
ping_fresh_s=45
restore_s=300"
# but KEY=VALUE...: $always with other values; KEY= leaves one out
but() {
  local text=$always pair
  for pair in "$@"; do
    text=$(grep -v "^${pair%%=*}=" <<<"$text")
    [ -z "${pair#*=}" ] || text+=$'\n'$pair
  done
  printf '%s\n' "$text"
}

builds "as the lab comes" "" 60 5 "$always"
is "the periods are those of the lab" "$(settled | grep -E '^(backup|copy|restore)_s' | paste -sd' ')" \
  "$(sed -n 's/.*periods: {\(.*\)}/\1/p' "$lab/topology.yaml" | tr -d ' ' | tr ',:' ' =')"
is "services" "$(found "names of the chat and compliance services" | head -n 1)" \
  'proven: the chat service is RTCCHAT, "Skype for Business Server Persistent Chat"'
is "idle servers" "$(found "what idle chat servers look like")" \
  "proven: idle servers keep their row in tblServerIdentity, with a ping that stands still
proven: idle servers listen on their SIP port"
is "the idle ones are those that the lab calls so" "$(why "idle servers listen" | sed 's/.*: //; s/, [0-9:]*Z$//')" \
  "$(truth '[.chat.servers | to_entries[] | select(.value.active | not) | .key] | join(", ")')"
is "web pages" "$(found "answers of the web pages")" \
  "proven: /PersistentChat/RM/ on the internal site answers 200
proven: /PersistentChat/MGCWebService.asmx on the internal site answers 401
proven: /PersistentChat/RM/ on the external site answers 200
proven: /PersistentChat/MGCWebService.asmx on the external site answers 401"
is "WCF ports" "$(found "what listens on the WCF ports")" \
  "proven: WCF port of the topology: open
proven: WCF port of Microsoft's port tables: closed"
is "mirroring endpoints" "$(found "ports of database mirroring")" \
  "proven: database mirroring listens on port 5022 (PARTNER, STARTED)
proven: database mirroring listens on port 7022 (WITNESS, STARTED)"
is "nothing is left open" "$(jq '[.findings[] | select(.sureness == "not_known")] | length' <<<"$out")" 0

# Time stands still, so that every change would be ours.
lab_do clock speed 0
labctl state >"$scratch/before.json"
look 1
labctl state >"$scratch/after.json"
if cmp -s "$scratch/before.json" "$scratch/after.json"; then
  ok "nothing was changed"
else
  not_ok "nothing was changed" "$(diff "$scratch/before.json" "$scratch/after.json")"
fi
lab_do clock speed "$speed"

# ---- the profile ----

discover --watch 5 --output "$profile"
is "the profile is written" "$rc $(grep -c '^  [a-z_]*: ' "$profile")" "0 14"
is "only its owner writes it" "$(stat -c %A "$profile")" "-rw-r--r--"
cp "$profile" "$scratch/first.yaml"
discover --watch 5 --output "$profile"
is "a profile that settles the same is left alone" "$rc $(cmp "$profile" "$scratch/first.yaml" && echo same)" "0 same"
sed -i 's/ping_clock: .*/ping_clock: local/' "$profile"
discover --watch 5 --output "$profile"
is "one that settles something else is not replaced" "$rc $(grep -c 'ping_clock: local' "$profile")" "1 1"
is "and that is told" "$(head -n 1 <<<"$complaint")" \
  "pchatctl discover: $profile: settles something else; look at both, then --force replaces it"
discover --watch 5 --output "$profile" --force
is "but with --force" "$rc $(grep -c "ping_clock: 'utc'" "$profile")" "0 1"
is "nothing else is left there" "$(find "$scratch" -name 'site-profile.yaml*' | wc -l)" 1

# included: the pool has settings of its own beside
sed "s|^    share:|    include: $profile\n    settings: {monitor_domain: here, ping_fresh_s: 77}\n&|" "$lab/topology.yaml" >"$lab/included.yaml"
"$build/plugins/check_pchat_pool" --topology "$lab/included.yaml" --timeout 20 --record "$scratch/pool.json" >"$scratch/pool.out" 2>&1
is "a check obeys the profile, and what stands beside it" \
  "$(jq -r '.settings | "\(.ping_clock) \(.idle_listens) \(.ping_fresh_s) \(.monitor_domain)"' "$scratch/pool.json" 2>&1)" "utc 1 77 here"
"$pchatctl" --topology "$lab/included.yaml" discover --watch 1 --format json >"$scratch/again.json"
is "and discover itself takes it" $? 0

# ---- what cannot be seen ----

lab_do fault set right_revoked sqlpri1 login=pchat_monitor permission=SELECT database=mgc object=dbo.tblServerIdentity
look 1
is "without a right the period is not known" "$(found "period of the pings")" "not_known: how often a chat server writes its ping"
is "and the right is named" "$(why "how often a chat server" | grep -o 'SELECT on mgc[^>]*> [^;]*')" \
  "SELECT on mgc.dbo.tblServerIdentity -> USE [mgc]"
is "the list is then known by its name" "$(found "property with the active list" | head -n 1)" \
  "likely: the active list is the property ActiveServers of Get-CsService -PersistentChatServer"
lab_do fault clear right_revoked

lab_do fault set host_down pc3
lab_do fault set winrm pc4 how=access_denied
look 1
is "a host that is down says nothing of the others" "$(found "names of the chat and compliance services" | head -n 1 | cut -c1-35)" \
  "proven: the chat service is RTCCHAT"
is "nor is it counted" "$(why "the chat service is" | grep -cE 'pc3|pc4')" 0
lab_do fault clear host_down
lab_do fault clear winrm

# A management host from which no second hop is granted, alone.
sed '/^      - name: dub/,/^      - name: red/{/^        management:/,+3d}' "$lab/topology.yaml" >"$lab/red.yaml"
topology=$lab/red.yaml look 5
is "without a second hop Get-CsService says nothing" "$(found "property with the active list")" \
  "not_known: which property of Get-CsService -PersistentChatServer holds the active list
proven: the active list is the element ActiveServers of the topology document"
is "and why" "$(why "which property of Get-CsService -PersistentChatServer" | cut -c1-42)" "fe-red1: Cannot open database \"xds\" reques"
is "the element settles it" "$(settled | grep active_list)" "active_list_property=ActiveServers"

lab_do fault set instance_hung sqlpri1
start=$SECONDS
topology=$lab/topology.yaml
out=$("$pchatctl" --topology "$lab/topology.yaml" discover --watch 1 --timeout 5 --format json 2>&1)
rc=$?
is "an instance that hangs costs no more than the timeout" "$rc $((SECONDS - start <= 8))" "0 1"
is "and is said to" "$(why "how often a chat server" | grep -o 'sqlpri1: timed out')" "sqlpri1: timed out"
lab_do fault clear instance_hung
lab_stop || not_ok "the lab ends well" "$(cat "$scratch/lab.log")"

# ---- two more deployments ----

topology=
builds "another deployment" "--chat chat_service_name=ChatSvc '--chat' 'chat_display_name=Lync Server Persistent Chat' \
  --chat ping_interval_s=30 --chat ping_clock=local --chat idle_ports=closed --chat idle_row=none --chat active_list_property=Chosen \
  --chat master_property=IsIt --chat identity_prefix=service: --chat 'counter_sets=LC:Chat A,LC:Chat B' \
  --chat setters_role=ChatKeepers --chat compliance_run_interval_s=60" -300 6 \
  "$(but active_list_property=Chosen compliance_interval_s=60 idle_listens=0 master_property=IsIt ping_clock=local ping_fresh_s=90 \
    "chat_display_name=Lync Server Persistent Chat")"
is "another deployment: services" "$(found "names of the chat and compliance services" | head -n 1)" \
  'proven: the chat service is ChatSvc, "Lync Server Persistent Chat"'
is "another deployment: idle servers" "$(found "what idle chat servers look like")" \
  "proven: idle servers have no row in tblServerIdentity
proven: idle servers do not listen on their SIP port"
is "another deployment: period" "$(found "period of the pings" | head -n 1)" "proven: a chat server writes its ping every 30 s"
is "another deployment: identity" "$(found "spelling of the pool's identity")" \
  "proven: the pool's identity is spelled service:lyncpc.litwareinc.com"
is "another deployment: roles" "$(found "roles that may set pool state and active list" | cut -d' ' -f1-4 | sort -u)" "proven: the role ChatKeepers"
is "another deployment: counters" "$(found "performance counters of chat" | grep -o '"LC:.*"' | paste -sd' ')" '"LC:Chat A" "LC:Chat B"'
lab_stop || not_ok "the lab ends well" "$(cat "$scratch/lab.log")"

speed=5
builds "a third, in UTC and with quick pings" "--chat ping_interval_s=4 --sql-version 10.50.4000" 0 6 \
  "$(but ping_clock= ping_fresh_s=12 ping_gap_s=5)"
is "a third: the clock cannot be told" "$(why "whether pings are stamped" | cut -d';' -f1)" \
  "local time is UTC there now, so that both fit"
is "a third: version of SQL Server" "$(found versions | tail -n 1)" "proven: SQL Server is of version 10.50.4000.0"
lab_stop || not_ok "the lab ends well" "$(cat "$scratch/lab.log")"

# ---- usage ----

discover --force
is "--force without --output" "$rc $(head -n 1 <<<"$complaint")" "3 pchatctl discover: --force: expected --output with it"
discover --watch 60
is "--watch beyond --timeout" "$rc $(head -n 1 <<<"$complaint")" "3 pchatctl discover: --watch: expected less than --timeout"
discover --replay "$scratch/first.yaml"
is "what is no survey" "$rc $(head -n 1 <<<"$complaint" | cut -d: -f1-3)" "1 pchatctl discover: not a survey: line 1"
# shellcheck disable=SC2154
exit "$status"
