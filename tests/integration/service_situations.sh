#!/usr/bin/env bash
# service_situations.sh BUILD [LEVEL]: what can happen to what carries chat - Windows services, ports, SIP, web pages, certificates,
# WinRM itself - each as faults in a lab of its own → the leading condition, the exact set of all, the exit code, a next action.
#
# A row: situation NAME EXIT 'what is done, one labctl call per ;' 'SEVERITY leading_condition' 'SEVERITY condition object' ...
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 3
build=$1
# shellcheck source=tests/integration/lib/lab.bash
. tests/integration/lib/lab.bash
# shellcheck source=tests/integration/lib/vantage.bash
. tests/integration/lib/vantage.bash
# shellcheck source=tests/integration/lib/at_once.bash
. tests/integration/lib/at_once.bash
# shellcheck disable=SC2034
judged_by=check_pchat_service

situation "well" 0 '' 'OK'
situation "service stopped" 2 'fault set service pc1' 'CRITICAL service_stopped' \
  'CRITICAL port_closed pc1' \
  'CRITICAL service_stopped pc1'
situation "service disabled" 2 'fault set service pc1 how=disabled' 'CRITICAL service_stopped' \
  'CRITICAL port_closed pc1' \
  'CRITICAL service_stopped pc1'
situation "service failing" 2 'fault set service pc1 how=failing' 'CRITICAL service_stopped' \
  'CRITICAL port_closed pc1' \
  'CRITICAL service_stopped pc1'
situation "service hung" 2 'fault set service pc1 how=hung; clock advance 5m' 'CRITICAL server_not_registered' \
  'CRITICAL server_not_registered pc1' \
  'UNKNOWN service_unproven pc1'
situation "idle service stopped" 1 'fault set service pc5' 'WARNING service_stopped' \
  'WARNING service_stopped pc5'
situation "replica agent stopped" 1 'fault set service pc1 service=REPLICA' 'WARNING service_stopped' \
  'WARNING service_stopped pc1'
situation "front end service stopped" 2 'fault set service fe-dub1 service=RTCSRV' 'CRITICAL service_stopped' \
  'CRITICAL port_closed fe-dub1' \
  'CRITICAL service_stopped fe-dub1'
situation "web service stopped" 1 'fault set service fe-dub1 service=W3SVC' 'WARNING service_stopped' \
  'WARNING service_stopped fe-dub1' \
  'WARNING web_degraded fe-dub1'
situation "server down" 3 'fault set host_down pc1' 'UNKNOWN host_unseen' \
  'UNKNOWN host_unseen pc1'
situation "SIP port closed" 2 'fault set port pc1' 'CRITICAL port_closed' \
  'CRITICAL port_closed pc1'
situation "SIP port filtered" 3 'fault set port pc1 how=filtered' 'UNKNOWN service_unproven' \
  'UNKNOWN service_unproven pc1'
situation "port between servers closed" 2 'fault set port pc1 port=8011' 'CRITICAL port_closed' \
  'CRITICAL port_closed pc1'
situation "idle SIP port closed" 0 'fault set port pc5' 'OK'
for code in 401 403 404 488 501; do
  situation "SIP $code" 0 "fault set sip fe-dub1 code=$code" 'OK'
done
for code in 408 480 500 503; do
  situation "SIP $code" 1 "fault set sip fe-dub1 code=$code" 'WARNING sip_degraded' 'WARNING sip_degraded fe-dub1'
done
situation "SIP 504" 2 'fault set sip fe-dub1 code=504' 'CRITICAL sip_unreachable' \
  'CRITICAL sip_unreachable fe-dub1'
situation "SIP garbage" 3 'fault set sip pc1 how=garbage' 'UNKNOWN service_unproven' \
  'UNKNOWN service_unproven pc1'
situation "SIP silent" 3 'fault set sip pc1 how=silent' 'UNKNOWN service_unproven' \
  'UNKNOWN service_unproven pc1'
situation "SIP half closed" 3 'fault set sip pc1 how=half_closed' 'UNKNOWN service_unproven' \
  'UNKNOWN service_unproven pc1'
situation "SIP closed after TLS" 3 'fault set sip pc1 how=closed' 'UNKNOWN service_unproven' \
  'UNKNOWN service_unproven pc1'
situation "web 404" 1 'fault set web fe-dub1 code=404 path=rm site=internal' 'WARNING web_degraded' \
  'WARNING web_degraded fe-dub1'
situation "web 500 outside alone" 1 'fault set web fe-dub1 code=500 site=external' 'WARNING web_degraded' \
  'WARNING web_degraded fe-dub1'
situation "web site closed" 1 'fault set port fe-dub1 port=4443' 'WARNING web_degraded' \
  'WARNING web_degraded fe-dub1'
situation "file store down" 1 'fault set file_store_down' 'WARNING file_store_down' \
  'WARNING file_store_down fs2'
situation "certificate expired" 2 'fault set certificate pc1 use=sip how=expired' 'CRITICAL certificate' \
  'CRITICAL certificate lyncpc.litwareinc.com'
situation "certificate of another" 2 'fault set certificate pc1 use=sip how=wrong_name' 'CRITICAL certificate' \
  'CRITICAL certificate lyncpc.litwareinc.com'
situation "certificate of a stranger" 2 'fault set certificate pc1 use=sip how=untrusted' 'CRITICAL certificate' \
  'CRITICAL certificate lyncpc.litwareinc.com'
situation "certificate ends in 20 days" 1 'fault set certificate pc1 use=sip how=expiring days=20' 'WARNING certificate' \
  'WARNING certificate lyncpc.litwareinc.com'
situation "certificate ends in 10 days" 2 'fault set certificate pc1 use=sip how=expiring days=10' 'CRITICAL certificate' \
  'CRITICAL certificate lyncpc.litwareinc.com'
situation "web certificate expired" 2 'fault set certificate fe-dub1 use=web how=expired' 'CRITICAL certificate' \
  'CRITICAL certificate lyncpc.litwareinc.com'
situation "database lost" 1 'fault set instance_down sqlpri1; fault set instance_down sqlmir1; clock advance 1m' 'WARNING database_connection_lost' \
  'WARNING database_connection_lost pc1' \
  'WARNING database_connection_lost pc2' \
  'WARNING database_connection_lost pc3' \
  'WARNING database_connection_lost pc4'
for how in unauthorized access_denied no_body unavailable hung; do
  situation "WinRM $how" 3 "fault set winrm pc1 how=$how" 'UNKNOWN service_unproven' 'UNKNOWN service_unproven pc1'
done
# WMI needs no shell.
for how in lost_shell quota; do
  situation "WinRM $how" 0 "fault set winrm pc1 how=$how" 'OK'
done
situation "WinRM certificate expired" 3 'fault set certificate pc1 use=winrm how=expired' 'UNKNOWN service_unproven' \
  'UNKNOWN service_unproven pc1'
situation "characters cut in two" 0 'fault set winrm pc1 cut=yes' 'OK'
situation "negative exit codes" 0 'fault set winrm pc1 exit_code=-1073741502' 'OK'

show
