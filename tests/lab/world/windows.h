/*
 * The Windows side of a host: services, event log, listening ports, certificates, and how WinRM and SIP
 * answer.
 *
 * Service tables: persistent-chat reference, "Windows services and processes"; Win32_Service (WMI) has the
 * words for state and start mode.  The wire rooms (winrm, powershell, sip, web) read the structs and change
 * services through the functions; what the faults set in sip, winrm, web and certificates is theirs to act
 * out.
 */
#ifndef PCHAT_LAB_WORLD_WINDOWS_H
#define PCHAT_LAB_WORLD_WINDOWS_H

#include "lab/world/kinds.h"
#include "lab/world/windows_tasks.h"

struct world;
struct host;

/* Win32_Service.State */
enum service_state {
    SERVICE_STOPPED,
    SERVICE_START_PENDING,
    SERVICE_STOP_PENDING,
    SERVICE_RUNNING,
    SERVICE_PAUSED
};
const char *service_state_name(enum service_state state); /* "Running", "Start Pending" ... */

/* Win32_Service.StartMode */
enum service_start_mode { START_AUTO, START_MANUAL, START_DISABLED };
const char *service_start_mode_name(enum service_start_mode mode); /* "Auto", "Manual", "Disabled" */

/* What a service is for, whatever it is called here. */
enum service_kind {
    SERVICE_CHAT,       /* ChannelService.exe */
    SERVICE_COMPLIANCE, /* ComplianceService.exe */
    SERVICE_REPLICA,
    SERVICE_CLS_AGENT,
    SERVICE_RTCLOCAL,
    SERVICE_MSMQ,
    SERVICE_FRONT_END,
    SERVICE_FABRIC,
    SERVICE_WEB,
    SERVICE_MASTER,
    SERVICE_FTA,
    SERVICE_SQL,
    SERVICE_SQL_AGENT,
    SERVICE_WINRM
};

struct windows_service {
    enum service_kind kind;
    char name[64], display_name[128],
        path_name[WORLD_PATH_BYTES]; /* path_name: with quotes, as PathName has it */
    char start_name[64];             /* the account */
    const char *role_name;           /* Get-CsWindowsService RoleName; NULL = not a service of the product */
    enum service_state state;
    enum service_start_mode start_mode;
    int process_id;         /* 0 unless a process exists */
    int exit_code;          /* Win32_Service.ExitCode; 1077 = no attempt to start since boot */
    bool hung;              /* fault: Running, but it does nothing, and never ends when told to stop */
    bool held;              /* fault: stopped, and every attempt to start it fails */
    int64_t changes_utc_ms; /* when a pending state ends */
};

/* One row of Win32_NTLogEvent. */
struct windows_event {
    int64_t record_number;
    const char *logfile;     /* "Lync Server", "Application", "System" */
    const char *source_name; /* "LS Persistent Chat Server": unconfirmed */
    const char *type;        /* "Error", "Warning", "Information" */
    int event_code;
    int64_t time_generated; /* [U] of the host */
    char message[256];
};

/* How SIP over TLS (5041, 5061) answers OPTIONS. */
enum sip_manner { SIP_ANSWERS, SIP_GARBAGE, SIP_SILENT, SIP_HALF_CLOSED, SIP_CLOSES };
struct sip_policy {
    enum sip_manner manner;
    int code;        /* status of the answer, 200 by default */
    int64_t slow_ms; /* how long it thinks first */
};

/* How WS-Management on 5986 answers. */
enum winrm_manner {
    WINRM_ANSWERS,
    WINRM_UNAUTHORIZED,  /* 401 whatever the credentials */
    WINRM_NO_BODY,       /* 500 without SOAP, as when encryption is demanded */
    WINRM_ACCESS_DENIED, /* fault, code 5 */
    WINRM_QUOTA,         /* fault w:QuotaLimit on Create */
    WINRM_LOST_SHELL,    /* Create and Command succeed, then 2150858843 */
    WINRM_UNAVAILABLE,   /* 503: the service is stopped behind HTTP.sys */
    WINRM_HUNG           /* accepts, never answers */
};
struct winrm_policy {
    enum winrm_manner manner;
    int64_t slow_ms;            /* each answer is that late */
    int64_t module_import_ms;   /* Import-Module of the product takes that long; 0 = at once */
    bool may_hop;               /* remote shells carry the caller's credentials on (delegation) */
    bool cut_in_character;      /* streams are cut inside UTF-8 characters */
    bool has_exit_code;         /* commands end with exit_code, whatever they did */
    int exit_code;              /* negative ones exist: 0xC0000142 as an int */
    int64_t cmdlet_slow_ms;     /* cmdlets that change something take effect so much later; 0 = at once */
    char cmdlet_slow[64];       /* ... only this one; "" = each */
    bool cmdlet_outlives_shell; /* ... even when its shell is deleted */
    bool strict_bindings;       /* CbtHardeningLevel Strict: no Negotiate without channel bindings */
};

