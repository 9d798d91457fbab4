#include "act/plan/seen.h"

#include "assess/copies.h"
#include "assess/words.h"

#include <jansson.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

static void json_auto(json_t **json)
{
    json_decref(*json);
}

enum step_state say(const struct step_scope *scope, const char **ret_why, enum step_state state,
                    const char *format, ...)
{
    va_list args;

    va_start(args, format);
    *ret_why = arena_vformat(scope->arena, format, args);
    va_end(args);
    return state;
}

/* ---- who ---- */

const struct instance_snapshot *seen_target(const struct step_scope *scope, const struct sending *sending)
{
    return snapshot_find(scope->look->snapshot, sending->target);
}

const struct instance_snapshot *seen_part(const struct step_scope *scope, enum part part)
{
    return cast_instance(&scope->cast, part, scope->look->snapshot);
}

const struct act_facts *seen_acts(const struct step_scope *scope, const struct instance_snapshot *instance)
{
    return instance && scope->look->facts ? &scope->look->facts[instance - scope->look->snapshot->instances]
                                          : NULL;
}

const struct host_snapshot *seen_host(const struct step_scope *scope, enum host_kind kind, const char *name)
{
    return snapshot_find_host(scope->look->snapshot, kind, name);
}

/* ---- what a sending carries ---- */

