/* Services, ports, certificates, and how a host answers SIP, WS-Management and browsers. */
#include "lab/world/fault.h"

#include <string.h>

/* --- services --- */

static const char *service_param(const struct fault_call *call)
{
    return fault_param(call, "service", call->world->config.chat.chat_service_name);
}

static struct windows_service *service_of(const struct fault_call *call)
{
    struct windows_service *service = windows_service(call->host, service_param(call));

    if (!service)
        err_set(call->err, ERR_INPUT, "%s has no service \"%s\"", call->host->name, service_param(call));
    return service;
}

/* One fault per service of a host: the record keeps its name. */
static struct windows_service *saved_service(const struct fault_call *call)
{
    return windows_service(call->host, call->record->text);
}

static void save_service(struct fault_call *call, const struct windows_service *service)
{
    memcpy(call->record->text, service->name, sizeof service->name);
    call->record->saved[0] = (int64_t)service->start_mode;
}

static void end_at_once(struct world *world, struct host *host, struct windows_service *service)
{
    windows_stop(world, host, service->name);
    service->changes_utc_ms = world->now_utc_ms;
    windows_tick(world, host);
}

static int set_service_stopped(struct fault_call *call)
{
    static const char *const hows[] = {"stopped", "disabled", "failing", "hung", NULL};
    enum { STOPPED, DISABLED, FAILING, HUNG };
    enum { PROCESS_ABORTED = 1067 };
    struct windows_service *service = service_of(call);
    int how;

    if (!service || fault_word(call, "how", hows, &how) != 0)
        return -1;
    save_service(call, service);
    if (how == HUNG) {
        service->hung = true;
        if (service->kind == SERVICE_CHAT)
            chat_leave(call->world, call->host);
        return 0;
    }
    end_at_once(call->world, call->host, service);
    if (how == DISABLED)
        service->start_mode = START_DISABLED;
    service->held = how == FAILING;
    service->exit_code = how == FAILING ? PROCESS_ABORTED : 0;
    return 0;
}

static void clear_service_stopped(struct fault_call *call)
{
    struct windows_service *service = saved_service(call);

    service->hung = service->held = false;
    service->start_mode = (enum service_start_mode)call->record->saved[0];
    if (!call->host->down)
        windows_start(call->world, call->host, service->name);
}

static int set_next_hop_down(struct fault_call *call)
{
    struct host *hop = &call->world->hosts[call->world->chat.next_hop];
    struct windows_service *service = windows_service_for(hop, SERVICE_FRONT_END);

    call->record->saved[0] = hop->index;
    end_at_once(call->world, hop, service);
    service->held = true;
    return 0;
}

static void clear_next_hop_down(struct fault_call *call)
{
    struct host *hop = &call->world->hosts[call->record->saved[0]];
    struct windows_service *service = windows_service_for(hop, SERVICE_FRONT_END);

    service->held = false;
    if (!hop->down)
        windows_start(call->world, hop, service->name);
}

/* --- ports --- */

static int set_port(struct fault_call *call)
{
    static const char *const hows[] = {"closed", "filtered", "open", NULL};
    static const enum port_state states[] = {PORT_CLOSED, PORT_FILTERED, PORT_OPEN};
    struct windows *windows = &call->host->windows;
    int64_t port;
    int how;

    if (fault_number(call, "port", PORT_SIP_CHAT, &port) != 0 || fault_word(call, "how", hows, &how) != 0)
        return -1;
    if (windows->port_fault_count == WINDOWS_PORT_FAULTS_MAX)
        return err_set(call->err, ERR_INPUT, "%s has too many such faults", call->target);
    windows->port_faults[windows->port_fault_count].port = (int)port;
    windows->port_faults[windows->port_fault_count++].state = states[how];
    return 0;
}

static void clear_port(struct fault_call *call)
{
    call->host->windows.port_fault_count = 0;
}

/* --- SIP and WS-Management --- */

static int set_sip(struct fault_call *call)
{
    static const char *const hows[] = {"answer", "garbage", "silent", "half_closed", "closed", NULL};
    struct sip_policy *sip = &call->host->windows.sip;
    int64_t code, slow_ms;
    int how;

    if (fault_word(call, "how", hows, &how) != 0 || fault_number(call, "code", 200, &code) != 0 ||
        fault_number(call, "ms", 0, &slow_ms) != 0)
        return -1;
    if (code < 200 || code > 699)
        return err_set(call->err, ERR_INPUT, "code=%d: no final status of SIP", (int)code);
    *sip = (struct sip_policy){(enum sip_manner)how, (int)code, slow_ms};
    return 0;
}

