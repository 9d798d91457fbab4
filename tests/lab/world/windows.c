#include "lab/world/windows.h"

#include "lab/world/mirroring.h"
#include "lab/world/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Errors of the service controller ("System Error Codes (1000-1299)"). */
enum {
    SERVICE_REQUEST_TIMEOUT = 1053,
    SERVICE_ALREADY_RUNNING = 1056,
    SERVICE_DISABLED = 1058,
    SERVICE_DOES_NOT_EXIST = 1060,
    SERVICE_NOT_ACTIVE = 1062,
    PROCESS_ABORTED = 1067,
    SERVICE_NEVER_STARTED = 1077
};
enum { START_TAKES_MS = 5000, CHAT_START_TAKES_MS = 20000, STOP_TAKES_MS = 3000 };

const char *service_state_name(enum service_state state)
{
    static const char *const names[] = {
        [SERVICE_STOPPED] = "Stopped",
        [SERVICE_START_PENDING] = "Start Pending",
        [SERVICE_STOP_PENDING] = "Stop Pending",
        [SERVICE_RUNNING] = "Running",
        [SERVICE_PAUSED] = "Paused",
    };
    return names[state];
}

const char *service_start_mode_name(enum service_start_mode mode)
{
    static const char *const names[] = {
        [START_AUTO] = "Auto", [START_MANUAL] = "Manual", [START_DISABLED] = "Disabled"};

    return names[mode];
}

/* --- finding --- */

struct windows_service *windows_service(struct host *host, const char *name)
{
    for (size_t i = 0; i < host->windows.services.count; i++)
        if (strcasecmp(host->windows.services.rows[i].name, name) == 0)
            return &host->windows.services.rows[i];
    return NULL;
}

static const struct windows_service *service_for(const struct host *host, enum service_kind kind)
{
    for (size_t i = 0; i < host->windows.services.count; i++)
        if (host->windows.services.rows[i].kind == kind)
            return &host->windows.services.rows[i];
    return NULL;
}

struct windows_service *windows_service_for(struct host *host, enum service_kind kind)
{
    const struct windows_service *service = service_for(host, kind);

    return service ? &host->windows.services.rows[service - host->windows.services.rows] : NULL;
}

bool windows_runs(const struct host *host, enum service_kind kind)
{
    const struct windows_service *service = service_for(host, kind);

    return service && !host->down && service->state == SERVICE_RUNNING && !service->hung;
}

const char *windows_executable(const struct windows_service *service, char *out, size_t out_bytes)
{
    const char *slash = strrchr(service->path_name, '\\'), *begin = slash ? slash + 1 : service->path_name;

    snprintf(out, out_bytes, "%.*s", (int)strcspn(begin, "\" "), begin);
    return out;
}

/* --- starting and stopping --- */

static void enter(struct host *host, struct windows_service *service, enum service_state state)
{
    service->state = state;
    if (state == SERVICE_RUNNING || state == SERVICE_START_PENDING)
        service->process_id =
            service->process_id ? service->process_id : (host->windows.next_process_id += 4);
    else if (state == SERVICE_STOPPED)
        service->process_id = 0;
    service->exit_code = state == SERVICE_STOPPED ? service->exit_code : 0;
}

static struct instance *instance_on(struct world *world, const struct host *host)
{
    for (size_t i = 0; i < world->instance_count; i++)
        if (world_host_of(world, &world->instances[i]) == host)
            return &world->instances[i];
    return NULL;
}

/* SQL Server's services are the world's own; true = it was one of them. */
static bool switch_sql(struct world *world, struct host *host, enum service_kind kind, bool on)
{
    struct instance *instance = instance_on(world, host);

    if (!instance || (kind != SERVICE_SQL && kind != SERVICE_SQL_AGENT))
        return false;
    if (kind == SERVICE_SQL)
        on ? instance_start(world, instance) : instance_stop(world, instance);
    else
        on ? agent_start(world, instance) : agent_stop(world, instance);
    windows_follow_instances(world);
    return true;
}

int windows_start(struct world *world, struct host *host, const char *name)
{
    struct windows_service *service = windows_service(host, name);

    if (!service)
        return SERVICE_DOES_NOT_EXIST;
    if (service->state == SERVICE_RUNNING || service->state == SERVICE_START_PENDING)
        return SERVICE_ALREADY_RUNNING;
    if (service->start_mode == START_DISABLED)
        return SERVICE_DISABLED;
    if (service->held) {
        service->exit_code = PROCESS_ABORTED;
        return PROCESS_ABORTED;
    }
    if (switch_sql(world, host, service->kind, true))
        return 0;
    enter(host, service, SERVICE_START_PENDING);
    service->changes_utc_ms =
        world->now_utc_ms + (service->kind == SERVICE_CHAT ? CHAT_START_TAKES_MS : START_TAKES_MS);
    return 0;
}

int windows_stop(struct world *world, struct host *host, const char *name)
{
    struct windows_service *service = windows_service(host, name);

    if (!service)
        return SERVICE_DOES_NOT_EXIST;
    if (service->state == SERVICE_STOPPED)
        return SERVICE_NOT_ACTIVE;
    if (service->hung)
        return SERVICE_REQUEST_TIMEOUT;
    service->exit_code = 0;
    if (switch_sql(world, host, service->kind, false))
        return 0;
    enter(host, service, SERVICE_STOP_PENDING);
    service->changes_utc_ms = world->now_utc_ms + STOP_TAKES_MS;
    if (service->kind == SERVICE_CHAT)
        chat_leave(world, host);
    return 0;
}

