#include "topology/schema.h"

#include "base/cleanup.h"
#include "topology/check.h"
#include "topology/topology.h"

#include <string.h>

#define AT(type, member)             .offset = offsetof(struct type, member)
#define LIST_AT(type, member, count) AT(type, member), .count_offset = offsetof(struct type, count)
#define NUMBER_AT(type, member, least, most)                                                                 \
    AT(type, member), .bytes = sizeof(((struct type *)NULL)->member), .minimum = (least), .maximum = (most)
#define FIELDS(table) .fields = (table), .field_count = COUNT(table)
#define FILLS(type)   .bytes = sizeof(struct type), .line_offset = offsetof(struct type, line)

enum {
    PERIOD_MAX_S = 7 * 24 * 3600,
    PROOF_MAX_S = 365 * 24 * 3600,
    PORT_MAX = 65535,
    INTERVAL_MAX_S = 24 * 3600,
    PASS_MAX_S = 600,
    WINRM_DEFAULT_PORT = 5986
};

static const char *site_role_at(int index)
{
    return site_role_name((enum site_role)index);
}

static const char *sql_role_at(int index)
{
    return sql_role_name((enum sql_role)index);
}

static const char *tls_mode_at(int index)
{
    return tls_mode_name((enum tls_mode)index);
}

static const char *vantage_kind_at(int index)
{
    return vantage_kind_name((enum vantage_kind)index);
}

static const char *host_auth_at(int index)
{
    return host_auth_name((enum host_auth)index);
}

static const char *snmp_version_at(int index)
{
    return snmp_version_name((enum snmp_version)index);
}

static const char *snmp_digest_at(int index)
{
    return snmp_digest_name((enum snmp_digest)index);
}

static const char *snmp_cipher_at(int index)
{
    return snmp_cipher_name((enum snmp_cipher)index);
}

static void start_winrm(void *object)
{
    ((struct topology_winrm *)object)->port = WINRM_DEFAULT_PORT;
}

static void start_snmp(void *object)
{
    ((struct topology_snmp *)object)->port = SNMP_DEFAULT_PORT;
}

static void start_pool(void *object)
{
    struct topology_pool *pool = object;

    pool->database = "mgc";
    pool->limits = limits_default();
    pool->settings = settings_default();
    pool->observer = (struct topology_observer){.interval_s = 60, .timeout_s = 10};
}

static void start_acting(void *object)
{
    *(struct topology_acting *)object = (struct topology_acting){
        .loss_limit_s = -1,
        .ship_every_min = 15,
        .approval_valid_s = 900,
        .fence_word_valid_s = 1800,
        .anti_flap_s = 3600,
        .failback_after_s = 900,
        .partner_timeout_s = 10,
        .write_proof_valid_s = 604800,
    };
}

/* Words of others for what negotiate is. */
static const char *host_auth_mistake(const char *text)
{
    if (strcmp(text, "kerberos") == 0)
        return "is a part of negotiate; expected negotiate, basic or certificate";
    if (strcmp(text, "ntlm") == 0)
        return "is nothing that WinRM offers by itself; expected negotiate, which is NTLM where gss-ntlmssp "
               "is installed and NTLM_USER_FILE names the account";
    return NULL;
}

static const struct choices site_roles = {site_role_at, SITE_ROLE_COUNT, NULL};
static const struct choices sql_roles = {sql_role_at, SQL_ROLE_COUNT, NULL};
static const struct choices tls_modes = {tls_mode_at, TLS_MODE_COUNT, NULL};
static const struct choices host_auths = {host_auth_at, HOST_AUTH_COUNT, host_auth_mistake};
static const struct choices snmp_versions = {snmp_version_at, SNMP_VERSIONS, NULL};
static const struct choices snmp_digests = {snmp_digest_at, SNMP_DIGESTS, NULL};
static const struct choices snmp_ciphers = {snmp_cipher_at, SNMP_CIPHERS, NULL};
static const struct choices vantage_kinds = {vantage_kind_at, VANTAGE_KIND_COUNT, NULL};

