#include "assess/sight.h"

#include "assess/copies.h"
#include "assess/exposure.h"
#include "assess/mirror_view.h"
#include "assess/replication.h"
#include "assess/rights.h"
#include "assess/server_time.h"
#include "assess/words.h"
#include "base/strbuf.h"

#include <string.h>

/* ---- instances ---- */

/* It answers, though perhaps not to us. */
static bool answers(const struct instance_snapshot *instance)
{
    switch (instance->reach.sight) {
    case SIGHT_SEEN:
    case SIGHT_TLS_FAILED:
    case SIGHT_LOGIN_FAILED:
    case SIGHT_DENIED:
        return true;
    default:
        return false;
    }
}

static const char *sighting_text(struct arena *arena, const struct sighting *sighting)
{
    const char *detail = words_clip(arena, sighting->detail);

    return arena_format(arena, "%s%s%s", sight_words(sighting->sight), *detail ? ": " : "", detail);
}

static bool nothing_answers(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->instance_count; i++)
        if (answers(&snapshot->instances[i]))
            return false;
    return true;
}

static void report_unseen(struct replication *r, const struct instance_snapshot *instance, bool isolated)
{
    bool refuses = answers(instance);

    report_add(r->report, refuses ? CONDITION_instance_refuses_monitor : CONDITION_instance_unseen,
               instance->name, "%s (%s): %s", instance->name,
               instance->address ? instance->address : "no address",
               sighting_text(r->report->arena, &instance->reach))
        ->severity = refuses || isolated ? SEVERITY_UNKNOWN : r->options->unreachable;
}

/* ---- the primary site ---- */

static bool site_is_unseen(const struct snapshot *snapshot, enum site_role site)
{
    size_t count = 0;

    for (size_t i = 0; i < snapshot->instance_count; i++) {
        if (snapshot->instances[i].site != site)
            continue;
        if (answers(&snapshot->instances[i]))
            return false;
        count++;
    }
    return count > 0;
}

static const char *site_name(const struct snapshot *snapshot, enum site_role site)
{
    for (size_t i = 0; i < snapshot->instance_count; i++)
        if (snapshot->instances[i].site == site && snapshot->instances[i].site_name)
            return snapshot->instances[i].site_name;
    return site_role_name(site);
}

static const char *at_stake(const struct replication *r)
{
    struct fact_num exposed_s = exposure_s(r);

    if (r->roles.exchanged)
        return arena_format(r->report->arena, "; %s serves", r->roles.principal->name);
    if (!exposed_s.known)
        return "; what would be lost is unknown";
    return arena_format(r->report->arena, "; as seen from %s, at most %s of chat would be lost",
                        r->roles.standby->name, words_duration(r->report->arena, exposed_s.value));
}

static void assess_primary_site(struct replication *r)
{
    const char *site = site_name(r->snapshot, SITE_PRIMARY);

    if (!site_is_unseen(r->snapshot, SITE_PRIMARY) || site_is_unseen(r->snapshot, SITE_BACKUP))
        return;
    report_add(r->report, CONDITION_primary_site_unseen, site, "no SQL instance of %s is seen from here%s",
               site, at_stake(r))
        ->severity = severity_worse(SEVERITY_UNKNOWN, r->options->unreachable);
}

static void assess_reach(struct replication *r)
{
    /* Who asked one alone does not know what the others would have said. */
    bool isolated = !r->options->only_instance && nothing_answers(r->snapshot);

    if (isolated)
        report_add(r->report, CONDITION_monitor_isolated, r->snapshot->pool,
                   "nothing of %s is seen from here", r->snapshot->pool);
    else
        assess_primary_site(r);
    for (size_t i = 0; i < r->snapshot->instance_count; i++)
        if (!instance_seen(&r->snapshot->instances[i]))
            report_unseen(r, &r->snapshot->instances[i], isolated);
}

/* ---- facts ---- */

static void add_once(struct strbuf *list, const char *text)
{
    if (!strstr(strbuf_text(list), text))
        strbuf_format(list, "%s%s", list->length ? "; " : "", text);
}

static bool is_any(const struct replication *r, const struct instance_snapshot *instance)
{
    (void)r;
    (void)instance;
    return true;
}

