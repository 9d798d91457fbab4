#include "lab/tsql/table_lock.h"

#include "lab/tsql/catalog.h"

bool table_must_wait(struct run *run, const struct user_table *table)
{
    const struct world *world = run->session->world;
    int timeout_ms = run->session->settings.lock_timeout_ms;
    struct session *row = session_row(run->session);

    if (table->pending_session == 0 || table->pending_session == run->session->session_id) {
        if (run_resumes(run))
            session_request_ends(row);
        return false;
    }
    if (timeout_ms == 0 || (run_resumes(run) && world->now_utc_ms >= run->progress.deadline_utc_ms)) {
        PROBLEM0(&run->problems, run->line, 1222);
        session_request_ends(row);
        return true;
    }
    if (!run_resumes(run))
        session_request_begins(row, "UPDATE", world->now_utc_ms, 0);
    row->wait_type = "LCK_M_X";
    row->blocked_by = table->pending_session;
    run_wait(run, timeout_ms < 0 ? INT64_MAX : world->now_utc_ms + timeout_ms);
    return true;
}

/* A name that means nothing is the binder's to refuse. */
static int lock_table(struct run *run, const struct source *source)
{
    const char *database;
    const struct catalog_table *table = catalog_lookup(run->session, &source->name, &database);

    if (!source->locks || !table || !table->user)
        return 0;
    if (table_must_wait(run, table->user))
        return -1;
    user_table_hold(table->user, run->session->session_id);
    return 0;
}

static int lock_source(struct run *run, const struct source *source)
{
    if (!source)
        return 0;
    if (source->kind == SOURCE_DERIVED)
        return table_lock_sources(run, source->query);
    if (source->kind == SOURCE_JOIN)
        return lock_source(run, source->left) == 0 ? lock_source(run, source->right) : -1;
    return lock_table(run, source);
}

int table_lock_sources(struct run *run, const struct query *query)
{
    if (run->session->transaction_count == 0)
        return 0;
    for (size_t i = 0; i < query->select_count; i++)
        if (lock_source(run, query->selects[i]->from) != 0)
            return -1;
    return 0;
}