/* Rows of a table read better than columns of braces. */
/* clang-format off */
static const struct field sql_fields[] = {
    {.key = "name", .kind = FIELD_TEXT, .required = true, AT(topology_sql, name), .syntax = &syntax_name,
     .meaning = "how people and reports call it; unique in the pool"},
    {.key = "role", .kind = FIELD_CHOICE, .required = true, AT(topology_sql, role), .choices = &sql_roles,
     .noun = "a role", .meaning = "what it was designed for, whatever it does now"},
    {.key = "host", .kind = FIELD_TEXT, .required = true, AT(topology_sql, host), .syntax = &syntax_host,
     .meaning = "DNS name or address"},
    {.key = "fqdn", .kind = FIELD_TEXT, AT(topology_sql, fqdn), .syntax = &syntax_fqdn,
     .meaning = "as the published topology names its computer; default `host`"},
    {.key = "port", .kind = FIELD_NUMBER, NUMBER_AT(topology_sql, port, 1, PORT_MAX),
     .meaning = "TCP port; 1433 where neither port nor instance is given"},
    {.key = "instance", .kind = FIELD_TEXT, AT(topology_sql, instance), .syntax = &syntax_instance,
     .meaning = "named instance, asked of SQL Server Browser; instead of port"},
    {.key = "tls", .kind = FIELD_CHOICE, AT(topology_sql, tls), .choices = &tls_modes, .noun = "a TLS mode",
     .meaning = "require (the default): all is encrypted and `ca` proves the server; request: only the login is "
                "encrypted; off: nothing is, the password is merely obscured"},
    {.key = "ca", .kind = FIELD_PATH, AT(topology_sql, ca), .syntax = &syntax_path,
     .meaning = "certificates (PEM) that prove the server; needed with tls: require"},
    {.key = "spn", .kind = FIELD_TEXT, AT(topology_sql, spn), .syntax = &syntax_spn,
     .meaning = "Kerberos principal of the service (default MSSQLSvc/host:port)"},
    {.key = "credential", .kind = FIELD_CREDENTIAL, .required = true, AT(topology_sql, credential),
     .meaning = "which of `credentials` to log in with"},
};
static const struct schema schema_sql = {FIELDS(sql_fields), FILLS(topology_sql), .check = check_sql};

static const struct field winrm_fields[] = {
    {.key = "port", .kind = FIELD_NUMBER, NUMBER_AT(topology_winrm, port, 1, PORT_MAX),
     .meaning = "HTTPS port of WS-Management (default 5986)"},
    {.key = "auth", .kind = FIELD_CHOICE, AT(topology_winrm, auth), .choices = &host_auths,
     .noun = "a way to authenticate",
     .meaning = "negotiate (the default): Kerberos with the process's tickets, or NTLM; basic: user and password; "
                "certificate: a client certificate"},
    {.key = "credential", .kind = FIELD_CREDENTIAL, AT(topology_winrm, credential),
     .meaning = "which of `credentials` to log in with; needed with auth: basic, and only there"},
    {.key = "ca", .kind = FIELD_PATH, AT(topology_winrm, ca), .syntax = &syntax_path,
     .meaning = "certificates (PEM) that prove the host (default: those that this machine trusts)"},
    {.key = "pinned_key", .kind = FIELD_TEXT, AT(topology_winrm, pinned_key), .syntax = &syntax_pin,
     .meaning = "sha256//BASE64 of the host's public key; without ca it takes the place of the chain"},
    {.key = "certificate", .kind = FIELD_PATH, AT(topology_winrm, certificate), .syntax = &syntax_path,
     .meaning = "client certificate (PEM); needed with auth: certificate, and only there"},
    {.key = "key", .kind = FIELD_PATH, AT(topology_winrm, key), .syntax = &syntax_path,
     .meaning = "its key (PEM); needed with auth: certificate, and only there"},
};
static const struct schema schema_winrm = {FIELDS(winrm_fields), FILLS(topology_winrm), .start = start_winrm,
                                           .check = check_winrm};

static const struct field snmp_fields[] = {
    {.key = "port", .kind = FIELD_NUMBER, NUMBER_AT(topology_snmp, port, 1, PORT_MAX),
     .meaning = "UDP port of the agent (default 161)"},
    {.key = "version", .kind = FIELD_CHOICE, AT(topology_snmp, version), .choices = &snmp_versions,
     .noun = "an SNMP version", .meaning = "2c with a community, 3 with an snmp_user (default: as the credential is)"},
    {.key = "credential", .kind = FIELD_CREDENTIAL, .required = true, AT(topology_snmp, credential),
     .meaning = "which of `credentials` to ask with"},
};
static const struct schema schema_snmp = {FIELDS(snmp_fields), FILLS(topology_snmp), .start = start_snmp,
                                          .check = check_snmp};

