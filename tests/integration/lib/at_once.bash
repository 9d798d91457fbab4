# Sourced after lab.bash and vantage.bash: situations, each in a lab of its own, several at a time; what they print is shown in their
# order.  $judged_by is the check; ONLY=WORDS runs those whose name has the words.
# shellcheck shell=bash disable=SC2154

only=${ONLY-}
at_once=4
row=0

# judge NAME EXIT STEPS LEAD CONDITION...: in a process of its own, with its own lab
judge() {
  local name=$1 exit_code=$2 steps=$3 lead=$4
  shift 4
  lab_start "$scratch/lab" || return
  lab_steps "$steps"
  lab_do clock advance 30s # away from the minutes at which jobs run
  record_as "$name"
  run_conditions --timeout 4 "${recorded[@]+"${recorded[@]}"}"
  is "$name: leads" "$(jq -r '[.conditions[] | "\(.severity) \(.name)"] | first // "OK"' <<<"$out")" "$lead"
  is "$name: conditions" "$conditions" "$(printf '%s\n' "$@" | sort | sed '/^$/d')"
  is "$name: exit code" "$rc" "$exit_code"
  is "$name: each condition has a next action" "$(jq '[.conditions[] | select((.action // "") == "")] | length' <<<"$out")" 0
  lab_stop || not_ok "$name: the lab ends cleanly" "$(cat "$scratch/lab.log")"
}

# alone SAID NAME EXIT STEPS LEAD CONDITION...: with a scratch folder of its own; what it says goes to SAID
alone() {
  local said=$1 scratch check=$build/plugins/$judged_by
  shift
  scratch=$(mktemp -d)
  judge "$@" >"$said" 2>&1
  rm -rf "$scratch"
}

# situation NAME EXIT STEPS LEAD CONDITION...
situation() {
  [ -z "$only" ] || [[ $1 == *"$only"* ]] || return 0
  row=$((row + 1))
  while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do wait -n; done
  alone "$scratch/$(printf %03d "$row").said" "$@" &
}

show() {
  wait
  cat "$scratch"/*.said
  ! grep -q '^not ok' "$scratch"/*.said
}
