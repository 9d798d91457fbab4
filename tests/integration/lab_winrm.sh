#!/usr/bin/env bash
# lab_winrm.sh BUILD [LEVEL]: clients that nobody here wrote - python3-winrm, curl - speak WS-Management with the lab's Windows
# hosts and are refused as by Windows.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
soap=application/soap+xml\;charset=UTF-8
action=http://schemas.xmlsoap.org/ws/2004/09
cimv2=http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2
shell=http://schemas.microsoft.com/wbem/wsman/1/windows/shell
secret=winrm

port() { host_port "$1" winrm; }

# winrm HOST KIND TEXT...: what python3-winrm says; says() calls it
# shellcheck disable=SC2317
winrm() {
  local host=$1
  shift
  timeout 60 /usr/bin/python3 -W ignore tests/integration/peers/winrm_run.py localhost "$(port "$host")" "$lab/ca.pem" \
    pchat_monitor "$lab/credentials/$secret.password" "$@" 2>&1
}

# says NAME PATTERN COMMAND...
says() {
  local name=$1 pattern=$2 got
  shift 2
  got=$("$@" 2>&1)
  if grep -qzP -- "$pattern" <<<"$got"; then ok "$name"; else not_ok "$name" "$got" "wanted: $pattern"; fi
}

# http HOST [curl options]: head and body
http() {
  local host=$1
  shift
  curl -si --max-time 10 --cacert "$lab/ca.pem" "https://localhost:$(port "$host")/wsman" "$@" 2>&1
}
# The password stays off the command line.
credentials() { printf 'user = "pchat_monitor:%s"\n' "$(<"$lab/credentials/winrm.password")"; }

# post HOST RESOURCE ACTION BODY [HEADERS]: one operation with the right credentials
post() {
  cat >"$scratch/request.xml" <<XML
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
  xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"
  xmlns:rsp="$shell"><s:Header>
  <a:To>https://$1:5986/wsman</a:To><a:Action s:mustUnderstand="true">$3</a:Action>
  <a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
  <a:MessageID>uuid:8E1A1B6E-1111-4A4A-9B9B-000000000001</a:MessageID>
  <w:ResourceURI s:mustUnderstand="true">$2</w:ResourceURI><w:MaxEnvelopeSize>153600</w:MaxEnvelopeSize>
  <w:OperationTimeout>PT2S</w:OperationTimeout>${5-}</s:Header><s:Body>$4</s:Body></s:Envelope>
XML
  http "$1" -H "Content-Type: $soap" -K <(credentials) --data-binary "@$scratch/request.xml"
}

# wql HOST QUERY; says() calls it
# shellcheck disable=SC2317
wql() {
  post "$1" "$cimv2/*" "$action/enumeration/Enumerate" "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>50</w:MaxElements>
    <w:Filter Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">$2</w:Filter></n:Enumerate>"
}

lab_start "$scratch/lab" || exit 1
echo "not the password" >"$lab/credentials/wrong.password"
chmod 600 "$lab/credentials/wrong.password"
cat >"$scratch/identify.xml" <<'XML'
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
  xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>
XML
identify=(-H "Content-Type: $soap" --data-binary "@$scratch/identify.xml")

# HTTP
says "GET is 405" '^HTTP/1.1 405 [^Z]*Allow: POST' http pc1
says "another path is 404" '^HTTP/1.1 404 ' curl -si --cacert "$lab/ca.pem" -d x "https://localhost:$(port pc1)/OcsPowershell"
says "without logon: 401, three ways to log on" \
  '^HTTP/1.1 401 (?s).*Negotiate.*Kerberos.*Basic realm="WSMAN"' http pc1 "${identify[@]}"
says "a wrong password: 401, and the connection ends" '^HTTP/1.1 401 (?s).*Connection: close' \
  http pc1 "${identify[@]}" -u pchat_monitor:wrong
says "NTLM by that name is not understood" '^HTTP/1.1 401 ' http pc1 "${identify[@]}" -H "Authorization: NTLM TlRMTVNTUAAB"
says "another content type is 415" '^HTTP/1.1 415 ' http pc1 -H "Content-Type: text/xml" --data-binary "@$scratch/identify.xml" \
  -K <(credentials)
says "Identify needs no logon" 'Microsoft Corporation.*OS: 0\.0\.0' http pc1 "${identify[@]}" -H "WSMANIDENTIFY: unauthenticated"
says "Identify tells more after logon" 'OS: 6\.3\.9600.*secprofile/https/basic' http pc1 "${identify[@]}" -K <(credentials)
says "another authority is not trusted" 'self-signed|unable to get local issuer' \
  curl -sS --max-time 5 "https://localhost:$(port pc1)/wsman"

# WMI
says "the chat service runs" '<State>Running</State>' \
  wql pc1 "SELECT Name,State FROM Win32_Service WHERE PathName LIKE '%ChannelService.exe%'"