static json_t *parameters_of(const struct sending *sending)
{
    return sending->parameters ? json_loads(sending->parameters, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

/* What goes through the task stands one level deeper. */
static const json_t *parameter(const json_t *parameters, const char *name)
{
    const json_t *arguments = json_object_get(parameters, "arguments");

    return json_object_get(json_is_object(arguments) ? arguments : parameters, name);
}

const char *sending_says(const struct step_scope *scope, const struct sending *sending, const char *name)
{
    CLEANUP(json_auto) json_t *parameters = parameters_of(sending);

    return arena_text(scope->arena, json_string_value(parameter(parameters, name)));
}

size_t sending_lists(const struct step_scope *scope, const struct sending *sending, const char *name,
                     const char *const **ret_texts)
{
    CLEANUP(json_auto) json_t *parameters = parameters_of(sending);
    const json_t *list = parameter(parameters, name);
    const char **texts = NULL;
    size_t count = 0;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char **text = arena_push(scope->arena, &texts, &count, sizeof(*text));

        *text = arena_text(scope->arena, json_string_value(json_array_get(list, i)));
    }
    *ret_texts = texts;
    return count;
}

/* ---- the copy ---- */

static bool is_live_mirror(const struct instance_snapshot *instance)
{
    return FACT(instance, mirroring) && FACT(instance, mirroring)->mirroring_guid &&
           words_equal(FACT(instance, mirroring)->role, "MIRROR");
}

static enum copy_stand stand_online(const struct database_fact *row)
{
    if (!row->is_in_standby.known || !row->is_read_only.known)
        return STAND_UNSEEN;
    if (row->is_in_standby.value)
        return STAND_STANDBY;
    if (row->is_read_only.value)
        return STAND_READ_ONLY;
    return fact_is(row->has_dbaccess, 1) ? STAND_WRITABLE : STAND_CLOSED;
}

enum copy_stand seen_stand(const struct instance_snapshot *instance)
{
    static const struct {
        const char *state;
        enum copy_stand stand;
    } stands[] = {
        {"RESTORING", STAND_RESTORING},     {"RECOVERING", STAND_OPENING}, {"SUSPECT", STAND_BROKEN},
        {"RECOVERY_PENDING", STAND_BROKEN}, {"EMERGENCY", STAND_BROKEN},   {"OFFLINE", STAND_OFFLINE},
    };
    const struct database_fact *row = FACT(instance, database);

    if (FACT_NONE(instance, database))
        return STAND_ABSENT;
    if (row && words_equal(row->state, "ONLINE"))
        return stand_online(row);
    if (row && words_equal(row->state, "RESTORING") && is_live_mirror(instance))
        return STAND_MIRROR;
    for (size_t i = 0; row && i < COUNT(stands); i++)
        if (words_equal(row->state, stands[i].state))
            return stands[i].stand;
    return STAND_UNSEEN;
}

const char *seen_not(const struct step_scope *scope, const struct instance_snapshot *instance)
{
    if (!instance)
        return "it is not part of what was looked at";
    return arena_format(scope->arena, "the copy on %s is %s", instance->name,
                        copy_words(scope->arena, instance));
}

struct lsn seen_redo(const struct instance_snapshot *instance)
{
    return FACT(instance, redo) ? FACT(instance, redo)->redo_start_lsn : (struct lsn){""};
}

/* ---- what happens there ---- */

const struct request_fact *seen_request(const struct step_scope *scope,
                                        const struct instance_snapshot *instance, const char *begins)
{
    const struct act_facts *acts = seen_acts(scope, instance);

    for (size_t i = 0; acts && acts->request.sighting.sight == SIGHT_SEEN && i < acts->request.count; i++)
        if (acts->request.rows[i].command &&
            strncasecmp(acts->request.rows[i].command, begins, strlen(begins)) == 0)
            return &acts->request.rows[i];
    return NULL;
}

const struct job_fact *seen_job(const struct instance_snapshot *instance, const char *kind)
{
    for (size_t i = 0; FACT(instance, job) && i < instance->job.count; i++)
        if (words_equal(instance->job.rows[i].kind, kind))
            return &instance->job.rows[i];
    return NULL;
}

/* ---- pings ---- */

enum { CLOCK_TOLERANCE_S = 60 };

static bool is_called(const char *name, size_t length, const char *fqdn)
{
    return length && (length == strlen(fqdn) || length == strcspn(fqdn, ".")) &&
           strncasecmp(name, fqdn, length) == 0;
}

static bool is_of(const struct server_identity_fact *row, const char *fqdn)
{
    const char *start = row->server_address ? strstr(row->server_address, "://") : NULL;

    start = start ? start + 3 : row->server_address;
    return start && is_called(start, strcspn(start, ":/"), fqdn);
}

static bool has_moved(const struct instance_snapshot *instance, const struct server_identity_fact *row)
{
    for (size_t i = 0; FACT(instance, server_identity_later) && i < instance->server_identity_later.count;
         i++) {
        const struct server_identity_later_fact *later = &instance->server_identity_later.rows[i];

        if (row->server_id.known && fact_is(later->server_id, row->server_id.value))
            return later->ping && row->ping && strcmp(later->ping, row->ping) != 0;
    }
    return false;
}

static bool has_session(const struct instance_snapshot *instance, const char *fqdn)
{
    for (size_t i = 0; FACT(instance, session) && i < instance->session.count; i++) {
        const struct session_fact *row = &instance->session.rows[i];

        if (row->host && is_called(row->host, strlen(row->host), fqdn) &&
            !session_is_administration(row->program))
            return true;
    }
    return false;
}

static bool is_fresh(struct fact_num age_s, int64_t most_s)
{
    return age_s.known && age_s.value >= -CLOCK_TOLERANCE_S && age_s.value <= most_s;
}

/* As the checks judge it: a server may ping more rarely than we look twice, then its age tells, or a session.
 */
static enum ping_seen ping_of_row(const struct settings *settings, const struct instance_snapshot *instance,
                                  const struct server_identity_fact *row, const char *fqdn)
{
    const bool utc = is_fresh(row->age_if_utc_s, settings->ping_fresh_s),
               local = is_fresh(row->age_if_local_s, settings->ping_fresh_s);

    if (has_moved(instance, row))
        return PING_MOVES;
    if (!row->age_if_utc_s.known || !row->age_if_local_s.known)
        return PING_NOT_SEEN;
    if (words_equal(settings->ping_clock, "utc"))
        return utc ? PING_MOVES : PING_STILL;
    if (words_equal(settings->ping_clock, "local"))
        return local ? PING_MOVES : PING_STILL;
    if (utc == local)
        return utc ? PING_MOVES : PING_STILL;
    return has_session(instance, fqdn) ? PING_MOVES : PING_NOT_SEEN;
}

enum ping_seen seen_ping(const struct step_scope *scope, const struct instance_snapshot *instance,
                         const char *fqdn)
{
    enum ping_seen best = PING_STILL; /* whoever has no row there does not ping */

    if (!instance_seen(instance) || instance->server_identity.sighting.sight != SIGHT_SEEN)
        return PING_NOT_SEEN;
    for (size_t i = 0; i < instance->server_identity.count; i++)
        if (is_of(&instance->server_identity.rows[i], fqdn)) {
            best = ping_of_row(&scope->look->snapshot->settings, instance, &instance->server_identity.rows[i],
                               fqdn);
            if (best == PING_MOVES)
                break;
        }
    return best;
}
