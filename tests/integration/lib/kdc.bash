# Sourced after lab.bash: a KDC of the realm LITWAREINC.COM on loopback, its keytabs, and what a client needs to use it.
# Everything lives in $kdc; processes are ended by their own PIDs.  No DNS is asked: names are what they are called.
# shellcheck shell=bash

export PATH=$PATH:/usr/sbin
realm=LITWAREINC.COM

# free_port: a TCP port of 127.0.0.1 that nobody uses now
free_port() {
  /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# krb5_conf FILE KDC_PORT [LIBDEFAULTS...]: a client's or server's configuration; each of LIBDEFAULTS is one setting
krb5_conf() {
  local file=$1 port=$2
  shift 2
  {
    printf '[libdefaults]\n default_realm = %s\n dns_lookup_kdc = false\n dns_lookup_realm = false\n' "$realm"
    printf ' dns_canonicalize_hostname = false\n rdns = false\n udp_preference_limit = 1\n'
    [ $# -eq 0 ] || printf ' %s\n' "$@"
    printf '[realms]\n %s = {\n  kdc = 127.0.0.1:%s\n }\n' "$realm" "$port"
    printf '[domain_realm]\n .litwareinc.com = %s\n' "$realm"
  } >"$file"
}

# kadmin QUERY...: each a command of kadmin.local
kadmin() {
  local query
  for query in "$@"; do
    kadmin.local -r "$realm" -q "$query" >>"$kdc/kadmin.log" 2>&1 || return 1
  done
}

# kdc_launch PORT [WRAPPER...]: krb5kdc on a port, in front of it a program that starts it, perhaps as its child
kdc_launch() {
  local port=$1
  shift
  sed -e "s|@PORT@|$port|" "$kdc/kdc.conf.in" >"$kdc/kdc.$port.conf"
  KRB5_KDC_PROFILE=$kdc/kdc.$port.conf "$@" krb5kdc -n -P "$kdc/kdc.$port.pid" >>"$kdc/kdc.out" 2>&1 &
}

kdc_answers() {
  for _ in $(seq 500); do
    timeout 1 bash -c "exec 3<>/dev/tcp/127.0.0.1/$1" 2>/dev/null && return 0
    sleep 0.02
  done
  not_ok "the KDC on port $1 answers" "$(cat "$kdc/kdc.out" "$kdc/kdc.log" 2>&1)"
  return 1
}

# kdc_start DIR: a realm without principals but its own; $KRB5_CONFIG and $KRB5_KDC_PROFILE point to it
kdc_start() {
  kdc=$1
  mkdir -p "$kdc"
  kdc_port=$(free_port)
  cat >"$kdc/kdc.conf.in" <<CONF
[kdcdefaults]
 kdc_listen = 127.0.0.1:@PORT@
 kdc_tcp_listen = 127.0.0.1:@PORT@
[realms]
 $realm = {
  database_name = $kdc/principal
  key_stash_file = $kdc/stash
  acl_file = $kdc/kadm5.acl
  max_life = 10h
  max_renewable_life = 10h
 }
[logging]
 kdc = FILE:$kdc/kdc.log
 admin_server = FILE:$kdc/kdc.log
CONF
  krb5_conf "$kdc/krb5.conf" "$kdc_port"
  export KRB5_CONFIG=$kdc/krb5.conf KRB5_KDC_PROFILE=$kdc/kdc.$kdc_port.conf
  unset KRB5CCNAME KRB5_CLIENT_KTNAME KRB5_KTNAME NTLM_USER_FILE
  sed -e "s|@PORT@|$kdc_port|" "$kdc/kdc.conf.in" >"$KRB5_KDC_PROFILE"
  if ! kdb5_util create -s -P "$RANDOM$RANDOM$RANDOM" -r "$realm" >"$kdc/kdc.out" 2>&1; then
    not_ok "the realm is made" "$(cat "$kdc/kdc.out")"
    return 1
  fi
  kdc_launch "$kdc_port"
  kdc_answers "$kdc_port"
}

# Ends every KDC that was launched, and waits for what launched it.
kdc_stop() {
  local file
  for file in "${kdc-}"/kdc.*.pid; do
    [ ! -e "$file" ] || kill "$(<"$file")" 2>/dev/null
  done
  wait
}

# principals KEYTAB NAME...: each with a random key, which also goes into the keytab
principals() {
  local keytab=$1 name
  shift
  for name in "$@"; do
    kadmin "addprinc -randkey $name" "ktadd -k $keytab $name" || { not_ok "principal $name" "$(tail "$kdc/kadmin.log")"; return 1; }
  done
}