static bool holds_copy(const struct replication *r, const struct instance_snapshot *instance)
{
    (void)r;
    return instance->role != SQL_WITNESS;
}

static bool has_state(const struct instance_snapshot *instance, const char *state)
{
    const struct database_fact *database = FACT(instance, database);

    return database && words_equal(database->state, state);
}

static bool is_online(const struct replication *r, const struct instance_snapshot *instance)
{
    (void)r;
    return has_state(instance, "ONLINE");
}

static bool is_principal(const struct replication *r, const struct instance_snapshot *instance)
{
    return instance == r->roles.principal;
}

static bool is_online_principal(const struct replication *r, const struct instance_snapshot *instance)
{
    return is_principal(r, instance) && has_state(instance, "ONLINE");
}

static bool is_mirrored_principal(const struct replication *r, const struct instance_snapshot *instance)
{
    return is_principal(r, instance) && mirror_row(instance);
}

static bool is_witnessed_principal(const struct replication *r, const struct instance_snapshot *instance)
{
    return is_mirrored_principal(r, instance) && mirror_has_witness(mirror_row(instance));
}

static bool is_partner(const struct replication *r, const struct instance_snapshot *instance)
{
    return r->roles.standby && (instance == r->roles.partners[0] || instance == r->roles.partners[1]);
}

static bool is_standby(const struct replication *r, const struct instance_snapshot *instance)
{
    return instance == r->roles.standby;
}

static bool is_standby_that_copied(const struct replication *r, const struct instance_snapshot *instance)
{
    const struct ls_secondary_fact *secondary = FACT(instance, ls_secondary);

    return is_standby(r, instance) && secondary && secondary->last_copied_utc_ms.known;
}

static bool is_standby_that_restored(const struct replication *r, const struct instance_snapshot *instance)
{
    const struct ls_secondary_fact *secondary = FACT(instance, ls_secondary);

    return is_standby(r, instance) && secondary && secondary->last_restored_utc_ms.known;
}

static bool is_restoring_standby(const struct replication *r, const struct instance_snapshot *instance)
{
    return is_standby(r, instance) && has_state(instance, "RESTORING");
}

static bool ships(const struct replication *r, const struct instance_snapshot *instance)
{
    return is_partner(r, instance) || is_standby(r, instance);
}

static bool ships_without_agent_status(const struct replication *r, const struct instance_snapshot *instance)
{
    const struct agent_fact *agent = FACT(instance, agent);

    return ships(r, instance) && agent && !agent->service_status;
}

/* What must be known of whom.  Without it nothing may look healthy. */
static const struct need {
    bool (*applies)(const struct replication *r, const struct instance_snapshot *instance);
    enum fact_group_id group;
    bool one_row;      /* none at all is not enough */
    const char *field; /* that every record must have; NULL: having asked is enough */
} needs[] = {
    {is_any, FACT_server, true, "now_utc"},
    {is_any, FACT_server, true, "view_server_state"},
    {is_any, FACT_server, true, "view_any_definition"},
    {is_any, FACT_server, true, "view_any_database"},
    {holds_copy, FACT_database, false, "state"},
    {is_online, FACT_database, false, "is_read_only"},
    {is_principal, FACT_database, true, "recovery_model"},
    {is_principal, FACT_mirroring, false, NULL},
    {is_mirrored_principal, FACT_mirroring, false, "state"},
    {is_mirrored_principal, FACT_mirroring, false, "role"},
    {is_mirrored_principal, FACT_mirroring, false, "safety_level"},
    {is_witnessed_principal, FACT_mirroring, false, "witness_state"},
    {is_mirrored_principal, FACT_counter, true, "send_queue_kb"},
    {is_online_principal, FACT_recovery, true, "recovery_fork_guid"},
    {is_online_principal, FACT_counter, true, "log_used_percent"},
    {is_partner, FACT_ls_primary, false, "backup_share"},
    {is_partner, FACT_counter, false, NULL},
    {is_partner, FACT_backup, false, NULL},
    {is_standby, FACT_ls_secondary, false, "monitor_row"},
    {is_standby_that_copied, FACT_ls_secondary, false, "last_copied_file"},
    {is_standby_that_restored, FACT_ls_secondary, false, "last_restored_file"},
    {is_standby, FACT_restore, false, NULL},
    {is_restoring_standby, FACT_redo, true, "redo_start_lsn"},
    {is_restoring_standby, FACT_redo, true, "redo_start_lsn_max"},
    {is_restoring_standby, FACT_redo, true, "redo_start_fork_guid"},
    {ships, FACT_ls_run, false, "agent_type"},
    {ships, FACT_ls_run, false, "session_status"},
    {ships, FACT_job, false, "enabled"},
    {ships, FACT_job, false, "schedules_enabled"},
    {ships, FACT_agent, true, NULL},
    {ships_without_agent_status, FACT_agent, true, "session_count"},
};

