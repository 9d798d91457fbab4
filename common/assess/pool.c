#include "assess/pool.h"

#include "assess/sight.h"
#include "base/strbuf.h"

#include <string.h>

static const struct assess_options default_options = {.unreachable = SEVERITY_UNKNOWN};

void pool_note(struct pool *pool, enum pool_column column, const char *format, ...)
{
    struct arena *arena = pool->report->arena;
    const char *before = pool->notes[column], *text;
    va_list args;

    va_start(args, format);
    text = arena_vformat(arena, format, args);
    va_end(args);
    pool->notes[column] = before ? arena_format(arena, "%s, %s", before, text) : text;
}

static void find_servers(struct pool *pool)
{
    for (size_t i = 0; i < pool->snapshot->host_count; i++)
        if (pool->snapshot->hosts[i].kind == HOST_CHAT_SERVER)
            ((struct chat_server *)arena_push(pool->report->arena, &pool->servers, &pool->server_count,
                                              sizeof(struct chat_server)))
                ->host = &pool->snapshot->hosts[i];
}

/* ---- words ---- */

static const char *row_words(const struct pool *pool, const struct pool_row *row)
{
    const char *note = pool->notes[row->tells];

    if (row->condition == CONDITION_monitor_isolated)
        return pool_site_words(pool);
    if (row->condition == CONDITION_site_loss || row->condition == CONDITION_primary_site_unseen)
        return pool_loss_words(pool);
    if (row->if_unknown)
        return arena_format(pool->report->arena, "not known: %s; %s", pool_unknown_words(pool),
                            pool_view_words(pool));
    if (row->tells == COLUMN_site)
        return pool_view_words(pool);
    return note ? note : condition_info(row->condition)->meaning;
}

/* ---- --expect ---- */

/* What each expectation makes of the states in which chat is served. */
static const struct {
    enum condition condition;
    unsigned welcome; /* expectations, as bits, that make it no finding */
} roles_served[] = {
    {CONDITION_normal_on_mirror, 1U << EXPECT_MIRROR | 1U << EXPECT_ANY},
    {CONDITION_dr_active, 1U << EXPECT_BACKUP | 1U << EXPECT_ANY},
    {CONDITION_dr_active_protected, 1U << EXPECT_BACKUP | 1U << EXPECT_ANY},
};

static bool is_welcome(const struct pool *pool, const struct pool_row *row)
{
    for (size_t i = 0; i < COUNT(roles_served); i++)
        if (roles_served[i].condition == row->condition)
            return (roles_served[i].welcome & 1U << pool->options->expect) != 0;
    return row->condition == 0;
}

static bool serves_as_expected(const struct pool *pool)
{
    const struct pool_view *view = &pool->view;
    bool p_closed = POOL_IS(view, p, down) || POOL_IS(view, p, restoring) || POOL_IS(view, p, unseen);

    switch (pool->options->expect) {
    case EXPECT_MIRROR:
        return !POOL_IS(view, p, on) && !(p_closed && POOL_IS(view, b, on));
    case EXPECT_BACKUP:
        return p_closed;
    default:
        return true; /* by design: the table says how bad it is */
    }
}

static void assess_expectation(struct pool *pool)
{
    static const char *const names[] = {[EXPECT_PRIMARY] = "primary",
                                        [EXPECT_BACKUP] = "backup",
                                        [EXPECT_MIRROR] = "mirror",
                                        [EXPECT_ANY] = "any"};

    if (!serves_as_expected(pool))
        report_add(pool->report, CONDITION_role_unexpected, pool->report->pool,
                   "expected %s to serve, but %s", names[pool->options->expect], pool_view_words(pool));
}

/* ---- states ---- */

static bool is_said(const struct report *report, enum condition condition)
{
    for (size_t i = 0; i < report->finding_count; i++)
        if (report->findings[i].condition == condition)
            return true;
    return false;
}

static void add_row(struct pool *pool, const struct pool_row *row)
{
    if (is_welcome(pool, row) || is_said(pool->report, row->condition))
        return;
    report_add(pool->report, row->condition, pool->report->pool, "%s", row_words(pool, row))->severity =
        row->severity;
}

/* What a state says already: beside it the other would only say it again. */
static const struct {
    enum condition state, implied;
} implications[] = {
    {CONDITION_site_loss, CONDITION_writable_copy_unseen},
    {CONDITION_primary_site_unseen, CONDITION_writable_copy_unseen},
    {CONDITION_failover_step1_3, CONDITION_writable_copy_unseen},
    {CONDITION_failover_step1_3, CONDITION_primary_site_unseen},
    {CONDITION_failover_step4_done, CONDITION_primary_site_unseen},
    {CONDITION_on_mirror_no_dr, CONDITION_normal_on_mirror},
    {CONDITION_on_mirror_no_dr, CONDITION_dr_lagging},
    {CONDITION_split_brain, CONDITION_state_mismatch},
    {CONDITION_failback_order_hazard, CONDITION_old_primary_returned},
};

static bool is_implied(const struct pool_row *state, const struct pool_row *row)
{
    for (size_t i = 0; i < COUNT(implications); i++)
        if (implications[i].state == state->condition && implications[i].implied == row->condition)
            return true;
    return false;
}

