#include "observe/snmp/snmp_services.h"

#include "observe/snmp/snmp_clock.h"
#include "observe/snmp/snmp_tables.h"

#include <string.h>
#include <strings.h>

/* ---- the system ---- */

enum { SYSTEM_UP_TIME, SYSTEM_DATE, SYSTEM_OBJECTS, MS_PER_TICK = 10 };

static const struct object_id system_objects[SYSTEM_OBJECTS] = {
    [SYSTEM_UP_TIME] = {{1, 3, 6, 1, 2, 1, 25, 1, 1, 0}, 10}, /* hrSystemUptime */
    [SYSTEM_DATE] = {{1, 3, 6, 1, 2, 1, 25, 1, 2, 0}, 10},    /* hrSystemDate */
};

static struct sighting sighting_of(const struct snmp_failure *failure, struct arena *arena)
{
    const char *detail =
        failure->hint ? arena_format(arena, "%s; %s", failure->text, failure->hint) : failure->text;

    return (struct sighting){failure->sight, detail};
}

static void take_system(const struct snmp_value values[SYSTEM_OBJECTS], struct arena *arena,
                        struct os_facts *os)
{
    struct fact_num now = snmp_date_utc_ms(&values[SYSTEM_DATE]);
    struct os_fact *row;

    if (!now.known) {
        os->sighting =
            (struct sighting){SIGHT_DENIED, "the agent does not tell its time and offset (hrSystemDate)"};
        return;
    }
    row = arena_push(arena, &os->rows, &os->count, sizeof(*row));
    row->now_utc_ms = now;
    if (values[SYSTEM_UP_TIME].kind == SNMP_KIND_TICKS)
        row->last_boot_utc_ms =
            (struct fact_num){true, now.value - values[SYSTEM_UP_TIME].number * MS_PER_TICK};
    os->sighting = (struct sighting){SIGHT_SEEN, NULL};
}

static void ask_system(struct snmp_port *port, struct deadline deadline, struct arena *arena,
                       struct host_snapshot *seen)
{
    struct snmp_value values[SYSTEM_OBJECTS];
    struct snmp_failure failure;

    seen->os = (struct os_facts){0};
    if (port->ops->get(port, system_objects, SYSTEM_OBJECTS, deadline, arena, values, &failure) == 0) {
        seen->ways[WAY_SNMP] = (struct sighting){SIGHT_SEEN, NULL};
        take_system(values, arena, &seen->os);
        return;
    }
    seen->ways[WAY_SNMP] = seen->os.sighting = sighting_of(&failure, arena);
}

/* ---- services ---- */

/* What a kind of host is asked for, the first of each kind being why it is asked at all. */
static const struct carrier {
    enum host_kind kind;
    size_t executable, display_name; /* offsets in struct settings */
    bool is_installed;               /* so that it is stopped where it is not seen */
} carriers[] = {
    {HOST_CHAT_SERVER, offsetof(struct settings, chat_executable),
     offsetof(struct settings, chat_display_name), true},
    {HOST_CHAT_SERVER, offsetof(struct settings, compliance_executable),
     offsetof(struct settings, compliance_display_name), false},
    {HOST_FRONT_END, offsetof(struct settings, front_end_executable),
     offsetof(struct settings, front_end_display_name), false},
};

/* Of one carrier; more than a few are an accident. */
enum { MOST_FOUND = 4 };

struct search {
    const struct snmp_scope *scope;
    struct snmp_table services, processes;
    struct arena *arena;
    struct host_snapshot *seen;
};

struct found {
    const struct snmp_entry *entries[MOST_FOUND];
    size_t count;
};

static const char *setting(const struct search *search, size_t offset)
{
    const char *text;

    memcpy(&text, (const char *)search->scope->settings + offset, sizeof(text));
    return text ? text : "";
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), wanted = strlen(end);

    return wanted && length >= wanted && strcasecmp(text + length - wanted, end) == 0;
}

/* The end is the whole file name. */
static bool is_executable(const char *path, const char *executable)
{
    size_t length = strlen(path), wanted = strlen(executable);

    return ends_with(path, executable) &&
           (length == wanted || path[length - wanted - 1] == '\\' || path[length - wanted - 1] == '/');
}

static struct found find(const struct search *search, const struct carrier *carrier,
                         const struct snmp_table *table)
{
    struct found found = {.count = 0};

    for (size_t i = 0; i < table->count && found.count < MOST_FOUND; i++) {
        const struct snmp_entry *entry = &table->entries[i];

        if ((entry->display_name && ends_with(entry->display_name, setting(search, carrier->display_name))) ||
            (entry->path_name && is_executable(entry->path_name, setting(search, carrier->executable))))
            found.entries[found.count++] = entry;
    }
    return found;
}

static struct service_fact *add_row(struct search *search, const struct snmp_entry *entry)
{
    struct service_facts *facts = &search->seen->service;
    struct service_fact *row = arena_push(search->arena, &facts->rows, &facts->count, sizeof(*row));

