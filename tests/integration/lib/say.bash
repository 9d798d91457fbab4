# Sourced by the integration tests: `ok - ` / `not ok - ` lines, and a scratch folder that the test removes.
# shellcheck shell=bash

scratch=$(mktemp -d)
status=0

ok() { echo "ok - $1"; }
not_ok() {
  echo "not ok - $1"
  [ $# -lt 2 ] || printf '%s\n' "${@:2}" | sed 's/^/    /'
  status=1
}

# is NAME GOT WANT
is() {
  if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got:  $2" "want: $3"; fi
}

# holds NAME COMMAND...
holds() {
  local name=$1 said
  shift
  if said=$("$@" 2>&1); then ok "$name"; else not_ok "$name" "$said"; fi
}

# within SECONDS COMMAND...: until it holds
within() {
  local until=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 0.1
  done
}
