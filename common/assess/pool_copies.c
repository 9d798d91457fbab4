/*
 * The view's columns about the copies of the chat database: which is open, who uses it, what protects it.
 */
#include "assess/copies.h"
#include "assess/mirror_view.h"
#include "assess/pool.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"

#include <string.h>

/* ---- which is open ---- */

/* The designed copies of a site, the one that serves by design first. */
static const enum sql_role site_copies[SITE_ROLE_COUNT][PARTNERS] = {
    [SITE_PRIMARY] = {SQL_PRINCIPAL, SQL_MIRROR},
    [SITE_BACKUP] = {SQL_SECONDARY, SQL_SECONDARY_MIRROR},
};

static const struct instance_snapshot *copy_at(const struct pool *pool, enum site_role site, int partner)
{
    return pool->roles.by_design[site_copies[site][partner]];
}

static void note_copies(struct pool *pool, enum site_role site)
{
    enum pool_column column = site == SITE_PRIMARY ? COLUMN_p : COLUMN_b;

    for (int i = 0; i < PARTNERS; i++) {
        const struct instance_snapshot *copy = copy_at(pool, site, i);

        if (copy && (i == 0 || !FACT_NONE(copy, database)))
            pool_note(pool, column, "%s %s", copy->name, copy_words(pool->report->arena, copy));
    }
}

static bool any_copy_is(const struct pool *pool, enum site_role site, enum copy_writability what)
{
    for (int i = 0; i < PARTNERS; i++)
        if (copy_at(pool, site, i) && copy_writability(copy_at(pool, site, i)) == what)
            return true;
    return false;
}

static void find_open(struct pool *pool, enum site_role site)
{
    for (int i = PARTNERS - 1; i >= 0; i--)
        if (copy_is_writable(copy_at(pool, site, i)))
            pool->open[site] = copy_at(pool, site, i);
}

/* Does the replication report say so?  It knows witnesses of absence that a single copy does not show. */
static bool replication_says(const struct pool *pool, enum condition condition)
{
    for (size_t i = 0; i < pool->replication->finding_count; i++)
        if (pool->replication->findings[i].condition == condition)
            return true;
    return false;
}

static bool is_restoring(const struct instance_snapshot *copy)
{
    const struct database_fact *database = FACT(copy, database);

    return database && words_equal(database->state, "RESTORING");
}

static void see_p(struct pool *pool)
{
    const struct instance_snapshot *principal = pool->roles.by_design[SQL_PRINCIPAL];

    if (pool->open[SITE_PRIMARY] && pool->open[SITE_PRIMARY] == principal)
        POOL_SET(&pool->view, p, on);
    else if (pool->open[SITE_PRIMARY])
        POOL_SET(&pool->view, p, mirror);
    else if (any_copy_is(pool, SITE_PRIMARY, COPY_UNSEEN) && !replication_says(pool, CONDITION_database_down))
        POOL_SET(&pool->view, p, unseen);
    else if (is_restoring(principal) && copy_writability(principal) == COPY_NOT_WRITABLE)
        POOL_SET(&pool->view, p, restoring);
    else
        POOL_SET(&pool->view, p, down);
}

static void see_b(struct pool *pool)
{
    const struct instance_snapshot *secondary = pool->roles.by_design[SQL_SECONDARY];

    if (pool->open[SITE_BACKUP])
        POOL_SET(&pool->view, b, on);
    else if (secondary && copy_writability(secondary) == COPY_UNSEEN)
        POOL_SET(&pool->view, b, unseen);
    else if (secondary && (is_restoring(secondary) || copy_is_standby(secondary)))
        POOL_SET(&pool->view, b, restoring);
    else
        POOL_SET(&pool->view, b, down);
}

/* ---- who uses it ---- */

static enum answer has_chat_sessions(const struct instance_snapshot *copy)
{
    if (!instance_seen(copy) || copy->session.sighting.sight != SIGHT_SEEN)
        return ANSWER_UNKNOWN;
    for (size_t i = 0; i < copy->session.count; i++)
        if (!session_is_administration(copy->session.rows[i].program))
            return ANSWER_YES;
    return ANSWER_NO;
}

static void see_sessions(struct pool *pool)
{
    static const unsigned char values[] = {[ANSWER_UNKNOWN] = POOL_p_sessions_unknown,
                                           [ANSWER_NO] = POOL_p_sessions_none,
                                           [ANSWER_YES] = POOL_p_sessions_some};

    pool->view.value[COLUMN_p_sessions] = values[has_chat_sessions(pool->open[SITE_PRIMARY])];
    pool->view.value[COLUMN_b_sessions] = values[has_chat_sessions(pool->open[SITE_BACKUP])];
}

/* ---- what protects it ---- */

static void see_ha(struct pool *pool)
{
    const struct instance_snapshot *open = pool->open[SITE_PRIMARY];
    const struct mirroring_fact *row = mirror_row(open);

    if (!pool->roles.by_design[SQL_MIRROR])
        POOL_SET(&pool->view, ha, none);
    else if (row && words_equal(row->state, "SYNCHRONIZED"))
        POOL_SET(&pool->view, ha, synchronized);
    else if (row || mirror_sight(open) == MIRROR_ABSENT)
        POOL_SET(&pool->view, ha, broken);
    if (POOL_IS(&pool->view, ha, broken))
        pool_note(pool, COLUMN_ha, "%s: %s", open->name,
                  row ? words_lower(pool->report->arena, row->state) : "not mirrored");
}