static const struct field port_fields[] = {
    {.key = "sip", .kind = FIELD_NUMBER, NUMBER_AT(topology_host, ports[PORT_SIP], 1, PORT_MAX),
     .meaning = "SIP over TLS"},
    {.key = "wcf", .kind = FIELD_NUMBER, NUMBER_AT(topology_host, ports[PORT_WCF], 1, PORT_MAX),
     .meaning = "between chat servers"},
    {.key = "web", .kind = FIELD_NUMBER, NUMBER_AT(topology_host, ports[PORT_WEB], 1, PORT_MAX),
     .meaning = "HTTPS of the internal web site"},
    {.key = "web_external", .kind = FIELD_NUMBER, NUMBER_AT(topology_host, ports[PORT_WEB_EXTERNAL], 1, PORT_MAX),
     .meaning = "HTTPS of the external web site"},
    {.key = "smb", .kind = FIELD_NUMBER, NUMBER_AT(topology_host, ports[PORT_SMB], 1, PORT_MAX),
     .meaning = "file shares"},
};
static const struct schema schema_ports = {FIELDS(port_fields), .bytes = sizeof(struct topology_host),
                                           .line_offset = NO_LINE};

static const struct field host_fields[] = {
    {.key = "name", .kind = FIELD_TEXT, .required = true, AT(topology_host, name), .syntax = &syntax_name,
     .meaning = "how people and reports call it"},
    {.key = "fqdn", .kind = FIELD_TEXT, .required = true, AT(topology_host, fqdn), .syntax = &syntax_fqdn,
     .meaning = "DNS name"},
    {.key = "winrm", .kind = FIELD_OPTIONAL, AT(topology_host, winrm), .items = &schema_winrm,
     .noun = "a way to ask by WS-Management", .meaning = "how this host is asked, instead of as the pool says"},
    {.key = "snmp", .kind = FIELD_OPTIONAL, AT(topology_host, snmp), .items = &schema_snmp,
     .noun = "a way to ask by SNMP", .meaning = "likewise, by SNMP"},
    {.key = "address", .kind = FIELD_TEXT, AT(topology_host, address), .syntax = &syntax_host,
     .meaning = "where to connect, if not to fqdn; certificates must still be for fqdn"},
    {.key = "ports", .kind = FIELD_MAPPING, .offset = 0, .items = &schema_ports, .noun = "ports",
     .meaning = "where it listens, if elsewhere than the settings say"},
};
static const struct schema schema_host = {FIELDS(host_fields), FILLS(topology_host)};

static const struct field site_fields[] = {
    {.key = "name", .kind = FIELD_TEXT, .required = true, AT(topology_site, name), .syntax = &syntax_name,
     .meaning = "how people call the site; unique in the pool"},
    {.key = "role", .kind = FIELD_CHOICE, .required = true, AT(topology_site, role), .choices = &site_roles,
     .noun = "a site's role", .meaning = "one primary site, at most one backup site"},
    {.key = "sql", .kind = FIELD_LIST, .required = true, LIST_AT(topology_site, sql, sql_count),
     .items = &schema_sql, .noun = "SQL instances",
     .meaning = "primary site: one principal, at most one mirror; backup site: one secondary, at most one "
                "secondary_mirror; a witness in either"},
    {.key = "chat_servers", .kind = FIELD_LIST, LIST_AT(topology_site, chat_servers, chat_server_count),
     .items = &schema_host, .noun = "chat servers", .meaning = "Persistent Chat servers"},
    {.key = "front_ends", .kind = FIELD_LIST, LIST_AT(topology_site, front_ends, front_end_count),
     .items = &schema_host, .noun = "front ends", .meaning = "Front End servers by which users reach the pool while this site serves"},
    {.key = "file_servers", .kind = FIELD_LIST, LIST_AT(topology_site, file_servers, file_server_count),
     .items = &schema_host, .noun = "file servers", .meaning = "where the files posted to rooms are"},
    {.key = "management", .kind = FIELD_OPTIONAL, AT(topology_site, management), .items = &schema_host,
     .noun = "name and fqdn", .meaning = "where the site's cmdlets run; may be one of the front ends"},
    {.key = "activate", .kind = FIELD_TEXTS, LIST_AT(topology_site, activate, activate_count), .syntax = &syntax_name,
     .noun = "names of chat servers",
     .meaning = "which of chat_servers are to be active when this site serves, at most four (default all of them)"},
};
static const struct schema schema_site = {FIELDS(site_fields), FILLS(topology_site), .check = check_site};

