# Sourced after lab.bash and timed.bash by tests of the checks that look at hosts.  Both checks - pool and service - look at once, each
# beside the control of timed.bash; what they saw is in $scratch/pool.json and $scratch/service.json (records), what they said in
# $said_pool and $said_service (JSON), how they ended in $rc_pool and $rc_service.
# shellcheck shell=bash

host_checks=(pool service)

# settle SETTING: VALUE...: settings of the lab's pool
settle() { sed -i "s|^    database: mgc|    settings: {$*}\n&|" "$lab/topology.yaml"; }

# move HOST WAY PORT: that door of the host is at that port now; WAY is winrm, sip, wcf, web, web_external or smb
move() {
  local key="$2:"
  [ "$2" = winrm ] && key="winrm: \{port:"
  sed -i -E "/\{name: $1,/,/winrm:/ s/([{ ]$key) [0-9]+/\1 $3/" "$lab/topology.yaml"
}

# by_snmp HOST PORT: the host is asked by SNMP at that port, as $scratch/community is, and not by WinRM
by_snmp() {
  grep -q '^  snmp:' "$lab/topology.yaml" ||
    printf '  snmp:\n    community_file: %s\n' "$scratch/community" >>"$lab/topology.yaml"
  sed -i -E -e '/^    winrm: /d' -e "/\{name: $1,/,/winrm:/ s/winrm: \{.*\}\}/snmp: {port: $2, credential: snmp}}/" "$lab/topology.yaml"
}

# one_check CHECK [options]: in a process of its own
one_check() {
  local which=$1 start rc
  shift
  start=$(now_ms)
  rm -f "$scratch/$which.json"
  patiently "$scratch/$which.said" "${wrapped[@]}" "$build/plugins/check_pchat_$which" --topology "$lab/topology.yaml" --format json \
    --record "$scratch/$which.json" "$@" 2>"$scratch/$which.complaint"
  rc=$?
  echo "$rc $(($(now_ms) - start))" >"$scratch/$which.end"
}
wrapped=()

# both_checks [options]: waits for both
both_checks() {
  local which pids=()
  for which in "${host_checks[@]}"; do
    one_check "$which" "$@" &
    pids+=($!)
  done
  wait "${pids[@]}"
  read -r rc_pool took_pool <"$scratch/pool.end"
  read -r rc_service took_service <"$scratch/service.end"
  said_pool=$(<"$scratch/pool.said") said_service=$(<"$scratch/service.said")
}

# told_in_time NAME WHICH TOOK BOUND
told_in_time() {
  if $sanitized || [ "$3" -le "$4" ]; then
    ok "$1, $2: ended in $3 ms"
  else
    not_ok "$1, $2: took $3 ms, bound $4 ms" "$(<"$scratch/$2.said")"
  fi
}

# timed_both NAME [options]: judges the time of both
timed_both() {
  local name=$1 start control bound
  shift
  start=$(now_ms)
  control_begin "$build/plugins/check_pchat_pool"
  both_checks "$@"
  control_bound "$start"
  told_in_time "$name" pool "$took_pool" "$bound"
  told_in_time "$name" service "$took_service" "$bound"
}

# facts WHICH JQ: of a record
facts() { jq -r "$2" "$scratch/$1.json" 2>&1; }

# names NAME HOST...: the service check says of each that it could not see it, alone or with its whole site
names() {
  local name=$1 host missing=()
  shift
  for host; do
    jq -e --arg host "$host" 'any(.conditions[]; (.object == $host and (.name | test("unproven|unseen")))
        or (.name == "host_unseen" and (.message | test("\\b" + $host + "\\b"))))' <<<"$said_service" \
      >"$scratch/jq.out" 2>&1 || missing+=("$host")
  done
  if [ ${#missing[@]} -eq 0 ]; then ok "$name: names $*"; else not_ok "$name: does not name ${missing[*]}" "$said_service"; fi
}

# sees_rest NAME HOST...: of these, and of SQL Server, both checks have facts
sees_rest() {
  local name=$1 which missing
  shift
  for which in "${host_checks[@]}"; do
    missing=$(jq -r '$ARGS.positional[] as $name
      | select([.hosts[] | select(.name == $name and .kind != "management") | .port.sight] | all(. == "seen") | not) | $name' \
      "$scratch/$which.json" --args "$@" 2>&1)
    jq -e 'any(.instances[]; .database.sight == "seen")' "$scratch/$which.json" >"$scratch/jq.out" 2>&1 || missing+=" SQL Server"
    if [ -z "$missing" ]; then ok "$name, $which: the rest is seen"; else not_ok "$name, $which: unseen: $missing"; fi
  done
}
