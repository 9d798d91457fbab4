# Sourced by run and wire: their options, seeds that play side by side, and the line that sums up.
# shellcheck shell=bash

build=build/dev seed=1 options=() scratch=
# read_options USAGE_LINES [OPTION...]: sets build, count and seed; each OPTION that is given goes to options
read_options() {
  local usage=$1 known=" $2 "
  shift 2
  while [ $# -gt 0 ]; do
    case $1 in
      --build) build=${2:?} && shift 2 ;;
      --count) count=${2:?} && shift 2 ;;
      --seed) seed=${2:?} && shift 2 ;;
      -h | --help) sed -n "$usage"'s/^# \{0,1\}//p' "$0"; exit 0 ;;
      *)
        [[ $known == *" $1 "* ]] || { echo "$0: \"$1\" is not an option" >&2; exit 3; }
        options+=("$1") && shift ;;
    esac
  done
  build=$(realpath "$build")
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
}

# play_one SCRATCH LIMIT_S PROGRAM... SEED: lines of two that play do not mix
play_one() {
  local out=$1/${*: -1}.out
  play "$@" >"$out"
  cat "$out"
}
# play SCRATCH LIMIT_S PROGRAM... SEED: 0 and 1 are verdicts, anything else is a crash; 124 and 137: it did not end
play() {
  local rc=0 last=${*: -1} folder=$1 limit_s=$2 usable=() pin=()
  shift 2
  mapfile -t usable <<<"${processors-}"
  [ -z "${processors-}" ] || pin=(taskset -c "${usable[SLOT % ${#usable[@]}]}")
  # In the scratch folder: whatever a program leaves behind goes with it.
  (cd "$folder" && TMPDIR=$folder exec "${pin[@]+"${pin[@]}"}" timeout --kill-after=5 "$limit_s" "$@") 2>&1 || rc=$?
  [ "$rc" -le 1 ] || echo "not ok - seed $last: the program ended with $rc"
}
export -f play play_one

# on_one_processor: each seed that plays from now on has one for itself
on_one_processor() {
  processors=$(for ((i = 0; i < $(nproc --all); i++)); do taskset -c "$i" true 2>/dev/null && echo "$i"; done)
  export processors
}

# play_seeds AT_ONCE LIMIT_S PROGRAM [OPTION...]: $count seeds from $seed on; the last line sums up; 0 only without a violation
play_seeds() {
  local at_once=$1
  shift
  # What stands in quotes is the inner shell's.
  # shellcheck disable=SC2016
  seq "$seed" $((seed + count - 1)) | xargs -P"$at_once" --process-slot-var=SLOT -I{} bash -c 'play_one "$@"' play_one "$scratch" "$@" {}
  cat "$scratch"/*.out | awk -v count="$count" '
    /^(not )?ok - seed / { runs++ }
    /^(not )?ok - seed [0-9]+( over the wire:)? finished/ { finished++ }
    /^(not )?ok - seed [0-9]+( over the wire:)? refused/ { refused++ }
    /^(not )?ok - seed [0-9]+( over the wire:)? resumable/ { resumable++ }
    /^not ok - seed / { violations++ }
    /fence (false|lost),.*two writers for [1-9]/ { overlaps++ }
    END {
      printf "runs: %d, finished: %d, refused: %d, resumable: %d, violations: %d, overlaps after lost fence: %d\n", runs, finished,
        refused, resumable, violations, overlaps
      exit violations > 0 || runs < count || runs == 0
    }'
}