static void clear_sip(struct fault_call *call)
{
    call->host->windows.sip = (struct sip_policy){.code = 200};
}

static int set_winrm(struct fault_call *call)
{
    static const char *const hows[] = {"answer",        "unauthorized", "no_body",
                                       "access_denied", "quota",        "lost_shell",
                                       "unavailable",   "hung",         NULL};
    struct winrm_policy *winrm = &call->host->windows.winrm;
    static const char *const no_yes[] = {"no", "yes", NULL};
    static const char *const bindings[] = {"relaxed", "strict", NULL};
    int64_t exit_code;
    int how, cut, hop, cbt;

    if (fault_word(call, "how", hows, &how) != 0 || fault_word(call, "cut", no_yes, &cut) != 0 ||
        fault_word(call, "hop", no_yes, &hop) != 0 || fault_word(call, "cbt", bindings, &cbt) != 0 ||
        fault_number(call, "ms", 0, &winrm->slow_ms) != 0 ||
        fault_number(call, "import_ms", 0, &winrm->module_import_ms) != 0 ||
        fault_number(call, "exit_code", 0, &exit_code) != 0)
        return -1;
    winrm->manner = (enum winrm_manner)how;
    winrm->cut_in_character = cut != 0;
    winrm->may_hop = hop != 0;
    winrm->has_exit_code = fault_param(call, "exit_code", NULL) != NULL;
    winrm->exit_code = (int)exit_code;
    winrm->strict_bindings = cbt != 0;
    return 0;
}

static void clear_winrm(struct fault_call *call)
{
    call->host->windows.winrm = (struct winrm_policy){0};
}

/* --- web sites --- */

/* The word means all of them, or one: a range of indexes. */
struct span {
    size_t from, to;
};

static struct span span_of(int word, size_t count)
{
    return word == 0 ? (struct span){0, count} : (struct span){(size_t)word - 1, (size_t)word};
}

static void set_policies(struct windows *windows, struct span sites, struct span parts,
                         const struct web_policy *policy)
{
    for (size_t site = sites.from; site < sites.to; site++)
        for (size_t part = parts.from; part < parts.to; part++)
            windows->web[site][part] = *policy;
}

static int set_web(struct fault_call *call)
{
    static const char *const hows[] = {"answer", "hung", "garbage", "closed", NULL};
    static const char *const sites[] = {"both", "internal", "external", NULL};
    static const char *const paths[] = {"both", "rm", "files", NULL};
    int64_t code, slow_ms;
    int how, site, path;

    if (fault_word(call, "how", hows, &how) != 0 || fault_word(call, "site", sites, &site) != 0 ||
        fault_word(call, "path", paths, &path) != 0 || fault_number(call, "code", 0, &code) != 0 ||
        fault_number(call, "ms", 0, &slow_ms) != 0)
        return -1;
    if (!windows_service_for(call->host, SERVICE_WEB))
        return err_set(call->err, ERR_INPUT, "%s has no web site", call->target);
    if (code != 0 && (code < 200 || code > 599))
        return err_set(call->err, ERR_INPUT, "code=%d: no final status of HTTP", (int)code);
    const struct web_policy policy = {(enum web_manner)how, (int)code, slow_ms};
    set_policies(&call->host->windows, span_of(site, WEB_SITES), span_of(path, WEB_PARTS), &policy);
    return 0;
}

static void clear_web(struct fault_call *call)
{
    const struct web_policy well = {0};

    set_policies(&call->host->windows, span_of(0, WEB_SITES), span_of(0, WEB_PARTS), &well);
}

/* --- scheduled tasks --- */

static int set_task(struct fault_call *call)
{
    static const char *const hows[] = {"missing", "denied", "stuck", NULL};
    static const enum task_manner manners[] = {TASK_MISSING, TASK_DENIED, TASK_STUCK};
    struct windows_task *task = windows_task(call->host, fault_param(call, "task", "pchat-store"));
    int how;

    if (!task)
        return err_set(call->err, ERR_INPUT, "%s has no such task", call->target);
    if (fault_word(call, "how", hows, &how) != 0)
        return -1;
    task->manner = manners[how];
    return 0;
}

