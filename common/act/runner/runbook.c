#include "act/runner/runbook.h"

#include "base/duration.h"
#include "base/utc.h"

#include <string.h>
#include <strings.h>

struct judging {
    const struct runbook_question *question;
    const struct runs_pool *pool;
    struct report *report;
};

static const struct runs_pool *find_pool(const struct runbook_question *question)
{
    const struct runs_file *file = question->file;

    if (!question->pool)
        return file->pool_count == 1 ? &file->pools[0] : NULL;
    for (size_t i = 0; i < file->pool_count; i++)
        if (file->pools[i].pool && strcasecmp(file->pools[i].pool, question->pool) == 0)
            return &file->pools[i];
    return NULL;
}

static bool something_is_open(const struct runs_pool *pool)
{
    return pool->episode || pool->open_run || pool->failed_over;
}

/* The runner rewrites it at every look while something is open; with nothing open it may be gone itself. */
static void judge_age(struct judging *judging)
{
    const struct runbook_question *question = judging->question;
    int64_t age_s = (question->now_utc_ms - question->file->written_utc_ms) / 1000;
    char age[DURATION_TEXT_BYTES];

    if (something_is_open(judging->pool) && age_s > question->file_age_most_s)
        report_add(judging->report, CONDITION_runs_unknown, judging->pool->pool,
                   "the runner has shown nothing for %s, though something is open",
                   duration_format(age_s, age));
}

static void judge_pause(struct judging *judging)
{
    const struct runs_pool *pool = judging->pool;
    int64_t until_utc_ms;
    bool is_over;

    if (!pool->pause_by)
        return;
    is_over = !pool->pause_until || !utc_parse(pool->pause_until, &until_utc_ms) ||
              until_utc_ms <= judging->question->now_utc_ms;
    report_add(judging->report, is_over ? CONDITION_pause_expired : CONDITION_paused, pool->pool,
               "paused until %s by %s: %s", pool->pause_until ? pool->pause_until : "?", pool->pause_by,
               pool->pause_reason ? pool->pause_reason : "no reason given");
}

static void judge_run(struct judging *judging)
{
    const struct runs_pool *pool = judging->pool;
    const char *end = pool->end ? pool->end : "";

    if (pool->open_run)
        report_add(judging->report, CONDITION_run_unfinished, pool->pool, "run %lld is %s%s%s",
                   (long long)pool->open_run, pool->busy ? "under way" : end, pool->why ? ": " : "",
                   pool->why ? pool->why : "")
            ->severity = pool->busy ? SEVERITY_WARNING : SEVERITY_CRITICAL;
    else if (pool->plan && strcmp(end, "waits") == 0)
        report_add(judging->report, CONDITION_approval_awaited, pool->pool, "plan %s (%s) is ready",
                   pool->plan, pool->verb ? pool->verb : "?");
    else if (pool->episode && (strcmp(end, "refused") == 0 || strcmp(end, "waits") == 0))
        report_add(judging->report, CONDITION_run_refused, pool->pool, "%s", pool->why ? pool->why : end);
}

static void judge_fence(struct judging *judging)
{
    if (judging->pool->fence_lost)
        report_add(judging->report, CONDITION_fence_lost, judging->pool->pool, "no longer proven off: %s",
                   judging->pool->fence_lost);
}

static void judge_protection(struct judging *judging)
{
    const struct runs_pool *pool = judging->pool;
    const struct runbook_question *question = judging->question;
    int64_t for_s = (question->now_utc_ms - pool->failed_over_utc_ms) / 1000;
    char duration[DURATION_TEXT_BYTES];
    struct finding *finding;

    if (!pool->failed_over)
        return;
    finding = report_add(judging->report, CONDITION_reprotection_due, pool->pool,
                         "failed over for %s, and no failback is recorded", duration_format(for_s, duration));
    if (for_s > question->reprotect_critical_s)
        finding->severity = SEVERITY_CRITICAL;
}

static void judge_episodes(struct judging *judging)
{
    const struct runbook_question *question = judging->question;

    if (question->pool_is_hard_critical && !judging->pool->episode && !judging->pool->open_run)
        report_add(judging->report, CONDITION_episode_missing, judging->pool->pool,
                   "the pool check is hard critical, and no episode is recorded");
    if (question->episodes_waiting)
        report_add(judging->report, CONDITION_episode_left, judging->pool->pool, "%zu in the spool",
                   question->episodes_waiting);
}

static void add_line(struct judging *judging)
{
    const struct runs_pool *pool = judging->pool;
    struct object_line *line = report_line(judging->report, "", pool->pool);
    char watched[UTC_TEXT_BYTES];

    line->text =
        arena_format(judging->report->arena, "%s%s%s", pool->episode ? "episode open" : "no episode",
                     pool->open_run ? ", run open" : ", no run", pool->failed_over ? ", failed over" : "");
    line->aside = pool->watched_utc_ms ? arena_format(judging->report->arena, "last look %s",
                                                      utc_format_time(pool->watched_utc_ms, watched))
                                       : "";
}

static void judge_pool(struct judging *judging)
{
    judge_age(judging);
    judge_run(judging);
    judge_fence(judging);
    judge_pause(judging);
    judge_protection(judging);
    judge_episodes(judging);
    add_line(judging);
    judging->report->summary = "nothing is open";
}

struct report *runbook_report(const struct runbook_question *question)
{
    const struct limits limits = limits_default();
    struct judging judging = {.question = question};
    const char *name = question->pool ? question->pool : "";

    judging.pool = question->file ? find_pool(question) : NULL;
    if (judging.pool && judging.pool->pool)
        name = judging.pool->pool;
    judging.report = report_new("PCHAT RUNBOOK", name, &limits);
    if (judging.pool)
        judge_pool(&judging);
    else
        report_add(judging.report, CONDITION_runs_unknown, name, "%s",
                   question->why_not ? question->why_not : "the runner shows nothing of this pool");
    report_judge(judging.report);
    return judging.report;
}
