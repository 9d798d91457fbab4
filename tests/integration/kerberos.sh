#!/usr/bin/env bash
# kerberos.sh BUILD [LEVEL]: Kerberos and NTLM with a KDC of its own - clients that nobody here wrote, then ours: the WinRM
# client and the SQL login without any password; what goes wrong with tickets has its name; a second hop needs delegation.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/kdc.bash
. tests/integration/lib/kdc.bash
# shellcheck source=tests/integration/lib/timed.bash
. tests/integration/lib/timed.bash
# What gss-ntlmssp leaks, in a build that minds.
export ASAN_OPTIONS=fast_unwind_on_malloc=0 LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; lab_stop; kdc_stop; finish' EXIT
peers=tests/integration/peers
domain=litwareinc.com
hosts=(pc{1..8} fe-dub1 fe-red1 fs1 fs2)
instances=(sqlpri1 sqlmir1 sqlwit1 sqldr1 sqldr2)

# shellcheck disable=SC2317
winrm_port() { host_port "$1" winrm; }
# shellcheck disable=SC2317
sql_port() { jq -r ".$1" "$lab/ports.json"; }

# says NAME PATTERN COMMAND...; in the place of the one that came with timed()
says() {
  local name=$1 pattern=$2 got
  shift 2
  got=$("$@" 2>&1)
  if grep -qzP -- "$pattern" <<<"$got"; then ok "$name"; else not_ok "$name" "$got" "wanted: $pattern"; fi
}

# The functions below are called by says().
# shellcheck disable=SC2317
{
  # python_winrm HOST OPTIONS... -- KIND TEXT...
  python_winrm() {
    local host=$1 options=()
    shift
    while [ "$1" != -- ]; do
      options+=("$1")
      shift
    done
    shift
    timeout 60 /usr/bin/python3 -W ignore "$peers/winrm_run.py" "${options[@]}" localhost "$(winrm_port "$host")" "$lab/ca.pem" \
      "${user-pchat_monitor}" "${password-$lab/credentials/winrm.password}" "$@"
  }
  # python_sql INSTANCE USER PASSWORD_FILE SQL
  python_sql() { timeout 20 /usr/bin/python3 "$peers/pytds_query.py" localhost "$(sql_port "$1")" "$lab/ca.pem" "${@:2}"; }
  # tsql_by_ntlm INSTANCE PASSWORD_FILE SQL
  tsql_by_ntlm() {
    printf '[lab]\nhost = 127.0.0.1\nport = %s\ntds version = 7.4\nencryption = require\nca file = %s\n' "$(sql_port "$1")" \
      "$lab/ca.pem" >"$scratch/freetds.conf"
    printf '%s\ngo\nexit\n' "$3" |
      FREETDSCONF=$scratch/freetds.conf timeout 10 tsql -S lab -U "$account" -P "$(<"$2")" -o q
  }
  # negotiate HOST BINDINGS
  negotiate() { timeout 20 /usr/bin/python3 "$peers/negotiate.py" "$1.$domain" "$(winrm_port "$1")" "$lab/ca.pem" "$2"; }
  # ask WHAT HOST [KEY=VALUE...]: our WinRM client, which knows the host by its name alone
  ask() {
    "$build/tests/integration/winrm_ask" "$1" "$2.$domain" "$(winrm_port "$2")" address=127.0.0.1 ca="$lab/ca.pem" \
      timeout_ms=20000 "${@:3}"
  }
  # sql_says TOPOLOGY: what the check says of sqlpri1
  sql_says() {
    "$check" --topology "$1" --format json --timeout 8 |
      jq -r '.conditions[] | select(.object == "sqlpri1" and (.name | startswith("instance_"))) | .message'
  }
  # logins: tickets that the KDC has given to who proved himself by a key
  logins() { grep -c 'AS_REQ.* ISSUE: ' "$kdc/kdc.log"; }
  # with SETTING... -- COMMAND...: settings of the environment for a function of ours
  with() {
    local setting
    while [ "$1" != -- ]; do
      setting=$1
      # The variable's name is the value before "=".
      # shellcheck disable=SC2163
      local -x "$setting"
      shift
    done
    shift
    "$@"
  }
}

