/*
 * Do the Windows services of a host run, and do they work?  What runs may hang: the ping in the database and
 * the event log tell.
 */
#include "assess/service.h"
#include "assess/sight.h"
#include "assess/windows_service.h"
#include "assess/words.h"

#include <string.h>

#define SETTING(name) offsetof(struct settings, name)
#define NO_SETTING    ((size_t)-1)

/* Which services a kind of host needs: by name, or where that is not known for sure, or not seen, by what the
 * settings say. */
static const struct service_need {
    enum host_kind kind;
    const char *name;
    size_t executable, display_name; /* offsets in struct settings */
    bool optional;                   /* it may not be installed */
    enum severity severity;          /* of its absence: chat goes on without some of them */
} service_needs[] = {
    {HOST_CHAT_SERVER, NULL, SETTING(chat_executable), SETTING(chat_display_name), false, SEVERITY_CRITICAL},
    {HOST_CHAT_SERVER, NULL, SETTING(compliance_executable), SETTING(compliance_display_name), true,
     SEVERITY_WARNING},
    {HOST_CHAT_SERVER, "REPLICA", NO_SETTING, NO_SETTING, true, SEVERITY_WARNING},
    {HOST_FRONT_END, "RTCSRV", SETTING(front_end_executable), SETTING(front_end_display_name), true,
     SEVERITY_CRITICAL},
    {HOST_FRONT_END, "W3SVC", NO_SETTING, NO_SETTING, true, SEVERITY_WARNING},
    {HOST_FRONT_END, "FabricHostSvc", NO_SETTING, NO_SETTING, true, SEVERITY_CRITICAL},
    {HOST_FRONT_END, "REPLICA", NO_SETTING, NO_SETTING, true, SEVERITY_WARNING},
};

static const char *setting(const struct subject *subject, size_t offset)
{
    const char *text;

    if (offset == NO_SETTING)
        return NULL;
    memcpy(&text, (const char *)&subject->pool->snapshot->settings + offset, sizeof(text));
    return text;
}

static const char *needed_name(const struct subject *subject, const struct service_need *need)
{
    const char *executable = setting(subject, need->executable);

    return need->name ? need->name : executable ? executable : "";
}

static bool is_needed(const struct subject *subject, const struct service_need *need,
                      const struct service_fact *service)
{
    if (need->name && service->name)
        return words_equal(service->name, need->name);
    return service_is(service, setting(subject, need->executable), setting(subject, need->display_name));
}

static const struct service_fact *find_service(const struct subject *subject, const struct service_need *need)
{
    for (size_t i = 0; i < subject->host->service.count; i++)
        if (is_needed(subject, need, &subject->host->service.rows[i]))
            return &subject->host->service.rows[i];
    return NULL;
}

static void find_stopped(const struct subject *subject, const struct service_need *need, const char *message)
{
    struct finding *finding = subject_find(subject, CONDITION_service_stopped, message);

    if (need->severity != SEVERITY_CRITICAL)
        finding->severity = need->severity;
}

static const char *stopped_words(const struct subject *subject, const struct service_fact *service,
                                 const char *called)
{
    struct arena *arena = subject->pool->report->arena;
    const char *code = service->exit_code.known
                           ? arena_format(arena, "%lld", (long long)service->exit_code.value)
                           : "unknown";

    return arena_format(arena, "%s: %s is %s%s, exit code %s", subject->host->name, called,
                        words_lower(arena, service->state),
                        words_equal(service->start_mode, "Disabled") ? " and disabled" : "", code);
}

static void assess_need(const struct subject *subject, const struct service_need *need)
{
    const struct service_fact *service = find_service(subject, need);
    struct arena *arena = subject->pool->report->arena;
    const char *wanted = needed_name(subject, need), *detail = subject->host->service.sighting.detail;
    const char *called = service && service->display_name ? service->display_name : wanted;

    if (!service && need->optional)
        return;
    if (!service)
        find_stopped(subject, need,
                     arena_format(arena, "%s has no service of %s%s%s", subject->host->name, wanted,
                                  detail ? "; " : "", detail ? detail : ""));
    else if (!service->state)
        report_add(subject->pool->report, CONDITION_service_unproven, subject->host->name,
                   "%s: the state of %s is not known", subject->host->name, called);
    else if (!words_equal(service->state, "Running"))
        find_stopped(subject, need, stopped_words(subject, service, called));
}

/* A service that runs and hangs does not ping: only a row that stands still in an open copy is proof. */
static void assess_registration(const struct subject *subject)
{
    const struct chat_server *server = subject->server;

    if (!server || !server->is_active || server->pings[SITE_PRIMARY] == PING_ALIVE ||
        server->pings[SITE_BACKUP] == PING_ALIVE)
        return;
    if (server->pings[SITE_PRIMARY] == PING_FROZEN || server->pings[SITE_BACKUP] == PING_FROZEN)
        subject_find(subject, CONDITION_server_not_registered,
                     arena_format(subject->pool->report->arena, "%s is active, but its ping stands still",
                                  subject->host->name));
}

static void assess_services(const struct subject *subject)
{
    for (size_t i = 0; subject->host->service.sighting.sight == SIGHT_SEEN && i < COUNT(service_needs); i++)
        if (service_needs[i].kind == subject->host->kind)
            assess_need(subject, &service_needs[i]);
}

static void assess_events(const struct subject *subject)
{
    for (size_t i = 0; subject->host->event.sighting.sight == SIGHT_SEEN && i < subject->host->event.count;
         i++) {
        const struct event_fact *event = &subject->host->event.rows[i];

        if (fact_is(event->event_code, POOL_EVENT_DATABASE_LOST) && event->count.known &&
            event->count.value > 0)
            subject_find(subject, CONDITION_database_connection_lost,
                         arena_format(subject->pool->report->arena, "%s logged event %d %lld times",
                                      subject->host->name, POOL_EVENT_DATABASE_LOST,
                                      (long long)event->count.value))
                ->since_utc_ms = event->newest_utc_ms;
    }
}

void service_assess_windows(const struct subject *subject)
{
    assess_services(subject);
    assess_registration(subject);
    assess_events(subject);
}
