#!/usr/bin/env bash
# command_line.sh BUILD [LEVEL]: what the check says to wrong usage and wrong files: one line, exit 3, nothing asked.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash

# refuses NAME PATTERN ARGS...: exit 3 and one line that matches
refuses() {
  local name=$1 pattern=$2 said rc
  shift 2
  said=$("$check" "$@" 2>&1)
  rc=$?
  if [ "$rc" -eq 3 ] && [ "$(wc -l <<<"$said")" -eq 1 ] && grep -qE -- "$pattern" <<<"$said"; then
    ok "$name"
  else
    not_ok "$name" "exit $rc" "$said" "wanted: $pattern"
  fi
}

refuses "no topology" "UNKNOWN - .*topology.yaml" --topology "$scratch/topology.yaml"
refuses "an unknown option" "UNKNOWN - .*--frobnicate" --frobnicate
refuses "an operand" "UNKNOWN - .*extra" extra
refuses "a bad timeout" "UNKNOWN - .*10x" --timeout 10x
refuses "a timeout of zero" "UNKNOWN - .*timeout" --timeout 0
refuses "a bad range" "UNKNOWN - --warning.*10x" --warning 10x --topology "$scratch/topology.yaml"
refuses "a bad metric" "UNKNOWN - --critical.*lag" --critical lag=10 --topology "$scratch/topology.yaml"
refuses "a bad state" "UNKNOWN - .*DOWN" --unreachable DOWN
refuses "a bad format" "UNKNOWN - .*xml" --format xml
refuses "a missing record" "UNKNOWN - .*none.json" --replay "$scratch/none.json"
echo '{"schema": 2}' >"$scratch/two.json"
refuses "a record of another schema" "UNKNOWN - .*schema" --replay "$scratch/two.json"
printf 'pools:\n  - fqdn: a.b\n    sitess: []\ncredentials: {}\n' >"$scratch/typo.yaml"
refuses "a typo in the topology" "typo.yaml:3: .*sitess" --topology "$scratch/typo.yaml"

"$check" --help >"$scratch/help"
is "--help exits 3, as the guidelines ask" "$?" 3
holds "--help lists the metrics" grep -q exposure_s "$scratch/help"
for option in topology pool instance warning critical timeout unreachable format record replay verbose version help; do
  holds "--help knows --$option" grep -q -- "--$option" "$scratch/help"
done
# A check takes the options that make sense of it.
options_of() { "$build/plugins/$1" --help | grep -oE -- '--(instance|expect)' | sort -u | tr '\n' ' '; }
is "check_pchat_replication takes one instance" "$(options_of check_pchat_replication)" "--instance "
is "check_pchat_pool expects somebody to serve" "$(options_of check_pchat_pool)" "--expect "
is "check_pchat_service is about all of them" "$(options_of check_pchat_service)" ""
holds "--version names itself" grep -q "^check_pchat_replication .*[0-9]" <("$check" --version)

lab_start "$scratch/lab" || exit 1
refuses "an unknown instance" 'instance.*"sqlpri9"' --topology "$lab/topology.yaml" -H sqlpri9
refuses "an unknown pool" "nopool.example" --topology "$lab/topology.yaml" --pool nopool.example
refuses "a record that cannot be written" "record" --topology "$lab/topology.yaml" --record "$scratch/no/such/folder/x"
if [ "$(id -u)" -eq 0 ]; then
  mkdir "$scratch/full"
  cat >"$scratch/in_full_folder" <<WRAPPER
#!/bin/sh
exec unshare --mount sh -c 'mount -t tmpfs -o size=8k none "$scratch/full" && exec "$(readlink -f "$check")" "\$@"' sh "\$@"
WRAPPER
  chmod +x "$scratch/in_full_folder"
  real_check=$check check=$scratch/in_full_folder
  refuses "a record that does not fit" "record .*No space left" --topology "$lab/topology.yaml" --record "$scratch/full/x"
  check=$real_check
fi
chmod 644 "$lab"/credentials/*
refuses "a password that others can read" "topology.yaml:[0-9]+: " --topology "$lab/topology.yaml"
chmod 600 "$lab"/credentials/*

run_check
is "healthy" "$rc" 0
"$check" --topology "$lab/topology.yaml" <&- >&- 2>&-
is "healthy, with nobody to tell" "$?" 0
run_check -w exposure_s=1 -c exposure_s=100000
is "a limit by name" "$rc" 1
run_check -c 1
is "a bare limit is exposure" "$rc" 2
run_check -H sqldr1
holds "-H asks one instance alone" grep -q sqldr1 <<<"$out"
if grep -q sqlpri1 <<<"$out"; then not_ok "-H sqldr1 speaks of sqlpri1" "$out"; else ok "-H sqldr1 speaks of sqldr1 alone"; fi

run_check --record "$scratch/record.json"
live=$out
is "a replay says what the pass said" "$("$check" --replay "$scratch/record.json")" "$live"
exit $status
