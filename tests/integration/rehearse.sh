#!/usr/bin/env bash
# rehearse.sh BUILD [LEVEL]: pchatctl rehearse: pools of several shapes, each scenario with the end that it must have; pages that need
# nothing else; no network; and what is refused.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
topologies=$PWD/tests/integration/rehearse
trap 'lab_stop; rm -rf "$scratch"' EXIT

# As it is installed: pchatctl in bin, what it runs beside it.  Without a network.
mkdir -p "$scratch/bin" "$scratch/lib/pchat-plugins"
cp "$build/plugins/pchatctl" "$scratch/bin"
helper=$scratch/lib/pchat-plugins/pchat-rehearse
alone=(unshare --net)
[ "$(id -u)" -eq 0 ] || alone=(unshare --map-root-user --net)
ctl() { "$scratch/bin/pchatctl" "$@"; }

# ---- wrong usage and configuration ----
# refuses NAME CODE PATTERN ARGS...: that exit code, and one line (and a hint) that matches on stderr alone
refuses() {
  local name=$1 code=$2 pattern=$3 said rc
  shift 3
  said=$(ctl "$@" 2>&1 >"$scratch/stdout")
  rc=$?
  if [ "$rc" -eq "$code" ] && [ ! -s "$scratch/stdout" ] && head -n 1 <<<"$said" | grep -qE -- "$pattern" &&
    [ "$(grep -vc '^  -> ' <<<"$said")" -eq 1 ]; then
    ok "$name"
  else
    not_ok "$name" "exit $rc" "$said" "wanted: $code, $pattern"
  fi
}
refuses "without the helper" 1 "pchat-rehearse: not installed" rehearse --list
cp "$build/tests/rehearse/pchat-rehearse" "$helper"
ctl rehearse --help >"$scratch/help"
is "--help exits 0" "$?" 0
holds "--help tells the exit codes" grep -q "^Exit codes: " "$scratch/help"
holds "pchatctl --help lists it" grep -q "^  rehearse " <(ctl --help)
holds "--list needs no topology" grep -q "^site-lost " <(ctl --topology /nowhere rehearse --list)
refuses "an unknown scenario" 3 '"site-los" is no scenario; did you mean site-lost\?$' rehearse --scenario site-los
refuses "a topology that is not there" 3 "none.yaml" --topology "$scratch/none.yaml" rehearse
sed 's/role: secondary,/role: secondry,/' "$topologies/whole.yaml" >"$scratch/bad.yaml"
refuses "a bad topology, by file and line" 3 'bad\.yaml:[0-9]+: .*"secondry" is not a role' \
  --topology "$scratch/bad.yaml" rehearse
sed '/- name: red/,/management: {name: fe-red1/d' "$topologies/whole.yaml" | sed '/name: copy_job/d' >"$scratch/one.yaml"
refuses "one site alone" 3 'one\.yaml:[0-9]+: chat\.contoso\.com has no backup site' --topology "$scratch/one.yaml" rehearse
sed '/chat_servers:/,/name: pc6/{/red/,/pc6/!b};/name: pc5/d;/name: pc6/d' "$topologies/whole.yaml" |
  awk '/chat_servers:/ && ++n == 2 {next} {print}' >"$scratch/nobody.yaml"
refuses "a site without chat servers" 3 'nobody\.yaml:[0-9]+: site red names no chat_servers' \
  --topology "$scratch/nobody.yaml" rehearse
refuses "a folder that cannot be made" 1 "cannot be made" --topology "$topologies/whole.yaml" rehearse \
  --scenario switchover --out /proc/none

# ---- three shapes ----
# rehearse TOPOLOGY [OPTION...]: its pages in $scratch/TOPOLOGY, its lines in $scratch/TOPOLOGY.txt
rehearse() {
  local shape=$1
  shift
  "${alone[@]}" "$helper" --topology "$topologies/$shape.yaml" --out "$scratch/$shape" "$@" >"$scratch/$shape.txt" 2>&1
  is "$shape: every scenario is played" "$?" 0
}
# ends SHAPE SCENARIO ENDING [PATTERN]: so it ends, in those words
ends() {
  local said
  said=$(awk -v name="$2" '$1 == name {on = 1; print; next} on && /^ / {print; next} {on = 0}' "$scratch/$1.txt" | tr -s ' \n' ' ')
  if grep -qE -- "^$2 $3 .*${4-}" <<<"$said"; then ok "$1: $2 is $3"; else not_ok "$1: $2 is $3" "$said" "wanted: ${4-}"; fi
}

