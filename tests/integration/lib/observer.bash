# Sourced by the tests of the observer, after lab.bash: one observer over the lab, asked and followed.
# Needs $build and $scratch; `follow` comes before what asks what was told; the observer and the follower end with the script.
# shellcheck shell=bash

observer_pid=
follower_pid=
observer_socket=$scratch/observer.sock

# observed INTERVAL_S TIMEOUT_S: the lab's topology as the observer takes it, at $lab/observed.yaml
observed() {
  sed "s/^    share:/    observer: {interval_s: $1, timeout_s: $2}\n    settings: {ping_gap_s: 0}\n&/" "$lab/topology.yaml" >"$lab/observed.yaml"
}
observer_start() {
  "$build/plugins/pchat-observer" --topology "$lab/observed.yaml" --socket "$observer_socket" --runs "$scratch/runs.json" \
    --spool "$scratch" 2>>"$scratch/observer.log" &
  observer_pid=$!
  within 10 test -S "$observer_socket" || not_ok "the observer starts" "$(cat "$scratch/observer.log")"
}

# ask REQUEST: the answer's line
ask() {
  python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(10)
s.connect(sys.argv[1])
s.sendall(sys.argv[2].encode() + b"\n")
print(s.makefile().readline(), end="")' "$observer_socket" "$1"
}
# told JQ: of what the follower was told last of the lab's pool
told() { grep -F '"name": "lyncpc.litwareinc.com"' "$scratch/followed" | tail -n 1 | jq -r "$1"; }
told_is() { [ "$(told "$1")" = true ]; }
# older_than MS: the newest, when asked now
older_than() { [ "$(ask '{"ask":"pool","name":"lyncpc.litwareinc.com"}' | jq .pool.age_ms)" -gt "$1" ]; }
# A pass that began after now has ended well.
next_generation() {
  local pass
  pass=$(told '.pool.pass + 2')
  within 30 told_is ".pool.generation >= $pass" || not_ok "a pass ends well" "$(told .pool)"
}

# What is told to a follower, without the snapshots, in $scratch/followed.
follow() {
  python3 -c 'import json, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(b"{\"ask\":\"follow\"}\n")
for line in s.makefile():
    document = json.loads(line)
    document.get("pool", {}).pop("snapshot", None)
    print(json.dumps(document), flush=True)' "$observer_socket" >"$scratch/followed" &
  follower_pid=$!
  within 30 grep -qF '"name": "lyncpc.litwareinc.com"' "$scratch/followed" ||
    not_ok "the observer tells its follower" "$(cat "$scratch/followed")"
}
# followed JQ: some document so far is so
followed() { jq -es "map(select($1)) | length > 0" "$scratch/followed"; }

passes() { pgrep -P "$observer_pid"; }
no_pass() { ! pgrep -f -- "--socket $observer_socket" >/dev/null; }
one_pass_at_most() { [ "$(passes | wc -l)" -le 1 ]; }
a_pass() { victim=$(passes | head -n 1); [ -n "$victim" ]; }
kill_a_pass() {
  local victim=
  until a_pass && kill -KILL "$victim" 2>/dev/null; do sleep 0.01; done
}
hold_a_pass() {
  local victim=
  until a_pass && kill -STOP "$victim" 2>/dev/null; do sleep 0.01; done
}
rss() { awk '/^VmRSS/ {print $2}' "/proc/$observer_pid/status"; }

# add_pool FILE TO: the pools of one topology after those of another
add_pool() {
  python3 - "$1" "$2" <<'PYTHON'
import re, sys
more = re.search(r"^pools:\n(.*?)(?=^\S|\Z)", open(sys.argv[1]).read(), re.S | re.M).group(1)
text = open(sys.argv[2]).read()
open(sys.argv[2], "w").write(re.sub(r"(^pools:\n.*?)(?=^\S|\Z)", lambda m: m.group(1) + more, text, flags=re.S | re.M))
PYTHON
}

observer_finish() {
  [ -z "$follower_pid" ] || kill "$follower_pid" 2>/dev/null
  [ -z "$observer_pid" ] || kill "$observer_pid" 2>/dev/null
  wait 2>/dev/null
  finish
}
trap 'lab_stop; observer_finish' EXIT
