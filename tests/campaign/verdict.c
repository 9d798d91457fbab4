#include "campaign/verdict_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WRITE_MS = 180000 };           /* somebody writes within */
enum { SHIPPED_MS = 50 * 60 * 1000 }; /* each of three jobs runs every quarter of an hour, or more often */
enum { RUNS_MOST = 512 };

static const char *const outcome_names[OUTCOME_COUNT] = {
    [OUTCOME_FINISHED] = "finished", [OUTCOME_REFUSED] = "refused", [OUTCOME_RESUMABLE] = "resumable"};

const char *outcome_name(enum outcome outcome)
{
    return outcome_names[outcome];
}

void violate(struct verdict *verdict, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    strbuf_format(&verdict->violations, "%s%s", verdict->violations.length ? "; " : "", text);
}

/* ---- truth ---- */

static double number(const json_t *truth, const char *key)
{
    return json_number_value(json_object_get(truth, key));
}

static const char *text(const json_t *truth, const char *key)
{
    const char *value = json_string_value(json_object_get(truth, key));

    return value ? value : "";
}

static bool is_only(const json_t *list, const char *name)
{
    const char *value = json_string_value(json_array_get(list, 0));

    return json_array_size(list) == 1 && value && strcmp(value, name) == 0;
}

/* ---- how it ended ---- */

/* What the journals tell together: who crashed has a run as open that another one has ended. */
struct ended_runs {
    struct ended_run {
        int64_t run, ended_utc_ms;
        enum verb verb;
        bool is_finished, is_put_back;
    } rows[RUNS_MOST];
    size_t count;
};

static struct ended_run *ended_run(struct ended_runs *runs, int64_t run)
{
    for (size_t i = 0; i < runs->count; i++)
        if (runs->rows[i].run == run)
            return &runs->rows[i];
    if (runs->count == RUNS_MOST)
        return NULL;
    runs->rows[runs->count].run = run;
    return &runs->rows[runs->count++];
}

static void take_run(void *user, const struct journal_run *run)
{
    enum verb verb;
    struct ended_run *row;

    if (!verb_parse(run->verb, &verb) || verb == VERB_FENCE)
        return;
    row = ended_run(user, run->run);
    if (!row)
        return;
    row->verb = verb;
    row->is_put_back |= strcmp(run->state, "abandoned") == 0;
    if (strcmp(run->state, "finished") != 0)
        return;
    row->is_finished = true;
    row->ended_utc_ms = run->ended_utc_ms;
}

static int by_number(const void *a, const void *b)
{
    const struct ended_run *one = a, *other = b;

    return (one->run > other->run) - (one->run < other->run);
}

static enum place opposite(enum place place)
{
    return place == PLACE_PRIMARY ? PLACE_BACKUP : PLACE_PRIMARY;
}

/* A failover leads away from what was struck; other verbs of a site to where it was not. */
static enum place led_to(const struct stage *stage, enum verb verb, enum place before)
{
    if (verb == VERB_FAILOVER)
        return stage->schedule->trouble == TROUBLE_BACKUP_SITE ? PLACE_PRIMARY : PLACE_BACKUP;
    return verb_moves_site(verb) ? opposite(before) : before;
}

static void take_last(const struct stage *stage, const struct ended_run *run, struct verdict *verdict)
{
    verdict->put_back = run->is_put_back ? run->verb : VERB_NONE;
    if (!run->is_finished)
        return;
    verdict->verb = run->verb;
    verdict->ended_utc_ms = run->ended_utc_ms;
    verdict->served = led_to(stage, run->verb, verdict->served);
}

static bool is_resumable(const struct stage *stage)
{
    for (const struct operator* op = stage->operators; op; op = op->next)
        if (!op->is_gone && op->answer.end != ENGINE_DONE && op->answer.end != ENGINE_REFUSED)
            return true;
    return false;
}

static void take_outcome(const struct stage *stage, struct verdict *verdict)
{
    static struct ended_runs runs;
    struct err err = ERR_INIT;
    bool has_ended = false;

    runs.count = 0;
    for (const struct operator* op = stage->operators; op; op = op->next)
        journal_runs(op->runner->journal, take_run, &runs, &err);
    qsort(runs.rows, runs.count, sizeof(runs.rows[0]), by_number);
    for (size_t i = 0; i < runs.count; i++) {
        take_last(stage, &runs.rows[i], verdict);
        has_ended = runs.rows[i].is_finished || runs.rows[i].is_put_back;
    }
    verdict->outcome = has_ended                              ? OUTCOME_FINISHED
                       : is_resumable(stage) || verdict->verb ? OUTCOME_RESUMABLE
                                                              : OUTCOME_REFUSED;
}

