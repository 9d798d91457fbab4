# Sourced after lab.bash by tests of deadlines.  The bound is --timeout plus the delay that a control had in the same moment, plus
# 250 ms; the control sleeps as long, and starts the same program before and after.  A sanitizer may take longer.
# shellcheck shell=bash

timeout_s=2
sanitized=false
[[ $build == *san ]] && sanitized=true
$sanitized && timeout_s=6

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
  run_check --format json --timeout "$timeout_s" "$@"
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
