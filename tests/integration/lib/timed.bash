# Sourced after lab.bash by tests of deadlines.  The bound is --timeout plus the delay that a control process (sleep) had in the
# same moment, plus 250 ms; a sanitizer may take longer.
# shellcheck shell=bash

timeout_s=2
sanitized=false
[[ $build == *san ]] && sanitized=true

now_ms() { date +%s%3N; }

# timed NAME [check options]: runs the check beside its control; judges the time, leaves $out and $rc
timed() {
  local name=$1 start end control
  shift
  start=$(now_ms)
  (sleep "$timeout_s"; now_ms >"$scratch/control") &
  control=$!
  run_conditions --timeout "$timeout_s" "$@"
  end=$(now_ms)
  wait "$control"
  local took=$((end - start)) bound=$(($(<"$scratch/control") - start + 250))
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
