# Sourced after lab.bash: steps of a situation may also be `vantage ...`.
# shellcheck shell=bash disable=SC2154

# vantage NAME DOMAIN VOTE OBJECT...: another place that looks, with a program of the site: VOTE of these objects, nothing of one
# with a ! before it, seen of the rest
vantage() {
  local name=$1 domain=$2 vote=$3
  shift 3
  cat >"$lab/look-$name" <<LOOK
#!/bin/sh
now=\$(date -u +%Y-%m-%dT%H:%M:%SZ)
echo "now \$now"
while read -r object rest; do
  case " $* " in *" !\$object "*) ;; *" \$object "*) echo "\$object $vote \$now" ;; *) echo "\$object seen \$now" ;; esac
done
LOOK
  chmod 700 "$lab/look-$name"
  grep -q '^    vantage_points:' "$lab/topology.yaml" || sed -i 's/^    share:/    vantage_points:\n    share:/' "$lab/topology.yaml"
  sed -i "s|^    vantage_points:|&\n      - {name: $name, kind: command, command: $lab/look-$name, failure_domain: $domain}|" "$lab/topology.yaml"
}
# steps of a situation beside those of labctl
lab_do() {
  if [ "$1" = vantage ]; then "$@"; else labctl "$@" >"$scratch/labctl.out" 2>&1 || not_ok "labctl $*" "$(cat "$scratch/labctl.out")"; fi
}