static bool member_known(void *record, const struct fact_field *field)
{
    void *member = fact_member(record, field);

    switch (field->kind) {
    case FACT_KIND_TEXT:
        return *(const char *const *)member != NULL;
    case FACT_KIND_LSN:
        return lsn_known(member);
    default:
        return ((const struct fact_num *)member)->known;
    }
}

static const struct fact_field *find_field(const struct fact_group *group, const char *key)
{
    for (size_t i = 0; i < group->field_count; i++)
        if (strcmp(group->fields[i].key, key) == 0)
            return &group->fields[i];
    return NULL;
}

static bool every_record_has(const struct fact_rows *rows, const struct fact_group *group, const char *key)
{
    const struct fact_field *field = find_field(group, key);

    for (size_t i = 0; field && i < rows->count; i++)
        if (!member_known((unsigned char *)rows->rows + i * group->record_bytes, field))
            return false;
    return true;
}

static void check_need(const struct instance_snapshot *instance, const struct need *need,
                       struct strbuf *missing)
{
    const struct fact_group *group = fact_group(need->group);
    struct fact_rows rows = fact_rows_of(instance, need->group);
    char name[64];

    if (rows.sighting.sight == SIGHT_NOT_ASKED)
        add_once(missing, group->key);
    if (rows.sighting.sight != SIGHT_SEEN)
        return;
    snprintf(name, sizeof(name), "%s.%s", group->key, need->field ? need->field : "");
    if (need->one_row && rows.count == 0)
        add_once(missing, group->key);
    else if (need->field && !every_record_has(&rows, group, need->field))
        add_once(missing, name);
}

/* Whatever was asked and brought no answer, needed or not: the next pass may need it. */
static void add_unanswered(struct replication *r, const struct instance_snapshot *instance,
                           struct strbuf *missing)
{
    for (int id = 0; id < FACT_GROUP_COUNT; id++) {
        struct sighting sighting = fact_rows_of(instance, (enum fact_group_id)id).sighting;

        if (sighting.sight == SIGHT_SEEN || sighting.sight == SIGHT_NOT_ASKED ||
            sighting.sight == SIGHT_DENIED)
            continue;
        strbuf_format(missing, "%s%s (%s)", missing->length ? "; " : "",
                      fact_group((enum fact_group_id)id)->key, sighting_text(r->report->arena, &sighting));
    }
}

static void assess_facts(struct replication *r, const struct instance_snapshot *instance)
{
    AUTO(strbuf) struct strbuf missing = STRBUF_INIT;

    add_unanswered(r, instance, &missing);
    for (size_t i = 0; i < COUNT(needs); i++)
        if (needs[i].applies(r, instance))
            check_need(instance, &needs[i], &missing);
    if (!server_clock_offset_ms(instance).known || !fact_within(instance->round_trip_ms, 0, INT32_MAX).known)
        add_once(&missing, "clock offset");
    if (missing.length)
        report_add(r->report, CONDITION_facts_missing, instance->name, "%s did not tell: %s", instance->name,
                   strbuf_text(&missing));
}

void assess_sight(struct replication *r)
{
    assess_reach(r);
    for (size_t i = 0; i < r->snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &r->snapshot->instances[i];

        if (!instance_seen(instance))
            continue;
        assess_rights(r, instance);
        assess_facts(r, instance);
    }
}