says "an unknown class" '^HTTP/1.1 500 (?s).*error_Code>2147749904<' wql pc1 "SELECT Name FROM Win32_Fantasy"
says "no query" '^HTTP/1.1 500 (?s).*error_Code>2147749911<' wql pc1 "SELECT Name Win32_Service"
says "what relates to what" 'RelatesTo>uuid:8E1A1B6E-1111-4A4A-9B9B-000000000001<' wql pc1 "SELECT Size FROM Win32_LogicalDisk"
lab_do fault set service pc1 how=stopped
says "the chat service is stopped" '<State>Stopped</State>' \
  wql pc1 "SELECT Name,State FROM Win32_Service WHERE PathName LIKE '%ChannelService.exe%'"
lab_do fault clear service pc1

# shells
says "a command" 'stdout: fe-dub1\nstderr: \nexit: 0' winrm fe-dub1 cmd hostname
says "an unknown command" 'stderr: .fantasy. is not recognized (?s).*exit: 1' winrm pc1 cmd fantasy
says "exit codes have 32 bits" 'exit: 4294967295' winrm pc1 cmd "exit -1"
says "several commands in one shell" 'stdout: pc1(?s).*exit: 7' winrm pc1 cmd hostname "exit 7"
secret=wrong says "a wrong password is refused" 'refused: InvalidCredentialsError' winrm pc1 cmd hostname
secret=winrm
says "a script runs" 'stdout: héllo(?s).*exit: 3' winrm pc1 ps 'Write-Output "héllo"; exit 3'
says "a script fails" 'stderr: #< CLIXML(?s).*not recognized as the name(?s).*exit: 1' winrm pc1 ps 'Get-Fantasy'
says "an argument by the wrong name" '^HTTP/1.1 500 (?s).*SchemaValidationError(?s).*2150858817' \
  post pc1 "$shell/cmd" "$shell/Command" "<rsp:CommandLine><rsp:Command>x</rsp:Command><rsp:Argument>y</rsp:Argument></rsp:CommandLine>"
says "an unknown shell" '^HTTP/1.1 500 (?s).*InvalidSelectors(?s).*2150858843' \
  post pc1 "$shell/cmd" "$action/transfer/Delete" "" \
  '<w:SelectorSet><w:Selector Name="ShellId">11111111-1111-1111-1111-111111111111</w:Selector></w:SelectorSet>'
for _ in $(seq 25); do
  post pc2 "$shell/cmd" "$action/transfer/Create" "<rsp:Shell/>" >"$scratch/last" 2>&1
done
says "the twenty-fifth shell" '^HTTP/1.1 200 ' cat "$scratch/last"
says "one more than the quota" 'refused: WinRMError .*maximum number of concurrent shells' winrm pc2 cmd hostname

# what a host may suffer
# suffers NAME FAULT PATTERN [COMMAND [KIND]]: a fault of the host, seen by python3-winrm, gone afterwards
suffers() {
  local fault
  read -ra fault <<<"$2"
  lab_do fault set "${fault[0]}" pc3 "${fault[@]:1}"
  says "$1" "$3" winrm pc3 "${5-cmd}" "${4-hostname}"
  lab_do fault clear "${fault[0]}" pc3
}
suffers "logons refused" "winrm how=unauthorized" 'refused: InvalidCredentialsError'
suffers "no right" "winrm how=access_denied" 'refused: WinRMError .*Access is denied'
suffers "an error without a message" "winrm how=no_body" 'refused: WinRMTransportError .*500'
suffers "the service behind HTTP.sys is stopped" "winrm how=unavailable" 'refused: WinRMTransportError .*503'
suffers "no shell left" "winrm how=quota" 'refused: WinRMError .*maximum number of concurrent shells'
suffers "the shell is lost" "winrm how=lost_shell" 'refused: WinRMError .*2150858843'
suffers "no answer" "winrm how=hung" 'refused: (ReadTimeout|ConnectionError)'
suffers "a slow host" "winrm ms=300" 'stdout: pc3'
suffers "a module that loads longer than an operation may take" "winrm import_ms=3000" 'stdout: 7' "Import-Module Lync; 7" ps
suffers "characters cut in two" "winrm cut=yes" 'stdout: éü' "echo éü"
suffers "an exit code from elsewhere" "winrm exit_code=-1073741502" 'exit: 3221225794'
suffers "an expired certificate" "certificate use=winrm how=expired" 'refused: SSLError .*expired'
suffers "another's certificate" "certificate use=winrm how=wrong_name" "refused: SSLError .*(doesn't match|mismatch)"
suffers "a strange authority" "certificate use=winrm how=untrusted" 'refused: SSLError .*unable to get local issuer'
suffers "nobody listens" "port port=5986 how=closed" 'refused: ConnectionError .*refused'
says "all is well again" 'stdout: pc3' winrm pc3 cmd hostname

if lab_stop; then ok "the lab ends well"; else not_ok "the lab ends well" "$(cat "$scratch/lab.log")"; fi
exit "$status"