/*
 * What is not seen leads what follows from it, and is as bad: while the primary site or the writable copy is
 * out of sight, what is late or unreachable elsewhere is so because of it.
 */
static void lead_with_sight(struct pool *pool, const struct pool_row *state)
{
    struct report *report = pool->report;

    if (state->condition != CONDITION_primary_site_unseen &&
        state->condition != CONDITION_writable_copy_unseen)
        return;
    for (size_t i = 1; i < report->finding_count; i++)
        report->findings[0].severity =
            severity_worse(report->findings[0].severity, report->findings[i].severity);
}

/* The first row that fits is the state; what else fits stands beside it.  Who is cut off says no more. */
static void assess_state(struct pool *pool)
{
    const struct pool_row *state = pool_state(&pool->view);
    const struct pool_row *normal = pool_rows + pool_row_count - 3;

    add_row(pool, state);
    if (state->condition == CONDITION_monitor_isolated)
        return;
    for (const struct pool_row *row = state + 1; row < normal; row++)
        if (pool_row_fits(row, &pool->view) && !is_implied(state, row))
            add_row(pool, row);
    lead_with_sight(pool, state);
    /* A state that is welcome is only as good as what was seen of it. */
    if (!pool->report->finding_count && pool_row_fits(normal + 1, &pool->view))
        add_row(pool, normal + 1);
}

/* ---- what the replication report adds ---- */

/* Of sight, and of two copies inside one site: conditions that no column has.  Facts that are missing show as
   columns that are not known. */
static const enum condition borrowed[] = {
    CONDITION_instance_unseen, CONDITION_instance_refuses_monitor,
    CONDITION_right_missing,   CONDITION_two_principals,
    CONDITION_quorum_lost,
};

static bool is_borrowed(enum condition condition)
{
    for (size_t i = 0; i < COUNT(borrowed); i++)
        if (borrowed[i] == condition)
            return true;
    return false;
}

static void borrow_findings(struct pool *pool)
{
    for (size_t i = 0; i < pool->replication->finding_count; i++) {
        const struct finding *from = &pool->replication->findings[i];
        struct arena *arena = pool->report->arena;
        struct finding *to;

        if (!is_borrowed(from->condition))
            continue;
        to = report_add(pool->report, from->condition, from->object, "%s", from->message);
        to->severity = from->severity;
        to->action = arena_text(arena, from->action);
    }
}

static void add_lines(struct pool *pool)
{
    for (size_t i = 0; i < pool->replication->line_count; i++) {
        const struct object_line *from = &pool->replication->lines[i];
        struct object_line *to = report_line(pool->report, from->site, from->object);

        to->text = arena_text(pool->report->arena, from->text);
        to->aside = arena_text(pool->report->arena, from->aside);
    }
}

static const char *ping_words(const struct chat_server *server)
{
    if (server->pings[SITE_PRIMARY] == PING_ALIVE || server->pings[SITE_BACKUP] == PING_ALIVE)
        return "registered in database";
    return server->pings[SITE_PRIMARY] == PING_FROZEN || server->pings[SITE_BACKUP] == PING_FROZEN
               ? "its ping stands still"
               : "";
}

static void add_host_lines(struct pool *pool)
{
    static const char *const answers[] = {
        [ANSWER_UNKNOWN] = "not asked", [ANSWER_NO] = "not seen", [ANSWER_YES] = "seen"};

    for (size_t i = 0; i < pool->server_count; i++) {
        const struct chat_server *server = &pool->servers[i];
        const struct host_snapshot *host = server->host;
        struct object_line *line =
            report_line(pool->report, host->site == SITE_NONE ? "" : site_role_name(host->site), host->name);

        line->text = arena_format(pool->report->arena, "%s chat server, %s",
                                  server->is_active ? "active" : "idle", answers[host_answers(host)]);
        line->aside = ping_words(server);
    }
}

void pool_look(struct pool *pool, const char *title, const struct snapshot *snapshot,
               const struct assess_options *options)
{
    *pool = (struct pool){.snapshot = snapshot, .options = options ? options : &default_options};
    pool->report = report_new(title, snapshot->pool ? snapshot->pool : "", &snapshot->limits);
    pool->replication = assess_replication(snapshot, options);
    pool->roles = roles_find(snapshot);
    find_servers(pool);
    pool_see_site(pool);
    pool_see_copies(pool);
    pool_see_store(pool);
    pool_see_servers(pool);
    pool_see_around(pool);
}

void pool_done(struct pool *pool)
{
    report_free(pool->replication);
}

struct report *assess_pool(const struct snapshot *snapshot, const struct assess_options *options)
{
    AUTO(pool) struct pool pool = {0};

    pool_look(&pool, "PCHAT POOL", snapshot, options);
    assess_state(&pool);
    assess_expectation(&pool);
    borrow_findings(&pool);
    pool_tell_unseen_hosts(&pool);
    add_lines(&pool);
    add_host_lines(&pool);
    pool_tell_vantage_points(&pool);
    report_merge_findings(pool.report);
    report_judge(pool.report);
    pool.report->summary = pool_serving_words(&pool);
    return pool.report;
}
