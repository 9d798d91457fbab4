# Sourced after lab.bash by tests of deadlines.  The bound is --timeout plus the delay that a control had in the same moment, plus
# 250 ms; the control sleeps as long, and starts the same program before and after.  A sanitizer may take longer.
# shellcheck shell=bash

timeout_s=2
sanitized=false
[[ $build == *san ]] && sanitized=true
$sanitized && timeout_s=6

# patiently FILE PROGRAM [options]: what it said is in FILE.  That a check was held up itself is an honest answer on a busy machine,
# and tells nothing of what is tested here: under a sanitizer it has more time then, and more.
patiently() {
  local file=$1 limit_s=$timeout_s try rc
  shift
  for try in 1 2 3; do
    "$@" --timeout "$limit_s" >"$file"
    rc=$?
    $sanitized && [ "$try" -lt 3 ] && grep -q 'the check itself was held up' "$file" || return "$rc"
    limit_s=$((limit_s * 3))
  done
}

now_ms() { date +%s%3N; }

# control_begin PROGRAM, control_bound START: milliseconds after START at which a check begun with the control must have ended
control_begin() {
  ("$1" --version; sleep "$timeout_s"; "$1" --version; now_ms >"$scratch/control") >/dev/null 2>&1 &
  control=$!
}
control_bound() {
  wait "$control"
  bound=$(($(<"$scratch/control") - $1 + 250))
}

# timed NAME [check options]: runs the check beside its control; judges the time, leaves $out, $rc and $conditions
timed() {
  local name=$1 start took control bound
  shift
  start=$(now_ms)
  control_begin "$check"
  patiently "$scratch/timed.out" "$check" --topology "$lab/topology.yaml" --format json "$@" 2>&1
  rc=$?
  out=$(<"$scratch/timed.out")
  took=$(($(now_ms) - start))
  control_bound "$start"
  name_conditions
  if $sanitized || [ "$took" -le "$bound" ]; then
    ok "$name: ended in $took ms"
  else
    not_ok "$name: took $took ms, bound $bound ms" "$out"
  fi
}

# says NAME OBJECT WORDS: an instance_unseen or instance_refuses_monitor about OBJECT with WORDS in its message
says() {
  local got
  got=$(jq -r --arg object "$2" '.conditions[] | select(.object == $object and (.name | startswith("instance_"))) | .message' <<<"$out")
  if grep -qE "$3" <<<"$got"; then ok "$1: says \"$3\" of $2"; else not_ok "$1: $2 should say \"$3\"" "$got" "$out"; fi
}

still_sees() {
  local got
  got=$(metric "$2")
  if [ "$got" != null ] && [ -n "$got" ]; then ok "$1: still reports $2"; else not_ok "$1: $2 is gone" "$out"; fi
}