int windows_set_start_mode(struct host *host, const char *name, enum service_start_mode mode)
{
    struct windows_service *service = windows_service(host, name);

    if (!service)
        return SERVICE_DOES_NOT_EXIST;
    service->start_mode = mode;
    return 0;
}

/* --- power and time --- */

void windows_boot(struct world *world, struct host *host)
{
    host->windows.boot_utc_ms = world->now_utc_ms;
    for (size_t i = 0; i < host->windows.services.count; i++) {
        struct windows_service *service = &host->windows.services.rows[i];
        if (service->start_mode == START_AUTO && service->kind != SERVICE_SQL &&
            service->kind != SERVICE_SQL_AGENT)
            windows_start(world, host, service->name);
    }
    windows_follow_instances(world);
}

void windows_power_off(struct host *host)
{
    for (size_t i = 0; i < host->windows.services.count; i++) {
        enter(host, &host->windows.services.rows[i], SERVICE_STOPPED);
        host->windows.services.rows[i].exit_code = SERVICE_NEVER_STARTED;
    }
}

void windows_tick(struct world *world, struct host *host)
{
    for (size_t i = 0; i < host->windows.services.count; i++) {
        struct windows_service *service = &host->windows.services.rows[i];
        if (host->down || world->now_utc_ms < service->changes_utc_ms)
            continue;
        if (service->state == SERVICE_START_PENDING)
            enter(host, service, SERVICE_RUNNING);
        else if (service->state == SERVICE_STOP_PENDING)
            enter(host, service, SERVICE_STOPPED);
    }
}

static void follow(struct host *host, enum service_kind kind, bool runs)
{
    struct windows_service *service = windows_service_for(host, kind);

    if (service && (service->state == SERVICE_RUNNING) != runs)
        enter(host, service, runs ? SERVICE_RUNNING : SERVICE_STOPPED);
}

void windows_follow_instances(struct world *world)
{
    for (size_t i = 0; i < world->instance_count; i++) {
        const struct instance *instance = &world->instances[i];
        follow(world_host_of(world, instance), SERVICE_SQL, !instance->down);
        follow(world_host_of(world, instance), SERVICE_SQL_AGENT, !instance->down && instance->agent.running);
    }
}

/* --- ports --- */

static const struct {
    int port;
    enum service_kind kind;
} listeners[] = {
    {PORT_SIP_CHAT, SERVICE_CHAT}, {PORT_WCF, SERVICE_CHAT},           {PORT_SIP, SERVICE_FRONT_END},
    {PORT_HTTPS, SERVICE_WEB},     {PORT_HTTPS_EXTERNAL, SERVICE_WEB},
};

/* A server that offers none of its shares any more does not answer at all (OS error 53, not 67). */
static bool serves_files(const struct host *host)
{
    size_t withdrawn = 0;

    for (size_t i = 0; i < host->share_count; i++)
        withdrawn += !host->shares[i].offered;
    return host->windows.installed && (withdrawn == 0 || withdrawn < host->share_count);
}

/* A hung service keeps its port open: the kernel accepts for it. */
static bool listens(const struct world *world, const struct host *host, int port)
{
    if (port == PORT_SIP_CHAT && world->config.chat.idle_ports_closed && !chat_is_active(host))
        return false;
    for (size_t i = 0; i < COUNT(listeners); i++) {
        const struct windows_service *service = service_for(host, listeners[i].kind);
        if (listeners[i].port == port && service)
            return service->state == SERVICE_RUNNING;
    }
    return port == PORT_SMB ? serves_files(host) : host->windows.installed && port == PORT_WINRM;
}

enum port_state windows_port(const struct world *world, const struct host *from, const struct host *host,
                             int port)
{
    if (!world_connects(world, from, host))
        return PORT_FILTERED;
    for (size_t i = 0; i < host->windows.port_fault_count; i++)
        if (host->windows.port_faults[i].port == port)
            return host->windows.port_faults[i].state;
    return listens(world, host, port) ? PORT_OPEN : PORT_CLOSED;
}

/* --- certificates --- */

bool windows_certificate_equal(const struct windows_certificate *a, const struct windows_certificate *b)
{
    return a->expired == b->expired && a->wrong_name == b->wrong_name && a->untrusted == b->untrusted &&
           a->expires_in_days == b->expires_in_days;
}

/* --- event log --- */

void windows_log(struct world *world, struct host *host, const char *logfile, const char *source,
                 const char *type, int code, const char *message)
{
    struct windows_event *event = LIST_ADD(&host->windows.events);

    *event = (struct windows_event){
        .record_number = ++host->windows.next_record_number,
        .logfile = logfile,
        .source_name = source,
        .type = type,
        .event_code = code,
        .time_generated = host_utc_ms(host, world->now_utc_ms),
    };
    snprintf(event->message, sizeof event->message, "%s", message);
}

void windows_count_change(struct host *host, const char *cmdlet)
{
    struct cmdlet_count *own;

    for (size_t i = 0; i < host->windows.changes.count; i++)
        if (strcasecmp(host->windows.changes.rows[i].name, cmdlet) == 0) {
            host->windows.changes.rows[i].count++;
            return;
        }
    own = LIST_ADD(&host->windows.changes);
    own->count = 1;
    snprintf(own->name, sizeof own->name, "%s", cmdlet);
}

void windows_done(struct windows *windows)
{
    free(windows->changes.rows);
    free(windows->services.rows);
    free(windows->events.rows);
    windows_tasks_done(&windows->tasks);
}