static void see_b_ha(struct pool *pool)
{
    const struct instance_snapshot *open = pool->open[SITE_BACKUP];

    if (mirror_row(open))
        POOL_SET(&pool->view, b_ha, mirrored);
    else if (mirror_sight(open) == MIRROR_ABSENT)
        POOL_SET(&pool->view, b_ha, none);
}

/* What the replication report says of log shipping, as one column. */
static const struct {
    enum condition condition;
    bool stalls; /* nothing is shipped; else it is late, by its severity */
} shipping_troubles[] = {
    {CONDITION_log_shipping_missing, true}, {CONDITION_log_chain_broken, true},
    {CONDITION_secondary_diverged, true},   {CONDITION_recovery_model_wrong, true},
    {CONDITION_never_restored, true},       {CONDITION_exposure_high, false},
    {CONDITION_log_backup_late, false},     {CONDITION_log_copy_late, false},
    {CONDITION_log_restore_late, false},    {CONDITION_backlog_high, false},
    {CONDITION_log_backup_failing, false},  {CONDITION_log_copy_failing, false},
    {CONDITION_log_restore_failing, false}, {CONDITION_log_job_disabled, false},
    {CONDITION_agent_stopped, false},
};

static enum pool_dr trouble_of(const struct finding *finding)
{
    for (size_t i = 0; i < COUNT(shipping_troubles); i++) {
        if (shipping_troubles[i].condition != finding->condition)
            continue;
        if (shipping_troubles[i].stalls)
            return POOL_dr_stalled;
        return finding->severity == SEVERITY_CRITICAL ? POOL_dr_very_late : POOL_dr_late;
    }
    return POOL_dr_unknown;
}

static void see_dr(struct pool *pool)
{
    const struct instance_snapshot *secondary = pool->roles.by_design[SQL_SECONDARY];
    enum pool_dr worst = POOL_dr_unknown;

    if (FACT_NONE(secondary, ls_secondary)) {
        POOL_SET(&pool->view, dr, removed);
        pool_note(pool, COLUMN_dr, "no log shipping is set up on %s", secondary->name);
        return;
    }
    if (FACT_NONE(pool->open[SITE_PRIMARY], ls_primary)) {
        POOL_SET(&pool->view, dr, stalled);
        pool_note(pool, COLUMN_dr, "no log shipping is set up on %s", pool->open[SITE_PRIMARY]->name);
        return;
    }
    for (size_t i = 0; i < pool->replication->finding_count; i++) {
        const struct finding *finding = &pool->replication->findings[i];
        enum pool_dr trouble = trouble_of(finding);

        if (trouble > worst) {
            worst = trouble;
            pool->notes[COLUMN_dr] = arena_text(pool->report->arena, finding->message);
        }
    }
    if (worst == POOL_dr_unknown && FACT(secondary, ls_secondary))
        worst = POOL_dr_current;
    pool->view.value[COLUMN_dr] = (unsigned char)worst;
}

/* ---- where they come from ---- */

static void see_lineage(struct pool *pool)
{
    const struct system_revision_fact *p = FACT(pool->open[SITE_PRIMARY], system_revision);
    const struct system_revision_fact *b = FACT(pool->open[SITE_BACKUP], system_revision);

    if (!p || !b || !p->sys_revision.known || !b->sys_revision.known || !p->config_pool_guid ||
        !b->config_pool_guid)
        return;
    if (fact_is(p->sys_revision, b->sys_revision.value) &&
        words_equal(p->config_pool_guid, b->config_pool_guid))
        POOL_SET(&pool->view, lineage, same);
    else
        POOL_SET(&pool->view, lineage, different);
}

/* The newest restore, of those that ended in recovery or of all; -1: none. */
static struct fact_num newest_restore(const struct instance_snapshot *copy, bool recovered)
{
    struct fact_num newest = {0};

    for (size_t i = 0; FACT(copy, restore) && i < copy->restore.count; i++) {
        const struct restore_fact *row = &copy->restore.rows[i];

        if (recovered && !fact_is(row->recovery, 1))
            continue;
        if (row->restored_utc_ms.known && (!newest.known || row->restored_utc_ms.value > newest.value))
            newest = row->restored_utc_ms;
    }
    return newest;
}

static void see_failback(struct pool *pool)
{
    const struct instance_snapshot *p = pool->open[SITE_PRIMARY], *b = pool->open[SITE_BACKUP];
    struct fact_num restored = newest_restore(p, false), recovered = newest_restore(b, true);

    if (FACT_NONE(p, restore))
        POOL_SET(&pool->view, failback, no);
    if (!restored.known || !recovered.known)
        return;
    if (server_time_on(b, p, restored.value) > recovered.value)
        POOL_SET(&pool->view, failback, yes);
    else
        POOL_SET(&pool->view, failback, no);
}

void pool_see_copies(struct pool *pool)
{
    find_open(pool, SITE_PRIMARY);
    find_open(pool, SITE_BACKUP);
    note_copies(pool, SITE_PRIMARY);
    note_copies(pool, SITE_BACKUP);
    see_p(pool);
    see_b(pool);
    see_sessions(pool);
    see_ha(pool);
    see_b_ha(pool);
    see_dr(pool);
    see_lineage(pool);
    see_failback(pool);
}