# Everything but what is the first half of another.
mapfile -t all < <("$helper" --list | awk '$1 != "switchover" && $1 != "site-returns" {print "--scenario"; print $1}')
rehearse whole "${all[@]}"
ends whole site-lost "done" 'failover dub -> red: .* [0-9]+ messages lost .* 1 approval, 1 thing by hand'
ends whole site-lost-but-share "done" 'failover dub -> red: '
ends whole standby-behind "done" '\(1 h [0-9 a-z]+ of chat\)'
ends whole log-unreadable "done" '2 approvals'
ends whole principal-lost itself 'the mirror has taken over .* no message lost; nobody approves'
ends whole database-down "done" 'mirror-switch: .* no message lost'
ends whole link-cut itself 'dub served on: chat never stopped'
ends whole site-returns-midway "done" 'failover dub -> red'
ends whole runner-lost "done" 'failover dub -> red: '
ends whole there-and-back "done" 'switchover dub -> red, switchover red -> dub: .* no message lost'
ends whole failback "done" 'failover dub -> red, fence, failback red -> dub: '

# Neither mirror nor witness, nobody acts yet, and nothing tells a lost site from a lost link.
rehearse small --scenario site-lost --scenario principal-lost --scenario link-cut --scenario there-and-back
ends small site-lost waits 'partition cannot be excluded: .*-> is it the site, or the link\?.*third failure domain'
ends small principal-lost waits 'partition cannot be excluded'
ends small link-cut itself 'north served on'
ends small there-and-back "done" 'switchover south -> north: .* no message lost'
for said in 'a person who may approve' 'yours chatdb' 'periods.copy_s is not given' 'named instance'; do
  holds "small says what is rehearsed otherwise: $said" grep -qF -- "$said" "$scratch/small.txt"
done

# A failover that goes by itself; a witness in the other site, six chat servers of which three are to be active.
rehearse large --scenario site-lost --scenario standby-behind --scenario database-down --scenario link-cut \
  --scenario site-returns-midway --scenario runner-lost
ends large site-lost "done" 'failover east -> west: .* nobody approves, 1 thing by hand'
ends large standby-behind "done" '1 approval'
ends large database-down "done" 'mirror-switch: .* nobody approves'
ends large link-cut itself 'east served on'
ends large site-returns-midway "done" 'fence, failover east -> west: '
ends large runner-lost "done" 'failover east -> west: '
holds "large says how many servers it has" grep -q "rehearsed with 4 chat servers in east, yours has 6" "$scratch/large.txt"
holds "those to be active are" grep -qE '"ActiveServers?".*e2\.rehearsal\.invalid|active: e2, e3, e5' "$scratch/large"/site-lost-plan-*.txt

# ---- pages ----
for page in index site-lost site-lost-run1 runner-lost-run1-host2 failback-run3; do
  holds "$page.html is there" test -s "$scratch/whole/$page.html"
done
holds "a plan is there with its scripts" grep -q "^==== step 1: " "$scratch/whole"/there-and-back-plan-*.txt
is "pages fetch nothing" "$(grep -lE '<(script|img|link|iframe)|(src|href)="[a-z]+:' "$scratch"/*/*.html)" ""
missing=$(cd "$scratch/whole" && grep -ho 'href="[^"]*"' ./*.html | sort -u | sed 's/href="//; s/"$//' |
  while read -r file; do [ -e "$file" ] || echo "$file"; done)
is "every link leads to a page" "$missing" ""
is "no name of theirs that resolves is left" "$(grep -lE '\.contoso\.com|\.example\.(com|net)' "$scratch"/{whole,small,large}/*-{run,plan}*)" ""
holds "what to type is told" grep -qE 'pchatctl apply --plan [0-9a-f]{12} --accept-loss [0-9]+' "$scratch/whole/site-lost.html"

# Moving the store, as the plan asks, changes what is seen of the replicas: that gate is named, not the store's.
holds "the gate that makes it another plan is named" \
  grep -q 'the gate &quot;target replicas&quot; judges otherwise' "$scratch/whole/log-unreadable.html"

# ---- the same again, and what is no address ----
mv "$scratch/whole/site-lost.html" "$scratch/before.html"
touch "$scratch/whole/site-lost-plan-000000000000.txt"
alone+=("$build/tests/integration/stop_at" --of-program send --) # killed by the first that goes to a socket
rehearse whole --scenario site-lost
is "the same seed plays the same" "$(cmp "$scratch/before.html" "$scratch/whole/site-lost.html" 2>&1)" ""
holds "what an earlier rehearsal left of it is gone" test ! -e "$scratch/whole/site-lost-plan-000000000000.txt"
holds "what an earlier rehearsal left of others stays" test -e "$scratch/whole/failback.html"

is "nothing is left where it was called" "$(cd "$scratch" && mkdir here && cd here && "$helper" --topology \
  "$topologies/whole.yaml" --scenario link-cut --out "$scratch/elsewhere" >/dev/null && ls -A)" ""

lab_start "$scratch/lab" || exit 1
cp "$lab/topology.yaml" "$scratch/lab.yaml"
lab_stop
topologies=$scratch
rehearse lab --scenario switchover
ends lab switchover "done" 'switchover dub -> red'
is "no address is left" "$(grep -l '127\.0\.0\.1' "$scratch"/lab/*.html "$scratch"/lab/*.txt)" ""

exit $status