static void clear_task(struct fault_call *call)
{
    for (size_t i = 0; i < call->host->windows.tasks.tasks.count; i++)
        call->host->windows.tasks.tasks.rows[i].manner = TASK_RUNS;
}

/* --- cmdlets --- */

static int set_cmdlet_slow(struct fault_call *call)
{
    static const char *const hows[] = {"connection", "shell", NULL};
    struct winrm_policy *policy = &call->host->windows.winrm;
    int64_t seconds;
    int how;

    if (fault_number(call, "seconds", 30, &seconds) != 0 || fault_word(call, "outlives", hows, &how) != 0)
        return -1;
    policy->cmdlet_slow_ms = seconds * 1000;
    policy->cmdlet_outlives_shell = how == 1;
    snprintf(policy->cmdlet_slow, sizeof policy->cmdlet_slow, "%s", fault_param(call, "cmdlet", ""));
    return 0;
}

static void clear_cmdlet_slow(struct fault_call *call)
{
    call->host->windows.winrm.cmdlet_slow_ms = 0;
}

/* --- certificates --- */

static int set_certificate(struct fault_call *call)
{
    static const char *const uses[] = {"sip", "web", "winrm", NULL};
    static const char *const hows[] = {"expired", "wrong_name", "untrusted", "expiring", NULL};
    enum { EXPIRED, WRONG_NAME, UNTRUSTED, EXPIRING };
    struct windows_certificate *certificate;
    int64_t days;
    int use, how;

    if (fault_word(call, "use", uses, &use) != 0 || fault_word(call, "how", hows, &how) != 0 ||
        fault_number(call, "days", 10, &days) != 0)
        return -1;
    call->record->saved[0] = use;
    certificate = &call->host->windows.certificates[use];
    certificate->expired = how == EXPIRED;
    certificate->wrong_name = how == WRONG_NAME;
    certificate->untrusted = how == UNTRUSTED;
    certificate->expires_in_days = how == EXPIRING ? (int)days : certificate->expires_in_days;
    return 0;
}

static void clear_certificate(struct fault_call *call)
{
    call->host->windows.certificates[call->record->saved[0]] =
        (struct windows_certificate){.expires_in_days = 365};
}

static const struct fault rows[] = {
    {{"service", TARGET_HOST, "pc1", "service=NAME how=stopped|disabled|failing|hung",
      "a Windows service does not do its work; the chat service by default"},
     set_service_stopped,
     clear_service_stopped},
    {{"next_hop_down", TARGET_NONE, NULL, "", "the front end service of the pool's next hop does not run"},
     set_next_hop_down,
     clear_next_hop_down},
    {{"port", TARGET_HOST, "pc1", "port=5041 how=closed|filtered|open",
      "a port does not do what its service does"},
     set_port,
     clear_port},
    {{"sip", TARGET_HOST, "pc1", "code=200 how=answer|garbage|silent|half_closed|closed ms=0",
      "how the host answers SIP OPTIONS"},
     set_sip,
     clear_sip},
    {{"winrm", TARGET_HOST, "pc1",
      "how=answer|unauthorized|no_body|access_denied|quota|lost_shell|unavailable|hung ms=0 import_ms=0 "
      "cut=no|yes "
      "hop=no|yes exit_code=0 cbt=relaxed|strict",
      "how the host answers WS-Management"},
     set_winrm,
     clear_winrm},
    {{"web", TARGET_HOST, "fe-dub1",
      "code=503 how=answer|hung|garbage|closed path=both|rm|files site=both|internal|external ms=0",
      "how the chat pages of a front end's web sites answer"},
     set_web,
     clear_web},
    {{"task", TARGET_HOST, "fe-red1", "task=pchat-store how=missing|denied|stuck",
      "a scheduled task of the host does not do its work"},
     set_task,
     clear_task},
    {{"cmdlet_slow", TARGET_HOST, "fe-red1", "seconds=30 cmdlet=NAME outlives=connection|shell",
      "cmdlets that change something take effect so much later, whoever still waits for them"},
     set_cmdlet_slow,
     clear_cmdlet_slow},
    {{"certificate", TARGET_HOST, "pc1",
      "use=sip|web|winrm how=expired|wrong_name|untrusted|expiring days=10",
      "a certificate of the host is bad"},
     set_certificate,
     clear_certificate},
};

const struct fault_table fault_table_windows = {rows, COUNT(rows)};
