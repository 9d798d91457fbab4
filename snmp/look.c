#include "snmp/look.h"

#include "assess/copies.h"
#include "assess/sight.h"
#include "snmp/terms.h"

#include <string.h>

/* ---- conditions ---- */

static struct present_condition *find_condition(struct look *look, const struct finding *finding)
{
    for (size_t i = 0; i < look->condition_count; i++) {
        const struct finding *other = look->conditions[i].finding;

        if (other->condition == finding->condition && strcmp(other->object, finding->object) == 0)
            return &look->conditions[i];
    }
    return NULL;
}

/* What two reports say of one object is one condition, as bad as the worse of them has it. */
static void take_finding(struct look *look, const struct finding *finding)
{
    struct present_condition *present = find_condition(look, finding);

    if (!present) {
        present = arena_push(look->arena, &look->conditions, &look->condition_count, sizeof(*present));
        *present = (struct present_condition){.finding = finding, .severity = finding->severity};
    } else if (severity_worse(present->severity, finding->severity) != present->severity) {
        present->finding = finding;
        present->severity = finding->severity;
    }
}

static struct present_condition *same_elsewhere(struct look *look, const struct present_condition *of_pool)
{
    for (size_t i = 0; i < look->condition_count; i++)
        if (look->conditions[i].finding->condition == of_pool->finding->condition &&
            &look->conditions[i] != of_pool)
            return &look->conditions[i];
    return NULL;
}

/* What is said of an instance or a host is not said once more of the pool as a whole. */
static void drop_echoes(struct look *look)
{
    size_t kept = 0;

    for (size_t i = 0; i < look->condition_count; i++) {
        struct present_condition *present = &look->conditions[i];
        bool of_pool = look->snapshot->pool && strcmp(present->finding->object, look->snapshot->pool) == 0;
        struct present_condition *same = of_pool ? same_elsewhere(look, present) : NULL;

        if (same)
            same->severity = severity_worse(same->severity, present->severity);
        else
            look->conditions[kept++] = *present;
    }
    look->condition_count = kept;
}

static void find_conditions(struct look *look)
{
    for (size_t r = 0; r < COUNT(look->reports); r++)
        for (size_t i = 0; look->reports[r] && i < look->reports[r]->finding_count; i++)
            take_finding(look, &look->reports[r]->findings[i]);
    drop_echoes(look);
    for (size_t i = 0; i < look->condition_count; i++)
        look->conditions[i].object =
            index_of(look->indexes, look->pool, INDEX_OBJECT, look->conditions[i].finding->object);
}

/* ---- who serves ---- */

static int serving_of(const struct instance_snapshot *instance)
{
    if (instance->site == SITE_BACKUP)
        return WRITABLE_BY_BACKUP;
    return instance->role == SQL_MIRROR ? WRITABLE_BY_MIRROR : WRITABLE_BY_PRIMARY;
}

/* Nobody only where every copy is seen: one that is not may be the one that serves. */
static void find_serving(struct look *look)
{
    size_t writable = 0, unseen = 0;

    for (size_t i = 0; i < look->snapshot->instance_count; i++) {
        const struct instance_snapshot *instance = &look->snapshot->instances[i];
        enum copy_writability writability = copy_writability(instance);

        if (instance->role == SQL_WITNESS)
            continue;
        unseen += writability == COPY_UNSEEN;
        if (writability != COPY_WRITABLE)
            continue;
        look->serving = known(writable++ ? WRITABLE_SEVERAL : serving_of(instance));
        look->serving_instance = writable == 1 ? instance->name : NULL;
    }
    if (!writable && !unseen && look->snapshot->instance_count)
        look->serving = known(WRITABLE_NOBODY);
}

void look_assess(struct look *look)
{
    look->snapshot = look->feed->snapshot;
    if (!look->snapshot)
        return;
    look->reports[0] = assess_pool(look->snapshot, NULL);
    look->reports[1] = assess_replication(look->snapshot, NULL);
    look->reports[2] = look->snapshot->host_count ? assess_service(look->snapshot, NULL) : NULL;
    find_conditions(look);
    find_serving(look);
}

void look_done(struct look *look)
{
    for (size_t r = 0; r < COUNT(look->reports); r++)
        report_free(look->reports[r]);
}

/* ---- questions ---- */

struct fact_num look_seen(const struct look *look)
{
    return look->snapshot ? known(look->feed->begun.ms) : (struct fact_num){0};
}

enum severity look_severity_of(const struct look *look, const char *object)
{
    enum severity worst = SEVERITY_OK;

    for (size_t i = 0; i < look->condition_count; i++)
        if (strcmp(look->conditions[i].finding->object, object) == 0)
            worst = severity_worse(worst, look->conditions[i].severity);
    return worst;
}

bool host_is_seen(const struct host_snapshot *host)
{
    for (size_t way = 0; way < HOST_WAY_COUNT; way++)
        if (host->ways[way].sight == SIGHT_SEEN)
            return true;
    return false;
}

bool look_sees_nothing(const struct look *look)
{
    for (size_t i = 0; look->snapshot && i < look->snapshot->instance_count; i++)
        if (instance_seen(&look->snapshot->instances[i]))
            return false;
    for (size_t i = 0; look->snapshot && i < look->snapshot->host_count; i++)
        if (look->snapshot->hosts[i].kind != HOST_VANTAGE && host_is_seen(&look->snapshot->hosts[i]))
            return false;
    return look->snapshot != NULL;
}
