#include "observe/hosts/host_tracks.h"

#include "observe/hosts/outside.h"
#include "observe/hosts/snmp_track.h"
#include "observe/hosts/vantage_track.h"
#include "observe/hosts/winrm_track.h"
#include "observe/winrm/winrm_curl.h"

#define KIND(name)  (1U << HOST_##name)
#define WAY(name)   (1U << WAY_##name)
#define GROUP(name) (1U << HOST_FACT_##name)

/* One row is one line. */
/* clang-format off */
static const struct track_kind kinds[] = {
    {.name = "WinRM", .kinds = KIND(CHAT_SERVER) | KIND(FRONT_END) | KIND(MANAGEMENT), .ways = WAY(WINRM),
     .groups = WINRM_TRACK_GROUPS, .is_set_up = winrm_track_is_set_up, .run = winrm_track_run},
    {.name = "SNMP", .kinds = KIND(CHAT_SERVER) | KIND(FRONT_END), .ways = WAY(SNMP), .groups = GROUP(os) | GROUP(service),
     .is_set_up = snmp_track_is_set_up, .run = snmp_track_run},
    {.name = "SIP", .kinds = KIND(CHAT_SERVER) | KIND(FRONT_END), .ways = WAY(TCP) | WAY(TLS) | WAY(SIP),
     .groups = GROUP(port) | GROUP(certificate) | GROUP(sip), .run = outside_sip},
    {.name = "WCF port", .kinds = KIND(CHAT_SERVER), .ways = WAY(TCP), .groups = GROUP(port), .run = outside_wcf},
    {.name = "web site", .kinds = KIND(FRONT_END), .ways = WAY(TCP) | WAY(TLS) | WAY(WEB),
     .groups = GROUP(port) | GROUP(certificate) | GROUP(web), .run = outside_web},
    {.name = "external web site", .kinds = KIND(FRONT_END), .ways = WAY(TCP) | WAY(TLS) | WAY(WEB),
     .groups = GROUP(port) | GROUP(certificate) | GROUP(web), .run = outside_web_external},
    {.name = "file shares", .kinds = KIND(FILE_SERVER), .ways = WAY(TCP), .groups = GROUP(port), .run = outside_smb},
    {.name = "vantage point", .kinds = KIND(VANTAGE), .groups = GROUP(vote), .run = vantage_track_run},
};
/* clang-format on */

struct track_table host_tracks_by(const struct host_means *means)
{
    return (struct track_table){kinds, COUNT(kinds), vantage_conclude, means};
}

static const struct host_means wire = {&winrm_curl_opener, &probes_by_wire};

const struct track_table host_tracks = {kinds, COUNT(kinds), vantage_conclude, &wire};
