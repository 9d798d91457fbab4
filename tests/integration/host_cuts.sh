#!/usr/bin/env bash
# host_cuts.sh BUILD [LEVEL]: connections to WinRM, SIP and web sites cut after N bytes, N in 1..4096 (all with full, else sampled),
# and in the middle of the answer to each step of a remote shell.  Never a crash, never a green answer for a host that was cut, always
# an answer in time; and what may have started a program on a host is never sent again.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1 level=${2:-default}
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/timed.bash
. tests/integration/lib/timed.bash
# shellcheck source=tests/integration/lib/hosts.bash
. tests/integration/lib/hosts.bash
$sanitized && timeout_s=10

chat_servers=(pc1 pc2 pc3 pc4 pc5 pc6 pc7 pc8)
web_doors=(fe-dub1/web fe-dub1/web_external fe-red1/web fe-red1/web_external)
bad=0 runs=0 cuts=0

# complain WORDS...: one of many answers was wrong; what was said about the first ones is shown
complain() {
  bad=$((bad + 1))
  [ "$bad" -gt 5 ] || printf '    %s\n' "$@" | cut -c1-500
}

# ---- the lab, and the proxy before it ----

proxy_end() {
  [ -n "$proxy_pid" ] || return 0
  kill "$proxy_pid"
  wait "$proxy_pid"
  proxy_pid=
}
proxy_pid=
# shellcheck disable=SC2317
end_all() {
  proxy_end
  finish
}
trap end_all EXIT

begin() {
  local door doors=() host
  proxy_end
  lab_stop
  lab_start "$scratch/lab" || exit 1
  cat "$scratch/proxy.pem" >>"$lab/ca.pem"
  settle ping_gap_s: 0
  for host in "${chat_servers[@]}"; do
    doors+=("$host/winrm=$(host_port "$host" winrm)" "$host/sip=$(host_port "$host" sip)")
  done
  for door in "${web_doors[@]}"; do doors+=("$door=$(host_port "${door%/*}" "${door#*/}")"); done
  coproc proxy { exec python3 tests/integration/peers/cut_proxy.py "$scratch/proxy.pem" "$scratch/proxy.key" "${doors[@]}" 2>"$scratch/proxy.log"; }
  # coproc sets it
  # shellcheck disable=SC2154
  proxy_pid=$proxy_PID
  read -r ports <&"${proxy[0]}"
  for door in "${doors[@]%=*}"; do move "${door%/*}" "${door#*/}" "$(jq --arg door "$door" '.[$door]' <<<"$ports")"; done
}

# rule DOOR KIND N
rule() {
  echo "$@" >&"${proxy[1]}"
  read -r _ <&"${proxy[0]}"
}
report() {
  echo report >&"${proxy[1]}"
  read -r reported <&"${proxy[0]}"
}

# ---- one run, and what it must not say ----

# look CHECK: also judges that it ended in time, in good order
look() {
  which=$1
  runs=$((runs + 1))
  start=$(now_ms)
  "$build/plugins/check_pchat_$which" --version >"$scratch/version"
  slack_ms=$(($(now_ms) - start))
  one_check "$which"
  read -r rc took <"$scratch/$which.end"
  if [[ $rc != [0123] ]] || ! jq -e '.objects | length > 5' "$scratch/$which.said" >"$scratch/jq.out" 2>&1; then
    complain "$which: exit $rc" "$(<"$scratch/$which.said")" "$(<"$scratch/$which.complaint")"
  fi
  $sanitized || [ "$took" -le $((timeout_s * 1000 + 250 + 2 * slack_ms)) ] || complain "$which: took $took ms"
  report
}