    row->display_name = entry->display_name;
    row->state = entry->state;
    row->path_name = entry->path_name;
    row->process_id = entry->process_id;
    return row;
}

/* One service and one process of it are one and the same; the service manager knows its state better. */
static void add_rows(struct search *search, const struct found *services, const struct found *processes)
{
    bool is_pair = services->count == 1 && processes->count == 1;

    for (size_t i = 0; i < services->count; i++) {
        struct service_fact *row = add_row(search, services->entries[i]);

        if (is_pair) {
            row->path_name = processes->entries[0]->path_name;
            row->process_id = processes->entries[0]->process_id;
        }
    }
    for (size_t i = 0; i < processes->count && !is_pair; i++)
        add_row(search, processes->entries[i]);
}

static bool add_carrier(struct search *search, const struct carrier *carrier)
{
    struct found services = find(search, carrier, &search->services);
    struct found processes = find(search, carrier, &search->processes);

    add_rows(search, &services, &processes);
    return services.count || processes.count;
}

static const struct snmp_failure *failure_of(const struct search *search)
{
    return search->services.state == SNMP_TABLE_FAILED    ? &search->services.failure
           : search->processes.state == SNMP_TABLE_FAILED ? &search->processes.failure
                                                          : NULL;
}

/* What it means that the first of its kind was not seen. */
static struct sighting sighting_without(const struct search *search, const struct carrier *carrier)
{
    const struct snmp_failure *failure = failure_of(search);

    if (failure)
        return sighting_of(failure, search->arena);
    if (search->services.state == SNMP_TABLE_EMPTY && search->processes.state == SNMP_TABLE_EMPTY)
        return (struct sighting){SIGHT_DENIED, "the agent lists neither services nor processes"};
    if (carrier->is_installed)
        return (struct sighting){SIGHT_SEEN, "SNMP lists running services alone"};
    return (struct sighting){SIGHT_DENIED,
                             arena_format(search->arena,
                                          "SNMP lists running services alone, and %s is not among them",
                                          setting(search, carrier->executable))};
}

/* What the rows are worth when they hold the first of its kind. */
static struct sighting sighting_with(const struct search *search)
{
    const struct snmp_failure *failure = failure_of(search);

    return (struct sighting){SIGHT_SEEN,
                             failure ? arena_format(search->arena, "in part: %s", failure->text) : NULL};
}

static void add_carriers(struct search *search)
{
    const struct carrier *first = NULL;
    bool has_first = false;

    for (size_t i = 0; i < COUNT(carriers); i++) {
        bool is_there = carriers[i].kind == search->scope->kind && add_carrier(search, &carriers[i]);

        if (carriers[i].kind == search->scope->kind && !first) {
            first = &carriers[i];
            has_first = is_there;
        }
    }
    if (first)
        search->seen->service.sighting = has_first ? sighting_with(search) : sighting_without(search, first);
}

/* A row without its sighting would be a fact that nobody saw. */
static void drop_unseen_rows(struct service_facts *facts)
{
    if (facts->sighting.sight != SIGHT_SEEN)
        facts->count = 0;
}

static bool is_asked_for_services(enum host_kind kind)
{
    for (size_t i = 0; i < COUNT(carriers); i++)
        if (carriers[i].kind == kind)
            return true;
    return false;
}

static void ask_services(struct snmp_port *port, const struct snmp_scope *scope, struct deadline deadline,
                         struct arena *arena, struct host_snapshot *seen)
{
    struct search search = {.scope = scope, .arena = arena, .seen = seen};

    seen->service = (struct service_facts){0};
    /* Not more than half of the time: where one table hangs, the other may tell enough. */
    snmp_read_services(port, deadline_sooner(deadline, deadline_left_ms(deadline) / 2), arena,
                       &search.services);
    snmp_read_processes(port, deadline, arena, &search.processes);
    if (search.services.state != SNMP_TABLE_FAILED || search.processes.state != SNMP_TABLE_FAILED)
        seen->ways[WAY_SNMP] = (struct sighting){SIGHT_SEEN, NULL};
    add_carriers(&search);
    drop_unseen_rows(&seen->service);
}

/* An agent that answers, if badly, may answer the next question well. */
static bool may_answer_more(enum sight sight)
{
    return sight == SIGHT_SEEN || sight == SIGHT_DENIED || sight == SIGHT_PROTOCOL_ERROR;
}

void snmp_ask_services(struct snmp_port *port, const struct snmp_scope *scope, struct deadline deadline,
                       struct arena *arena, struct host_snapshot *seen)
{
    ask_system(port, deadline, arena, seen);
    if (!is_asked_for_services(scope->kind))
        return;
    if (may_answer_more(seen->ways[WAY_SNMP].sight))
        ask_services(port, scope, deadline, arena, seen);
    else
        seen->service = (struct service_facts){.sighting = seen->ways[WAY_SNMP]};
}