# topology NAME SPN-PREFIX CREDENTIAL...: the lab's topology with another login; SPN-PREFIX before each instance's name, "" for none
topology() {
  local file=$lab/$1.yaml prefix=$2
  shift 2
  sed -E "/^  monitor:/,/password_file/d; ${prefix:+s|^( +)- name: (sql.*)|&\n\1  spn: $prefix\2.$domain:1433|}" "$lab/topology.yaml" >"$file"
  printf '  monitor:\n' >>"$file"
  printf '    %s\n' "$@" >>"$file"
}

# ---- a realm, its accounts, the lab as its member

kdc_start "$scratch/kdc" || exit 1
krb5_conf "$kdc/krb5.conf" "$kdc_port" "forwardable = true"
services=("${hosts[@]/#/HTTP/}")
services=("${services[@]/%/.$domain}" "CIFS/pc1.$domain")
for instance in "${instances[@]}"; do services+=("MSSQLSvc/$instance.$domain:1433"); done
principals "$scratch/servers.keytab" "${services[@]}" || exit 1
principals "$scratch/monitor.keytab" svc-pchatmon || exit 1
principals "$scratch/clerk.keytab" clerk || exit 1
secret=Tell-$RANDOM-Nobody-$RANDOM
echo "LITWARE:svc-pchatmon:$secret" >"$scratch/users"
echo "$secret" >"$scratch/ntlm.password"
echo "LITWARE:svc-pchatmon:not that" >"$scratch/wrong.users"
echo "not that" >"$scratch/wrong.password"
chmod 600 "$scratch"/*.password
lab_start "$scratch/lab" --keytab "$scratch/servers.keytab" --ntlm-users "$scratch/users" || exit 1
cp "$scratch"/*.password "$lab/credentials"
# Who we are from here on, unless a line says otherwise.
export KRB5CCNAME=FILE:$scratch/ccache KRB5_CLIENT_KTNAME=$scratch/monitor.keytab
nobody=(KRB5CCNAME="FILE:$scratch/nothing" KRB5_CLIENT_KTNAME="$scratch/nothing")
clerk=(KRB5CCNAME="FILE:$scratch/clerk.ccache" KRB5_CLIENT_KTNAME="$scratch/clerk.keytab")
fresh=(KRB5CCNAME=MEMORY:) # without the tickets that we have
ntlm=("${nobody[@]}" NTLM_USER_FILE="$scratch/users")
account='LITWARE\svc-pchatmon'

# ---- clients that nobody here wrote

says "python3-winrm, Basic: a command" 'stdout: pc1' python_winrm pc1 -- cmd hostname
says "python3-winrm, Basic: a script" 'stdout: 42' python_winrm pc1 -- ps '6 * 7'
says "python3-winrm, Kerberos: commands" 'stdout: LITWARE.svc-pchatmon\n(?s).*stdout: pc1' \
  python_winrm pc1 --kerberos "pc1.$domain" -- cmd whoami hostname
says "python3-winrm, Kerberos: a script" 'stdout: 42' python_winrm pc1 --kerberos "pc1.$domain" -- ps '6 * 7'
user=$account password=$scratch/ntlm.password
says "python3-winrm, NTLM: a command" 'stdout: LITWARE.svc-pchatmon' python_winrm pc2 --ntlm -- cmd whoami
says "python3-winrm, NTLM: a script" 'stdout: 42' python_winrm pc2 --ntlm -- ps '6 * 7'
password=$scratch/wrong.password
says "python3-winrm, NTLM: a wrong password" 'refused: InvalidCredentialsError' python_winrm pc2 --ntlm -- cmd whoami
unset user password
says "python3-winrm, Kerberos: who may not manage hosts" 'refused: WinRMError .*Access is denied' \
  with "${clerk[@]}" -- python_winrm pc1 --kerberos "pc1.$domain" -- cmd whoami
says "on the wire: one round, proof of the server, a logon of the connection alone" \
  '^round: 200 Negotiate\nserver proved: True\nsame connection: 200 \nnew connection: 401 Negotiate,Kerberos,Basic\n' negotiate pc1 none
says "on the wire: NTLM takes three rounds" '^round: 401 Negotiate\nround: 401 Negotiate\nround: 200|^round: 401 Negotiate\nround: 200' \
  with "${ntlm[@]}" -- negotiate pc1 none
says "channel bindings, when they are right" '^round: 200 Negotiate\nserver proved: True' negotiate pc1 right
says "channel bindings, when they are wrong: refused, and the connection ends" '^round: 401 closes Negotiate,Kerberos,Basic' \
  negotiate pc1 wrong
says "python3-tds, Kerberos" 'LITWARE.*svc-pchatmon.*KERBEROS' python_sql sqlpri1 kerberos "MSSQLSvc/sqlpri1.$domain:1433" \
  "SELECT SUSER_SNAME(), auth_scheme FROM sys.dm_exec_connections WHERE session_id = @@SPID"
says "tsql, NTLM" 'LITWARE.svc-pchatmon\tNTLM' tsql_by_ntlm sqlpri1 "$scratch/ntlm.password" \
  "SELECT SUSER_SNAME(), auth_scheme FROM sys.dm_exec_connections WHERE session_id = @@SPID"
says "tsql, NTLM: a wrong password" '18452' tsql_by_ntlm sqlpri1 "$scratch/wrong.password" "SELECT 1"

# ---- ours

says "our client identifies, Kerberos" '^Microsoft Corporation: OS' ask identify pc1
says "our client asks WMI, Kerberos" 'RTCCHAT Running Auto' ask services pc1
says "our client runs a script, Kerberos" '^\{"computer":"PC1".*"echo":"é"\} exit 0' ask script pc1
says "our client asks WMI, NTLM" 'RTCCHAT Running Auto' with "${ntlm[@]}" -- ask services pc2
says "our client runs a script, NTLM" '^\{"computer":"PC2".*"echo":"é"\} exit 0' with "${ntlm[@]}" -- ask script pc2
topology kerberos MSSQLSvc/ "kerberos: true"
topology ntlm "" "sql_user: '$account'" "password_file: credentials/ntlm.password"
topology wrong_ntlm "" "sql_user: '$account'" "password_file: credentials/wrong.password"
topology nowhere MSSQLSvc/no- "kerberos: true"
says "the check logs in by Kerberos, and all is well" '^PCHAT REPLICATION OK' "$check" --topology "$lab/kerberos.yaml"
sed -i 's/auth: basic, credential: winrm/auth: negotiate/' "$lab/kerberos.yaml"
for program in check_pchat_service check_pchat_pool; do
  says "$program looks at every host by Kerberos, and all is well" '^PCHAT [A-Z]+ OK' "$build/plugins/$program" \
    --topology "$lab/kerberos.yaml" --timeout 20
done
says "the check logs in by NTLM, and all is well" '^PCHAT REPLICATION OK' with "${ntlm[@]}" -- "$check" --topology "$lab/ntlm.yaml"

# Its threads share the cache, and each would empty it for the others.
before=$(logins)
says "a check whose cache is empty: all is well" '^PCHAT POOL OK' with "${fresh[@]}" -- "$build/plugins/check_pchat_pool" \
  --topology "$lab/kerberos.yaml" --timeout 20
is "a check whose cache is empty: one login by the keytab for all of its threads" $(($(logins) - before)) 1

# ---- what goes wrong, and its words

# fails NAME WINRM-PATTERN SQL-PATTERN SETTING...: the same fault for both of our logins
fails() {
  says "$1: WinRM" "^login_failed: $2" with "${@:4}" -- ask services pc1
  says "$1: SQL" "login failed: $3" with "${@:4}" -- sql_says "$lab/kerberos.yaml"
}

fails "no ticket" 'no ticket for HTTP@pc1\.[a-z.]*: No Kerberos credentials available .*\(run k5start, or set KRB5_CLIENT_KTNAME' \
  'no ticket for MSSQLSvc/sqlpri1\.[a-z.:0-9]*: No Kerberos credentials available ' "${nobody[@]}"

# A ticket of one second, without a keytab to renew it.
kinit -c "FILE:$scratch/old" -l 1s -k -t "$scratch/monitor.keytab" svc-pchatmon || not_ok "a short ticket"
sleep 2
fails "an expired ticket" 'no ticket for .*: Ticket expired' 'no ticket for .*: Ticket expired' KRB5CCNAME="FILE:$scratch/old" \
  KRB5_CLIENT_KTNAME="$scratch/nothing"

kadmin "delprinc -force HTTP/pc3.$domain" || not_ok "no SPN"
says "an SPN that nobody has: WinRM" '^login_failed: no ticket for HTTP@pc3\.[a-z.]*: Server HTTP/pc3.* not found.*\(is this the SPN' \
  with "${fresh[@]}" -- ask services pc3
says "an SPN that nobody has: SQL" 'no ticket for MSSQLSvc/no-sqlpri1\.[a-z.:0-9]*: Server .* not found' sql_says "$lab/nowhere.yaml"
says "an SPN of another service: WinRM" '^login_failed: the host accepts no such login .*FQDN.*CbtHardeningLevel' \
  ask services pc1 service=CIFS
sed "s|MSSQLSvc/sqlpri1|MSSQLSvc/sqlmir1|" "$lab/kerberos.yaml" >"$lab/mixed.yaml"
says "the SPN of another server: SQL" 'login failed: no Windows login \(Msg 18452.*SPN.*setspn -Q' \
  sql_says "$lab/mixed.yaml"

# The service's password changed, and its host does not know.
kadmin "cpw -randkey HTTP/pc2.$domain" "cpw -randkey MSSQLSvc/sqlmir1.$domain:1433" || not_ok "new keys"
says "a service with another key: WinRM" '^login_failed: the host accepts no such login' with "${fresh[@]}" -- ask services pc2
says "a service with another key: SQL" 'sqlmir1 .*login failed: .*18452' with "${fresh[@]}" -- \
  "$check" --topology "$lab/kerberos.yaml" -vv

says "a wrong NTLM password: WinRM" '^login_failed: the host accepts no such login' \
  with "${nobody[@]}" NTLM_USER_FILE="$scratch/wrong.users" -- ask services pc1
says "a wrong NTLM password: SQL" 'login failed: no Windows login \(Msg 18452.*domain, user and password' with "${nobody[@]}" -- \
  sql_says "$lab/wrong_ntlm.yaml"
says "an account without a right: WinRM" '^denied: ' with "${clerk[@]}" -- ask services pc1
says "an account that is no login: SQL" "login failed: Login failed for user 'LITWARE.clerk'.*18456" with "${clerk[@]}" -- \
  sql_says "$lab/kerberos.yaml"

kadmin "modprinc -allow_tix clerk" || not_ok "a locked account"
fails "a locked account" 'no ticket for .*: .*revoked.*\(the account is locked or disabled' \
  'no ticket for .*: .*revoked' KRB5CCNAME=MEMORY: KRB5_CLIENT_KTNAME="$scratch/clerk.keytab"
kadmin "modprinc +allow_tix clerk" "cpw -randkey clerk" || not_ok "a new password"
fails "a keytab from before the password changed" 'no ticket for .*\(.*make the keytab anew' \
  'no ticket for .*make the keytab anew' KRB5CCNAME=MEMORY: KRB5_CLIENT_KTNAME="$scratch/clerk.keytab"

# A KDC whose clock is two hours ahead, and clients that believe in their own.
skewed=$(free_port)
kadmin "modprinc +requires_preauth svc-pchatmon" || not_ok "preauthentication"
kdc_launch "$skewed" faketime -f +2h
kdc_answers "$skewed"
krb5_conf "$scratch/skewed.conf" "$skewed" "kdc_timesync = 0"
fails "a clock that is wrong" 'no ticket for .*: Clock skew too great.*\(set this host.s clock' \
  'no ticket for .*: Clock skew too great' KRB5_CONFIG="$scratch/skewed.conf" KRB5CCNAME=MEMORY:

krb5_conf "$scratch/gone.conf" "$(free_port)"
fails "a KDC that is down" 'no ticket for .*: Cannot contact any KDC.*\(do the domain controllers run' \
  'no ticket for .*: Cannot contact any KDC' KRB5_CONFIG="$scratch/gone.conf" KRB5CCNAME=MEMORY:

silent=$(free_port)
/usr/bin/python3 "$peers/silent.py" "$silent" &
pids+=($!)
kdc_answers "$silent"
krb5_conf "$scratch/silent.conf" "$silent"
cp "$lab/topology.yaml" "$scratch/topology.yaml"
cp "$lab/kerberos.yaml" "$lab/topology.yaml"
with KRB5_CONFIG="$scratch/silent.conf" KRB5CCNAME=MEMORY: -- timed "a KDC that is silent: SQL"
says "a KDC that is silent has its words" 'asking the KDC for a Kerberos ticket' jq -r '.conditions[].message' <<<"$out"
cp "$scratch/topology.yaml" "$lab/topology.yaml"

lab_do fault set winrm pc1 how=answer cbt=strict
says "strict channel bindings: what libcurl cannot" '^login_failed: the host accepts no such login .*CbtHardeningLevel not Strict' \
  ask services pc1
says "strict channel bindings: who has them" '^round: 200 Negotiate\nserver proved: True' negotiate pc1 right
says "strict channel bindings: who has none" '^round: 401 closes ' negotiate pc1 none
lab_do fault clear winrm pc1
lab_do fault set winrm pc1 how=unauthorized
says "a host that lets nobody in" '^login_failed: the host accepts no such login' ask services pc1
lab_do fault clear winrm pc1

# ---- the second hop

# PowerShell's own dollar.
# shellcheck disable=SC2016
store='script=Import-Module Lync; $Answer = Get-CsPersistentChatState | Select-Object Identity'
says "without delegation no second hop" "ANONYMOUS LOGON" ask script pc1 "$store"
says "without delegation -LocalStore answers" '"Identity":"PersistentChatServer:' \
  ask script pc1 "${store/State |/State -LocalStore |}"
says "with delegation a second hop" '"Identity":"PersistentChatServer:' ask script pc1 "$store" delegate=yes
says "python3-winrm with delegation" 'stdout: .*"Identity":"PersistentChatServer:' \
  python_winrm pc1 --kerberos "pc1.$domain" --delegate -- ps "${store#script=}; \$Answer | ConvertTo-Json -Compress"
says "NTLM has nothing to delegate" "ANONYMOUS LOGON" with "${ntlm[@]}" -- ask script pc1 "$store" delegate=yes

# ---- a lab without a domain

if lab_stop; then ok "the lab ends well"; else not_ok "the lab ends well" "$(cat "$scratch/lab.log")"; fi
lab_start "$scratch/workgroup" || exit 1
cp "$scratch/ntlm.password" "$lab/credentials"
topology kerberos MSSQLSvc/ "kerberos: true"
says "a host of no domain takes no ticket" '^login_failed: the host accepts no such login' ask services pc1
says "an instance of no domain takes no ticket" 'login failed: no Windows login' sql_says "$lab/kerberos.yaml"
if lab_stop; then ok "that lab ends well"; else not_ok "that lab ends well" "$(cat "$scratch/lab.log")"; fi
exit "$status"