static const struct field period_fields[] = {
    {.key = "backup_s", .kind = FIELD_NUMBER, NUMBER_AT(limits, backup_period_s, 1, PERIOD_MAX_S),
     .meaning = "how often LSBackup is meant to run"},
    {.key = "copy_s", .kind = FIELD_NUMBER, NUMBER_AT(limits, copy_period_s, 1, PERIOD_MAX_S),
     .meaning = "how often LSCopy is meant to run"},
    {.key = "restore_s", .kind = FIELD_NUMBER, NUMBER_AT(limits, restore_period_s, 1, PERIOD_MAX_S),
     .meaning = "how often LSRestore is meant to run"},
};
static const struct schema schema_periods = {FIELDS(period_fields), .bytes = sizeof(struct limits),
                                             .line_offset = NO_LINE};

static const struct field setting_fields[] = {
#define SETTING_TEXT(name, value, syntax_of_it, meaning_of_it)                                               \
    {.key = #name, .kind = FIELD_TEXT, AT(settings, name), .syntax = &(syntax_of_it),                        \
     .meaning = meaning_of_it " (default " value ")"},
#define SETTING_NUM(name, value, least, most, meaning_of_it)                                                 \
    {.key = #name, .kind = FIELD_NUMBER, NUMBER_AT(settings, name, least, most),                             \
     .meaning = meaning_of_it " (default " #value ")"},
#include "model/settings.def"
#undef SETTING_TEXT
#undef SETTING_NUM
};
static const struct schema schema_settings = {FIELDS(setting_fields), .bytes = sizeof(struct settings),
                                              .line_offset = NO_LINE};

/* Offsets count from the metric's own element of limits.warning. */
static const struct field limit_fields[] = {
    {.key = "warning", .kind = FIELD_RANGE, .offset = 0,
     .meaning = "range outside which the metric warns; \"\" for none"},
    {.key = "critical", .kind = FIELD_RANGE,
     .offset = offsetof(struct limits, critical) - offsetof(struct limits, warning),
     .meaning = "range outside which the metric is critical; \"\" for none"},
};
static const struct schema schema_limit = {FIELDS(limit_fields), .bytes = sizeof(struct range),
                                           .line_offset = NO_LINE};

static const struct field vantage_object_fields[] = {
    {.key = "object", .kind = FIELD_TEXT, .required = true, AT(topology_vantage_object, object),
     .syntax = &syntax_name, .meaning = "the SQL instance, chat server or front end that it tells of, by its name here"},
    {.key = "oid", .kind = FIELD_TEXT, .required = true, AT(topology_vantage_object, oid), .syntax = &syntax_oid,
     .meaning = "what to ask the device for"},
    {.key = "seen", .kind = FIELD_TEXT, .required = true, AT(topology_vantage_object, seen),
     .syntax = &syntax_text, .meaning = "its values while the object is there, commas between"},
    {.key = "not_seen", .kind = FIELD_TEXT, .required = true, AT(topology_vantage_object, not_seen),
     .syntax = &syntax_text, .meaning = "its values while the object is not there; any other is no vote"},
};
static const struct schema schema_vantage_object = {FIELDS(vantage_object_fields), FILLS(topology_vantage_object),
                                                    .check = check_vantage_object};

static const struct field vantage_fields[] = {
    {.key = "name", .kind = FIELD_TEXT, .required = true, AT(topology_vantage, name), .syntax = &syntax_name,
     .meaning = "how reports call it; unique in the pool"},
    {.key = "kind", .kind = FIELD_CHOICE, .required = true, AT(topology_vantage, kind),
     .choices = &vantage_kinds, .noun = "a kind of vantage point", .meaning = "how it is asked to look"},
    {.key = "host", .kind = FIELD_TEXT, AT(topology_vantage, host), .syntax = &syntax_host,
     .meaning = "DNS name of the host or device that looks; needed with kind: winrm or snmp, and only there"},
    {.key = "address", .kind = FIELD_TEXT, AT(topology_vantage, address), .syntax = &syntax_host,
     .meaning = "where to connect, if not to host; a certificate must still be for host"},
    {.key = "winrm", .kind = FIELD_OPTIONAL, AT(topology_vantage, winrm), .items = &schema_winrm,
     .noun = "a way to ask by WS-Management", .meaning = "with kind: winrm, how it is asked, instead of as the pool says"},
    {.key = "snmp", .kind = FIELD_OPTIONAL, AT(topology_vantage, snmp), .items = &schema_snmp,
     .noun = "a way to ask by SNMP", .meaning = "with kind: snmp, how it is asked, instead of as the pool says"},
    {.key = "command", .kind = FIELD_TEXT, AT(topology_vantage, command), .syntax = &syntax_command,
     .meaning = "program that looks; needed with kind: command, and only there"},
    {.key = "args", .kind = FIELD_TEXTS, LIST_AT(topology_vantage, args, arg_count), .syntax = &syntax_argument,
     .noun = "arguments", .meaning = "with kind: command, what the program is called with; no secrets"},
    {.key = "instance", .kind = FIELD_TEXT, AT(topology_vantage, instance), .syntax = &syntax_name,
     .meaning = "SQL instance of this pool whose opinion counts; needed with kind: sql, and only there"},
    {.key = "objects", .kind = FIELD_LIST, LIST_AT(topology_vantage, objects, object_count),
     .items = &schema_vantage_object, .noun = "objects",
     .meaning = "which SNMP object tells of what; needed with kind: snmp, and only there"},
    {.key = "reference", .kind = FIELD_TEXT, AT(topology_vantage, reference), .syntax = &syntax_endpoint,
     .meaning = "with kind: winrm or command, HOST:PORT beyond its own uplink that it must see for a \"not seen\" to count"},
    {.key = "failure_domain", .kind = FIELD_TEXT, .required = true, AT(topology_vantage, failure_domain),
     .syntax = &syntax_name,
     .meaning = "what fails together with it; two sightings count as two only from two domains"},
};
static const struct schema schema_vantage = {FIELDS(vantage_fields), FILLS(topology_vantage),
                                             .check = check_vantage};

static const struct field person_fields[] = {
    {.key = "name", .kind = FIELD_TEXT, .required = true, AT(topology_person, name), .syntax = &syntax_name,
     .meaning = "how plans and journal call who acts; unique in the pool"},
    {.key = "uid", .kind = FIELD_NUMBER, .required = true, NUMBER_AT(topology_person, uid, 0, (int64_t)UINT32_MAX - 1),
     .meaning = "user ID on the runner's host, by which whoever talks to the runner is known; unique in the pool"},
    {.key = "approves", .kind = FIELD_FLAG, AT(topology_person, approves),
     .meaning = "true: may approve plans and give words for fences and losses (default false)"},
};
static const struct schema schema_person = {FIELDS(person_fields), FILLS(topology_person)};

static const struct field acting_fields[] = {
    {.key = "credential", .kind = FIELD_CREDENTIAL, .required = true, AT(topology_acting, credential),
     .meaning = "which of `credentials` acts: a SQL login with sysadmin on every instance of the pool"},
    {.key = "winrm", .kind = FIELD_OPTIONAL, AT(topology_acting, winrm), .items = &schema_winrm,
     .noun = "a way to ask by WS-Management", .meaning = "how hosts are told to do something (default as they are asked)"},
    {.key = "log_folder", .kind = FIELD_TEXT, AT(topology_acting, log_folder), .syntax = &syntax_folder,
     .meaning = "where the standby puts log backups of its own once it serves, as it sees it; neither in the share nor in copy_folder"},
    {.key = "copy_folder", .kind = FIELD_TEXT, AT(topology_acting, copy_folder), .syntax = &syntax_folder,
     .meaning = "where LSCopy puts log backups on the secondary, for when log shipping no longer says it"},
    {.key = "folders", .kind = FIELD_TEXTS, LIST_AT(topology_acting, folders, folder_count), .syntax = &syntax_folder,
     .noun = "folders", .meaning = "further places to look for log backups, as the secondary sees them"},
    {.key = "mirror_share", .kind = FIELD_TEXT, AT(topology_acting, mirror_share), .syntax = &syntax_share,
     .meaning = "share for Install-CsMirrorDatabase, which the SQL Servers of a pair read and write; without it a site that takes over is not mirrored"},
    {.key = "store_task", .kind = FIELD_TEXT, AT(topology_acting, store_task), .syntax = &syntax_text,
     .meaning = "scheduled task on the management hosts that writes the management store (default none: in the remote shell)"},
    {.key = "fence_off", .kind = FIELD_TEXT, AT(topology_acting, fence_off), .syntax = &syntax_command,
     .meaning = "program that switches off the object whose name it is called with"},
    {.key = "fence_status", .kind = FIELD_TEXT, AT(topology_acting, fence_status), .syntax = &syntax_command,
     .meaning = "program that tells whether that object is off; needed with any automatic_*"},
    {.key = "notify", .kind = FIELD_TEXT, AT(topology_acting, notify), .syntax = &syntax_command,
     .meaning = "program that tells people what happens"},
    {.key = "before_commit", .kind = FIELD_TEXT, AT(topology_acting, before_commit), .syntax = &syntax_command,
     .meaning = "program that may still say no before a copy is made writable"},
    {.key = "runbooks", .kind = FIELD_TEXT, AT(topology_acting, runbooks), .syntax = &syntax_here,
     .meaning = "folder of scripts that go before the built-in ones; a plan with one is unproven and never automatic"},
    {.key = "people", .kind = FIELD_LIST, LIST_AT(topology_acting, people, person_count), .items = &schema_person,
     .noun = "people", .meaning = "who may act, and who may approve"},
    {.key = "automatic_mirror_switch", .kind = FIELD_FLAG, AT(topology_acting, automatic_mirror_switch),
     .meaning = "true: a switch to the mirror needs no approval (default false)"},
    {.key = "automatic_failover", .kind = FIELD_FLAG, AT(topology_acting, automatic_failover),
     .meaning = "true: a failover to the backup site needs no approval (default false); needs a vantage point in a third failure domain"},
    {.key = "automatic_fence", .kind = FIELD_FLAG, AT(topology_acting, automatic_fence),
     .meaning = "true: a copy that comes back after a failover is shut out without approval (default false)"},
    {.key = "loss_limit_s", .kind = FIELD_NUMBER, NUMBER_AT(topology_acting, loss_limit_s, 0, PERIOD_MAX_S),
     .meaning = "a failover that a monitoring system began may lose that much chat unasked (default none: each loss must be accepted)"},
    {.key = "approval_valid_s", .kind = FIELD_NUMBER, NUMBER_AT(topology_acting, approval_valid_s, 1, PERIOD_MAX_S),
     .meaning = "how long an approval counts (default 900)"},
    {.key = "fence_word_valid_s", .kind = FIELD_NUMBER, NUMBER_AT(topology_acting, fence_word_valid_s, 1, PERIOD_MAX_S),
     .meaning = "how long a person's word that an object is off counts (default 1800)"},
    {.key = "ship_every_min", .kind = FIELD_NUMBER, NUMBER_AT(topology_acting, ship_every_min, 1, 60),
     .meaning = "how often the jobs of log shipping that we set up run (default 15)"},
    {.key = "anti_flap_s", .kind = FIELD_NUMBER, NUMBER_AT(topology_acting, anti_flap_s, 0, PERIOD_MAX_S),
     .meaning = "how long after a failover no other is begun by a monitoring system (default 3600)"},
    {.key = "failback_after_s", .kind = FIELD_NUMBER, NUMBER_AT(topology_acting, failback_after_s, 0, PERIOD_MAX_S),
     .meaning = "how long a site that was failed over from must be seen well before eh_pchat_failback has the way back planned (default 900)"},
    {.key = "partner_timeout_s", .kind = FIELD_NUMBER, NUMBER_AT(topology_acting, partner_timeout_s, 1, PERIOD_MAX_S),
     .meaning = "the mirror's partner timeout; a witness gets that long and 30 s more to switch by itself (default 10)"},
    {.key = "write_proof_valid_s", .kind = FIELD_NUMBER, NUMBER_AT(topology_acting, write_proof_valid_s, 1, PROOF_MAX_S),
     .meaning = "how long `pchatctl doctor --act` having proven a way to write counts (default 604800)"},
};
static const struct schema schema_acting = {FIELDS(acting_fields), FILLS(topology_acting), .start = start_acting,
                                            .check = check_acting};

static const struct field drill_fields[] = {
    {.key = "instance", .kind = FIELD_TEXT, .required = true, AT(topology_drill, instance), .syntax = &syntax_name,
     .meaning = "SQL instance of this pool on which backups are restored for proof; neither the principal nor the mirror"},
    {.key = "full_backup", .kind = FIELD_TEXT, .required = true, AT(topology_drill, full_backup), .syntax = &syntax_files,
     .meaning = "where the site's full backups of the chat database are, as that instance sees them: a folder, of which *.bak counts, or a pattern of files; must be a share for --copy-only"},
    {.key = "folder", .kind = FIELD_TEXT, .required = true, AT(topology_drill, folder), .syntax = &syntax_local_folder,
     .meaning = "where the side database's files go, on a disk of that instance; for nothing else"},
};
static const struct schema schema_drill = {FIELDS(drill_fields), FILLS(topology_drill)};

static const struct field observer_fields[] = {
    {.key = "interval_s", .kind = FIELD_NUMBER, NUMBER_AT(topology_observer, interval_s, 1, INTERVAL_MAX_S),
     .meaning = "from the beginning of one pass to that of the next, a tenth more or less (default 60)"},
    {.key = "timeout_s", .kind = FIELD_NUMBER, NUMBER_AT(topology_observer, timeout_s, 1, PASS_MAX_S),
     .meaning = "what does not answer a pass within this is timed out; a process that hangs 2 s longer is killed (default 10)"},
};
static const struct schema schema_observer = {FIELDS(observer_fields), .bytes = sizeof(struct topology_observer),
                                              .line_offset = NO_LINE};

static const struct field pool_fields[] = {
    {.key = "include", .kind = FIELD_INCLUDE, .syntax = &syntax_path,
     .meaning = "file from which the pool takes the keys that do not stand here"},
    {.key = "fqdn", .kind = FIELD_TEXT, .required = true, AT(topology_pool, fqdn), .syntax = &syntax_fqdn,
     .meaning = "DNS name of the pool; unique"},
    {.key = "sites", .kind = FIELD_LIST, .required = true, LIST_AT(topology_pool, sites, site_count),
     .items = &schema_site, .noun = "sites",
     .meaning = "the primary site and, for disaster recovery, the backup site"},
    {.key = "share", .kind = FIELD_TEXT, AT(topology_pool, share), .syntax = &syntax_share,
     .meaning = "log-shipping share, as the backup jobs write to it"},
    {.key = "database", .kind = FIELD_TEXT, AT(topology_pool, database), .syntax = &syntax_database,
     .meaning = "chat database (default mgc)"},
    {.key = "periods", .kind = FIELD_MAPPING, .merges = true, AT(topology_pool, limits), .items = &schema_periods,
     .noun = "periods", .meaning = "how often the log-shipping jobs are meant to run, in seconds"},
    {.key = "limits", .kind = FIELD_LIMITS, .merges = true, AT(topology_pool, limits), .items = &schema_limit,
     .noun = "limits", .meaning = "thresholds by metric, over the built-in ones"},
    {.key = "settings", .kind = FIELD_MAPPING, .merges = true, AT(topology_pool, settings), .items = &schema_settings,
     .noun = "settings", .meaning = "what Microsoft's documentation leaves open, or this site decides"},
    {.key = "observer", .kind = FIELD_MAPPING, .merges = true, AT(topology_pool, observer), .items = &schema_observer,
     .noun = "how the observer looks", .meaning = "how often pchat-observer looks at the pool"},
    {.key = "winrm", .kind = FIELD_OPTIONAL, AT(topology_pool, winrm), .items = &schema_winrm,
     .noun = "a way to ask by WS-Management", .meaning = "how hosts are asked that do not say it themselves"},
    {.key = "snmp", .kind = FIELD_OPTIONAL, AT(topology_pool, snmp), .items = &schema_snmp,
     .noun = "a way to ask by SNMP", .meaning = "likewise, by SNMP, where WS-Management may not be used"},
    {.key = "host_ca", .kind = FIELD_PATH, AT(topology_pool, host_ca), .syntax = &syntax_path,
     .meaning = "certificates (PEM) that prove the SIP and web ports (default: those that this machine trusts)"},
    {.key = "client_certificate", .kind = FIELD_PATH, AT(topology_pool, client_certificate),
     .syntax = &syntax_path, .meaning = "certificate (PEM) to show to SIP ports that want mutual TLS"},
    {.key = "client_key", .kind = FIELD_PATH, AT(topology_pool, client_key), .syntax = &syntax_path,
     .meaning = "its key (PEM); needed with client_certificate"},
    {.key = "vantage_points", .kind = FIELD_LIST, LIST_AT(topology_pool, vantages, vantage_count),
     .items = &schema_vantage, .noun = "vantage points",
     .meaning = "other places from which the pool is looked at"},
    {.key = "acting", .kind = FIELD_OPTIONAL, .acting = true, AT(topology_pool, acting), .items = &schema_acting,
     .noun = "what acting needs", .meaning = "what whoever acts on the pool must know besides (default none: nobody acts)"},
    {.key = "drill", .kind = FIELD_OPTIONAL, AT(topology_pool, drill), .items = &schema_drill,
     .noun = "where to restore for proof", .meaning = "where `pchatctl drill` proves that the backups can be restored (default none)"},
};
static const struct schema schema_pool = {FIELDS(pool_fields), FILLS(topology_pool), .start = start_pool,
                                          .check = check_pool};

static const struct field credential_fields[] = {
    {.key = "sql_user", .kind = FIELD_TEXT, AT(topology_credential, sql_user), .syntax = &syntax_user,
     .meaning = "SQL login, or DOMAIN\\user for NTLM; with WS-Management an account of the host"},
    {.key = "password_file", .kind = FIELD_PATH, AT(topology_credential, password_file), .syntax = &syntax_path,
     .meaning = "file whose first line is the password; nobody else may read it"},
    {.key = "kerberos", .kind = FIELD_FLAG, AT(topology_credential, kerberos),
     .meaning = "true: log in with the process's Kerberos tickets; instead of the other two"},
    {.key = "community_file", .kind = FIELD_PATH, AT(topology_credential, community_file), .syntax = &syntax_path,
     .meaning = "SNMP 2c: file whose first line is the community; it travels in clear"},
    {.key = "snmp_user", .kind = FIELD_TEXT, AT(topology_credential, snmp_user), .syntax = &syntax_snmp_user,
     .meaning = "SNMP 3: user of the agent"},
    {.key = "auth", .kind = FIELD_CHOICE, AT(topology_credential, snmp_digest), .choices = &snmp_digests,
     .noun = "a digest", .meaning = "what snmp_user signs with: sha256 (the default) or sha"},
    {.key = "auth_file", .kind = FIELD_PATH, AT(topology_credential, auth_file), .syntax = &syntax_path,
     .meaning = "file whose first line is the passphrase for it, at least 8 characters"},
    {.key = "privacy", .kind = FIELD_CHOICE, AT(topology_credential, snmp_cipher), .choices = &snmp_ciphers,
     .noun = "a cipher", .meaning = "what snmp_user encrypts with: aes (the default) or none"},
    {.key = "privacy_file", .kind = FIELD_PATH, AT(topology_credential, privacy_file), .syntax = &syntax_path,
     .meaning = "file whose first line is the passphrase for it, at least 8 characters"},
};
static const struct schema schema_credential = {FIELDS(credential_fields), FILLS(topology_credential),
                                                .check = check_credential};

/* Credentials first: the pools refer to them. */
static const struct field topology_fields[] = {
    {.key = "include", .kind = FIELD_INCLUDE, .syntax = &syntax_path,
     .meaning = "file from which the keys are taken that do not stand here"},
    {.key = "credentials", .kind = FIELD_CREDENTIALS, .required = true,
     LIST_AT(topology, credentials, credential_count), .items = &schema_credential, .noun = "credentials",
     .meaning = "how to log in, by name"},
    {.key = "pools", .kind = FIELD_LIST, .required = true, LIST_AT(topology, pools, pool_count),
     .items = &schema_pool, .noun = "pools", .meaning = "Persistent Chat pools"},
};
const struct schema schema_topology = {FIELDS(topology_fields), .bytes = sizeof(struct topology),
                                       .line_offset = NO_LINE, .check = check_topology};
/* clang-format on */

const struct field *schema_field(const struct schema *schema, const char *key)
{
    for (size_t i = 0; i < schema->field_count; i++)
        if (strcmp(schema->fields[i].key, key) == 0)
            return &schema->fields[i];
    return NULL;
}