static void judge_reasons(const struct stage *stage, struct verdict *verdict)
{
    for (const struct operator* op = stage->operators; op; op = op->next) {
        if (!op->is_gone && op->answer.end != ENGINE_DONE && !*op->answer.why)
            violate(verdict, "%s ended %s without a reason", op->name, engine_end_name(op->answer.end));
        if (op->sends_in_dry_run)
            violate(verdict, "a plan of %s changed something", op->name);
    }
    if (stage->failure)
        violate(verdict, "%s", stage->failure);
}

/* ---- one writer ---- */

/* The mirror that SQL Server promotes by itself, and nobody of ours, is not judged here. */
static void judge_writers(const struct stage *stage, const json_t *truth, struct verdict *verdict)
{
    verdict->overlap_s = number(truth, "writer_overlap_s");
    if (stage->schedule->label != LABEL_TRUE)
        return;
    if (verdict->overlap_s > 0)
        violate(verdict, "two copies were written for %.1f s under a true fence", verdict->overlap_s);
    if (number(truth, "writable_overlap_s") > 0)
        violate(verdict, "two copies were open for %.1f s under a true fence",
                number(truth, "writable_overlap_s"));
}

static void judge_loss(const struct stage *stage, struct verdict *verdict)
{
    int64_t most = stage->unshipped + stage->written_recovered - stage->written_unshipped;

    if (stage->schedule->label == LABEL_TRUE && stage->recovered_ms >= 0 && stage->lost > most)
        violate(verdict, "%lld messages were lost, %lld were not shipped", (long long)stage->lost,
                (long long)most);
}

/* ---- how it is left ---- */

/* A server that could not be told to start when it was decided is left out. */
static bool is_active_list(const struct stage *stage, const json_t *active, const char *const *servers,
                           size_t count)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(active, found));

        if (name && strncmp(name, servers[i], strlen(servers[i])) == 0)
            found++;
        else if (!schedule_breaks_server(stage->schedule, servers[i]))
            return false;
    }
    return found > 0 && found == json_array_size(active);
}

/* Of the partners of the primary site either may have become principal, by itself or by a switch; where chat
 * was moved there, it is the one that was designed to be. */
static bool is_right_copy(const struct verdict *verdict, const json_t *writable)
{
    bool is_moved = verb_moves_site(verdict->verb) && !verdict->put_back;

    if (verdict->served == PLACE_BACKUP)
        return is_only(writable, "sqldr1");
    if (verdict->verb == VERB_MIRROR_FORCE)
        return is_only(writable, "sqlmir1");
    return is_only(writable, "sqlpri1") || (!is_moved && is_only(writable, "sqlmir1"));
}

static void judge_served(const struct stage *stage, const json_t *truth, struct verdict *verdict)
{
    static const struct {
        const char *name, *state, *servers[4];
    } places[] = {
        [PLACE_PRIMARY] = {"the primary site", "normal", {"pc1", "pc2", "pc3", "pc4"}},
        [PLACE_BACKUP] = {"the backup site", "failed_over", {"pc5", "pc6", "pc7", "pc8"}},
    };
    const json_t *store = json_object_get(json_object_get(truth, "chat"), "store");
    const char *name = places[verdict->served].name;

    if (!is_right_copy(verdict, json_object_get(truth, "writable")))
        violate(verdict, "finished, and that of %s is not the only open copy", name);
    if (strcmp(text(truth, "pool_state"), places[verdict->served].state) != 0)
        violate(verdict, "finished, and the pool state is %s", text(truth, "pool_state"));
    if (!is_active_list(stage, json_object_get(store, "active_servers"), places[verdict->served].servers,
                        COUNT(places[verdict->served].servers)))
        violate(verdict, "finished, and the active list is not that of %s", name);
}

static bool users_write(struct stage *stage)
{
    json_t *before = campaign_world_truth(stage->campaign->world), *after;
    bool writes;

    campaign_advance(stage->campaign, WRITE_MS);
    after = campaign_world_truth(stage->campaign->world);
    writes = number(after, "messages_written") > number(before, "messages_written");
    json_decref(before);
    json_decref(after);
    return writes;
}

