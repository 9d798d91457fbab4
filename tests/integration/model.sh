#!/usr/bin/env bash
# model.sh BUILD [LEVEL]: spin on docs/design/failover.pml.  The rules together: no split brain in any state.  One rule less: spin finds
# it.  What must be possible is possible.  Each run may take 60 s of one core and 2 GB.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
level=${2-default}
# shellcheck source=tests/integration/lib/say.bash
. tests/integration/lib/say.bash
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

model=$PWD/docs/design/failover.pml
limit_s=60 limit_mb=2000 depth=100000

# verify OPTIMIZE DEFINES...: runs the verifier; what it said is in $scratch/said, its figures in $figures
verify() {
  local optimize=$1 defines=("${@:2}") states reached memory TIMEFORMAT=%U
  rm -f "$scratch"/*
  (
    cd "$scratch" || exit
    spin "${defines[@]/#/-D}" -a "$model" && gcc "-O$optimize" -w -DSAFETY "-DMEMLIM=$limit_mb" -o pan pan.c
  ) >"$scratch/built" 2>&1 || { mv "$scratch/built" "$scratch/said"; figures="not built"; return; }
  { time (
    cd "$scratch" || exit
    ulimit -t "$limit_s"
    ./pan -E -m"$depth" >said 2>&1
  ); } 2>"$scratch/time"
  states=$(sed -nE 's/^ *([0-9]+) states, stored.*/\1/p' "$scratch/said")
  reached=$(sed -nE 's/.*depth reached ([0-9]+),.*/\1/p' "$scratch/said")
  memory=$(sed -nE 's/^ *([0-9]+)\..*total actual memory usage.*/\1/p' "$scratch/said")
  figures="${states:-?} states, depth ${reached:-?}, ${memory:-?} MB, $(<"$scratch/time") s"
}

# proves NAME DEFINES...: every state was seen, within the limits, and none violates the claim
proves() {
  local name=$1
  shift
  verify 2 "$@"
  if grep -q 'errors: 0$' "$scratch/said" && ! grep -qE 'not completed|max search depth' "$scratch/said"; then
    ok "$name ($figures)"
  else
    not_ok "$name ($figures; limits $limit_s s, $limit_mb MB)" "$(head -n 20 "$scratch/said")"
  fi
}

# finds CLAIM NAME DEFINES...: there is a way to violate the claim; the text is spin's, with the macros expanded
finds() {
  local claim=$1 name=$2
  shift 2
  verify 0 "$@"
  if grep -q "^pan:1: assertion violated .*$claim" "$scratch/said" && [ -s "$scratch/failover.pml.trail" ]; then
    ok "$name ($figures)"
  else
    not_ok "$name ($figures)" "$(head -n 20 "$scratch/said")"
  fi
}
# Three copies that are written, added up: only the claim against a split brain adds.
split_brain='+.*+.*>1'

proves "no split brain: take-over and cut link" KILLS=1 LOSSES=0
proves "no split brain: power lost without a fence" KILLS=0 LOSSES=1
proves "no split brain: three holders" HOLDERS=3 KILLS=0 LOSSES=0
proves "false fence: no step but fence after the evidence" FALSE_FENCE KILLS=0 LOSSES=0
[ "$level" != full ] || proves "no split brain: all of it" KILLS=1 LOSSES=1

for rule in LOCK FENCE GUARD EPOCH COPY; do
  finds "$split_brain" "without $rule: split brain" "NO_$rule"
done
finds "$split_brain" "epoch told only before the first remote step: split brain" LATE_EPOCH
finds "$split_brain" "epoch raised only by take-over: split brain" LAZY_EPOCH KILLS=0
finds "$split_brain" "run of B resumed without B: split brain" RESUME_ALONE
finds "$split_brain" "fence released without B: split brain" RELEASE_ALONE
finds "$split_brain" "put-back without guard: split brain" FREE_PUT_BACK
finds "$split_brain" "chat servers released before A' is quiet: split brain" EARLY_CHAT
finds "late\|returned" "false fence, evidence not heeded: a step after it" FALSE_FENCE NO_STOP KILLS=0

for goal in FAILOVER TAKEOVER FENCED_RETURN FORCE FORCE_ALONE PUT_BACK; do
  finds '' "possible: ${goal,,}" "REACH_$goal"
done
exit $status