/* How a web component of the pool answers on a front end's web sites. */
enum web_manner { WEB_ANSWERS, WEB_HUNG, WEB_GARBAGE, WEB_CLOSES };
enum web_site { WEB_INTERNAL, WEB_EXTERNAL, WEB_SITES };             /* ports 443 and 4443 */
enum web_part { WEB_ROOM_MANAGEMENT, WEB_FILE_TRANSFER, WEB_PARTS }; /* RM/, MGCWebService.asmx */
struct web_policy {
    enum web_manner manner;
    int code;        /* status of the answer; 0: what a healthy one gives */
    int64_t slow_ms; /* how long it thinks first */
};

/* How often a cmdlet that changes something was run. */
struct cmdlet_count {
    char name[64];
    int64_t count;
};

enum certificate_use { CERTIFICATE_SIP, CERTIFICATE_WEB, CERTIFICATE_WINRM, CERTIFICATE_USES };
struct windows_certificate {
    bool expired, wrong_name, untrusted;
    int expires_in_days; /* when not expired; 365 by default */
};

bool windows_certificate_equal(const struct windows_certificate *a, const struct windows_certificate *b);

/* What a client sees of a TCP port. */
enum port_state { PORT_CLOSED, PORT_OPEN, PORT_FILTERED };
enum {
    PORT_SIP_CHAT = 5041,
    PORT_SIP = 5061,
    PORT_WCF = 8011,
    PORT_HTTPS = 443,
    PORT_HTTPS_EXTERNAL = 4443,
    PORT_WINRM = 5986,
    PORT_SMB = 445
};
enum { WINDOWS_PORT_FAULTS_MAX = 4 };

struct windows {
    bool installed; /* false: "monitor", which is no Windows host */
    LIST(struct windows_service) services;
    LIST(struct windows_event) events;
    int64_t next_record_number;
    int next_process_id;
    int64_t boot_utc_ms; /* Win32_OperatingSystem.LastBootUpTime */
    struct sip_policy sip;
    struct winrm_policy winrm;
    struct web_policy web[WEB_SITES][WEB_PARTS];
    struct windows_certificate certificates[CERTIFICATE_USES];
    struct {
        int port;
        enum port_state state;
    } port_faults[WINDOWS_PORT_FAULTS_MAX];
    size_t port_fault_count;
    struct windows_tasks tasks;
    LIST(struct cmdlet_count) changes;
};

/* By name in any case, or by what it is for; NULL = none on this host. */
struct windows_service *windows_service(struct host *host, const char *name);
struct windows_service *windows_service_for(struct host *host, enum service_kind kind);
bool windows_runs(const struct host *host, enum service_kind kind); /* the host is up and it does its work */
/* "ChannelService.exe" of its path. */
const char *windows_executable(const struct windows_service *service, char *out, size_t out_bytes);

/*
 * Start and stop as the service controller: 0, or the Win32 error: 1053 no answer in time (hung), 1056
 * already runs, 1058 disabled, 1060 no such service, 1062 not started, 1067 ended at once (held).  Pending
 * states last some seconds of virtual time.
 */
int windows_start(struct world *world, struct host *host, const char *name);
int windows_stop(struct world *world, struct host *host, const char *name);
int windows_set_start_mode(struct host *host, const char *name, enum service_start_mode mode);

/* What a client on `from` sees when it connects to that port; a host that is down or cut off is
 * PORT_FILTERED. */
enum port_state windows_port(const struct world *world, const struct host *from, const struct host *host,
                             int port);

/* A cmdlet that changes something was run there. */
void windows_count_change(struct host *host, const char *cmdlet);

void windows_log(struct world *world, struct host *host, const char *logfile, const char *source,
                 const char *type, int code, const char *message);

/* The rest is for the world itself. */
void windows_install(struct world *world, struct host *host);
void windows_boot(struct world *world, struct host *host);
void windows_power_off(struct host *host);
void windows_tick(struct world *world, struct host *host);
/* instance_start and instance_stop: the SQL services follow. */
void windows_follow_instances(struct world *world);
void windows_done(struct windows *windows);

#endif
