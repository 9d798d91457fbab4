#!/usr/bin/env bash
# tell.sh BUILD [LEVEL]: the subcommands of pchatctl that read files: wrong usage, a journal that is not there, and the runbook with
# everything gone.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
ctl=$build/plugins/pchatctl

# refuses NAME CODE PATTERN ARGS...: that exit code, and words that match on stderr alone
refuses() {
  local name=$1 code=$2 pattern=$3 said rc
  shift 3
  said=$("$ctl" "$@" 2>&1 >"$scratch/stdout")
  rc=$?
  if [ "$rc" -eq "$code" ] && [ ! -s "$scratch/stdout" ] && grep -qE -- "$pattern" <<<"$said"; then
    ok "$name"
  else
    not_ok "$name" "exit $rc" "$said" "wanted: $code, $pattern"
  fi
}

# ---- wrong usage, and files that are not there ----
for command in runs explain journal runbook; do
  "$ctl" "$command" --help >"$scratch/help"
  is "$command --help exits 0" "$?" 0
  holds "$command --help names itself" grep -q "^Usage: pchatctl $command" "$scratch/help"
  holds "$command --help tells the exit codes" grep -q "^Exit codes: " "$scratch/help"
  holds "pchatctl --help lists $command" grep -q "^  $command " <("$ctl" --help)
  refuses "$command: an unknown option" 3 -- --frobnicate "$command" --frobnicate
done
refuses "runs: an operand" 3 extra runs extra
refuses "runs: no journal" 1 "none.db" runs --journal "$scratch/none.db"
refuses "explain: no run" 3 "expected one run" explain
refuses "explain: no number" 3 '"x" is no run' explain x
refuses "explain: no journal" 1 "none.db" explain 1 --journal "$scratch/none.db"
refuses "journal: no word" 3 "expected export, backup or prune" journal
refuses "journal: an unknown word" 3 "expected export, backup or prune" journal burn
refuses "journal backup: no file" 3 "backup takes 1" journal backup
refuses "journal prune: no time" 3 "before" journal prune --journal "$scratch/none.db"
refuses "journal prune: no journal" 1 "none.db" journal prune --before 2026-11-23T00:00:00Z --journal "$scratch/none.db"
refuses "runbook: nothing to do" 3 "print is needed" runbook
refuses "runbook: an unknown verb" 3 '"fallback" is no verb' runbook --print fallback
refuses "runbook: a topology that was named must be there" 3 "none.yaml" --topology "$scratch/none.yaml" runbook --print
holds "nothing was begun where no journal was" test ! -e "$scratch/none.db"

# ---- the runbook, with everything gone ----
alone=(env -i unshare --net "$(readlink -f "$ctl")")
[ "$(id -u)" -eq 0 ] || alone=(env -i "$(readlink -f "$ctl")")
(cd / && "${alone[@]}" runbook --print) >"$scratch/all" 2>"$scratch/all.err"
is "runbook --print needs nothing" "$?" 0
for verb in failover mirror-switch mirror-force fence unfence; do
  holds "$verb is printed" grep -q "^######## $verb: " "$scratch/all"
  "$ctl" runbook --print "$verb" >"$scratch/verb" 2>/dev/null
  is "$verb alone is printed" "$(grep -c '^########' "$scratch/verb")" 1
done
while IFS= read -r script; do
  [[ $script != drill/* ]] || continue # no verb's
  holds "$script is printed" grep -qE -- "^---- (to undo: )?$script\$" "$scratch/all"
  missing=$(grep -vxFf "$scratch/all" "contrib/runbooks/$script")
  is "$script is printed whole" "$missing" ""
done < <(cd contrib/runbooks && ls -- */*.sql */*.ps1)
holds "variables stand without a topology" grep -q '^:setvar database "<database>"' "$scratch/all"
holds "what opens a copy is warned of" grep -q '^!!!! this makes a copy writable' "$scratch/all"

# ---- with names ----
lab_start "$scratch/lab" || exit 1
lab_stop
"$ctl" --topology "$lab/topology.yaml" runbook --print failover >"$scratch/named"
is "a topology fills names in, though nobody answers" "$?" 0
holds "the pool lock" grep -q '^:setvar lock "pchat:lyncpc.litwareinc.com"' "$scratch/named"
holds "the database" grep -q '^:setvar database "mgc"' "$scratch/named"
holds "the standby" grep -q 'on the standby B: sqldr1' "$scratch/named"
refuses "a site that is none" 3 '"xyz" is no site' --topology "$lab/topology.yaml" runbook --print --serving xyz
exit $status