/* ---- is it protected again? ---- */

static double lost_by(struct stage *stage, const char *instance)
{
    json_t *truth = campaign_world_truth(stage->campaign->world);
    const json_t *row = json_object_get(json_object_get(truth, "instances"), instance);
    const double lost = number(json_object_get(row, "mgc"), "lost_if_survivor");

    json_decref(truth);
    return lost;
}

static double written(struct stage *stage)
{
    json_t *truth = campaign_world_truth(stage->campaign->world);
    const double count = number(truth, "messages_written");

    json_decref(truth);
    return count;
}

/* What was written by now has come to the other site by the time that the jobs have run once more. */
static void judge_shipping(struct stage *stage, struct verdict *verdict)
{
    const bool is_there = verdict->served == PLACE_BACKUP;
    const char *serving = is_there ? "sqldr1" : "sqlpri1", *standby = is_there ? "sqlpri1" : "sqldr1";
    double before = written(stage), missing;

    if (verdict->put_back != VERB_SWITCHOVER && (verdict->put_back || !verb_is_planned(verdict->verb)))
        return; /* a failover leaves nothing to ship to */
    campaign_advance(stage->campaign, SHIPPED_MS);
    missing = lost_by(stage, standby) - lost_by(stage, serving) - (written(stage) - before);
    if (missing > 0)
        violate(verdict, "finished, and logs are not shipped to %s: %.0f messages are missing there", standby,
                missing);
}

static void judge_end(struct stage *stage, const json_t *truth, struct verdict *verdict)
{
    if (verdict->outcome != OUTCOME_FINISHED || (stage->schedule->ends_dark && stage->agenda.has_returned))
        return;
    judge_served(stage, truth, verdict);
    if (!users_write(stage))
        violate(verdict, "finished, and nobody writes");
    if (!stage->agenda.has_struck || stage->agenda.has_returned)
        judge_shipping(stage, verdict);
}

/* Whatever became of it: a planned move loses nothing, and opens no second copy. */
static void judge_planned(const struct stage *stage, const json_t *truth, struct verdict *verdict)
{
    const json_t *open = json_object_get(truth, "writable");
    const char *name = json_string_value(json_array_get(open, 0));
    const json_t *row = json_object_get(json_object_get(truth, "instances"), name ? name : "");
    const double lost = number(json_object_get(row, "mgc"), "lost_if_survivor");

    if (stage->forgiven < 0 || stage->schedule->ends_dark)
        return;
    if (json_array_size(open) == 1 && lost > (double)stage->forgiven)
        violate(verdict, "%.0f messages are lost, %lld were before the pool was moved by plan", lost,
                (long long)stage->forgiven);
    if (number(truth, "writable_overlap_s") > stage->overlap_s)
        violate(verdict, "two copies were open while the pool was moved by plan");
}

/* Who lets nothing through is safe, and of no use. */
static void judge_use(const struct stage *stage, struct verdict *verdict)
{
    const struct agenda *agenda = &stage->agenda;

    if (schedule_calls_for_failover(stage->schedule) && verdict->verb != VERB_FAILOVER)
        violate(verdict, "the site is gone and fenced, and no failover was finished");
    if (agenda->left_as_it_is && agenda->has_returned)
        return; /* what is neither put back nor moved is for people to mend, once the site is there again */
    if (agenda_is_left(agenda) && !stage->schedule->ends_dark)
        violate(verdict, "task %zu, %s, was not done", agenda->at + 1,
                verb_name(stage->schedule->tasks[agenda->at].verb));
}

struct verdict verdict_of(struct stage *stage)
{
    struct verdict verdict = {.violations = STRBUF_INIT};
    json_t *truth = campaign_world_truth(stage->campaign->world);

    take_outcome(stage, &verdict);
    judge_reasons(stage, &verdict);
    judge_writers(stage, truth, &verdict);
    judge_loss(stage, &verdict);
    judge_sent(stage, &verdict);
    judge_use(stage, &verdict);
    judge_planned(stage, truth, &verdict);
    judge_end(stage, truth, &verdict);
    json_decref(truth);
    return verdict;
}

void verdict_done(struct verdict *verdict)
{
    strbuf_done(&verdict->violations);
}