# What each door that was cut shows nevertheless, and each Command that was sent more than once.  A page whose status came whole may be
# cut in its text: pages count only where not even TLS could come about.
green() {
  jq -r --argjson reported "$reported" --argjson most "$1" '
    def host($door): [.hosts[] | select(.name == ($door | split("/")[0]) and .kind != "management")][0];
    . as $all | $reported | to_entries[]
    | .key as $door | .value as $count | ($all | host($door)) as $host | ($door | split("/")[1]) as $way
    | (select($count.cut) | select(
        ($way == "winrm" and ($host | [.os, .service, .event, .replica] | all(.sight == "seen")))
        or ($way == "sip" and $host.sip.sight == "seen")
        or ($way != "winrm" and $way != "sip" and $most < 600
            and any($host.web.rows[]; .http_status != null and (.path | endswith("(\($way))"))))) | "\($door) is green"),
      (select(($count.Command // 0) > 1) | "\($door): \($count.Command) Commands")' "$scratch/$which.json" 2>&1
}

# judge WHAT MOST
judge() {
  local wrong cut
  wrong=$(green "$2")
  [ -z "$wrong" ] || complain "$1: $wrong"
  cut=$(jq '[to_entries[] | select(.value.cut and (.key | test("/(winrm|sip)$")))] | length' <<<"$reported")
  cuts=$((cuts + cut))
  [ "$which" = pool ] || [ "$cut" -eq 0 ] || [ "$rc" -ne 0 ] || complain "$1: OK, with $cut doors cut"
}

# ---- after so many bytes ----

sample() {
  if [ "$level" = full ] && ! $sanitized; then
    seq 1 4096
  elif [ "$level" = default ] || $sanitized; then
    seq 1 16 512
    for _ in $(seq 32); do echo $((RANDOM % 3584 + 513)); done
  else
    seq 1 32 4096
  fi
}

# cut_batch KIND N...: as many as there are chat servers
cut_batch() {
  local kind=$1 i sizes=("${@:2}")
  for ((i = 0; i < ${#sizes[@]}; i++)); do
    rule "${chat_servers[i]}/winrm" "$kind" "${sizes[i]}"
    rule "${chat_servers[i]}/sip" "$kind" "${sizes[i]}"
    [ "$i" -ge ${#web_doors[@]} ] || rule "${web_doors[i]}" "$kind" "${sizes[i]}"
  done
  if ((runs % 4 == 3)); then look pool; else look service; fi
  judge "$kind ${sizes[*]}" "${sizes[-1]}"
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=proxy -days 400 -keyout "$scratch/proxy.key" \
  -addext "subjectAltName=$(printf 'DNS:%s.litwareinc.com,' "${chat_servers[@]}")DNS:localhost" -out "$scratch/proxy.pem" 2>/dev/null
begin
look service
is "uncut, through the proxy: exit code" "$rc" 0
is "uncut: one Command for each chat server" "$(jq -c '[.[] | .Command // empty] | unique' <<<"$reported")" "[1]"
is "uncut: as many as there are" "$(jq '[.[] | .Command // empty] | length' <<<"$reported")" "${#chat_servers[@]}"

mapfile -t sizes < <(sample | sort -n)
for ((at = 0; at < ${#sizes[@]}; at += ${#chat_servers[@]})); do cut_batch bytes "${sizes[@]:at:${#chat_servers[@]}}"; done
is "cut after each of ${#sizes[@]} lengths of the answer, $cuts cuts: wrong" "$bad" 0

bad=0 cuts=0
mapfile -t sizes < <(if [ "$level" = full ]; then seq 1 2048; else seq 1 128 2048; fi)
for ((at = 0; at < ${#sizes[@]}; at += ${#chat_servers[@]})); do cut_batch request "${sizes[@]:at:${#chat_servers[@]}}"; done
is "cut after each of ${#sizes[@]} lengths of the request, $cuts cuts: wrong" "$bad" 0

# ---- in the middle of a shell ----

# Each leaves a shell behind, as in life; a host has only so many.
bad=0 cuts=0 stages=0 shells=0
case $level in default) step=96 ;; ci) step=32 ;; *) step=4 ;; esac
$sanitized && step=96
for action in Create Command Receive Signal Delete; do
  mapfile -t sizes < <(seq 0 "$step" 760)
  for ((at = 0; at < ${#sizes[@]}; at += ${#chat_servers[@]})); do
    if ((shells == 20)); then begin; shells=0; fi
    for ((i = 0; i < ${#chat_servers[@]} && at + i < ${#sizes[@]}; i++)); do
      rule "${chat_servers[i]}/winrm" "$action" "${sizes[at + i]}"
      rule "${chat_servers[i]}/sip" never
    done
    look pool
    shells=$((shells + 1)) stages=$((stages + i))
    case $action in Signal | Delete) ;; *) judge "$action ${sizes[*]:at:8}" 9999 ;; esac
  done
done
is "cut in the middle of each of $stages steps of a shell, $cuts cuts: wrong" "$bad" 0
is "the lab outlives it" "$(labctl status >"$scratch/labctl.out" 2>&1; kill -0 "$lab_pid" && echo alive)" alive
exit $status
