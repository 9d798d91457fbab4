/*
 * predict [--count N] [--seed N]: what readiness says a failover would cost, against what one then costs.
 *
 * In one process, under one virtual time: for each seed a deployment lives for a while, the check looks and
 * predicts, the site is lost at once, and a person fails over.  RPO: messages that are lost, times the
 * interval at which users write.  RTO: from the approval until a message is written into the standby's copy.
 *
 * It prints a line for each seed, the distribution of the errors, and `ok - `/`not ok - ` lines: that each
 * failover came about, and that no more was lost than was said.
 */
#include "act/readiness/step_times.h"
#include "base/number.h"
#include "campaign/runner_seat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS_MOST = 1000, WRITE_MS = 2000, SAMPLE_MS = 500, MINUTE_MS = 60000, LOOK_MS = 12000 };

struct trial {
    struct campaign *campaign;
    struct switchboard switchboard;
    struct runner_seat *runner;
    int64_t begun_ms, served_ms;   /* served: when chat was written at the standby; -1: not yet */
    int64_t written;               /* messages, when the standby's copy was first seen open; -1: not yet */
    const struct step_time *times; /* of a failover before it; none: the first one */
    size_t time_count;
    struct fact_num said_rpo_s, said_rto_s;
    int64_t was_rpo_s, was_rto_s;
};

/* ---- the truth ---- */

static int64_t truth_of(const struct trial *trial, const char *instance, const char *key)
{
    json_t *truth = campaign_world_truth(trial->campaign->world), *from = truth;
    int64_t value;

    if (instance)
        from = json_object_get(json_object_get(json_object_get(truth, "instances"), instance), "mgc");
    value = json_integer_value(json_object_get(from, key));
    json_decref(truth);
    return value;
}

static void sample(void *user)
{
    struct trial *trial = user;
    const int64_t now_ms = campaign_now_ms(trial->campaign);

    if (trial->written < 0 && campaign_world_is_writable(trial->campaign->world, "sqldr1")) {
        trial->written = truth_of(trial, NULL, "messages_written");
        trial->was_rpo_s = truth_of(trial, "sqldr1", "lost_if_survivor") * WRITE_MS / 1000;
    }
    if (trial->written >= 0 && trial->served_ms < 0 &&
        truth_of(trial, NULL, "messages_written") > trial->written)
        trial->served_ms = now_ms;
    if (trial->served_ms < 0)
        world_time_plan(trial->campaign->time, now_ms + SAMPLE_MS, sample, trial);
}

/* ---- what is said ---- */

static const struct metric *metric_of(const struct report *report, enum metric_id id)
{
    for (size_t i = 0; i < report->metric_count; i++)
        if (report->metrics[i].id == id)
            return &report->metrics[i];
    return NULL;
}

static struct fact_num number_of(const struct report *report, enum metric_id id)
{
    const struct metric *metric = metric_of(report, id);

    return metric && metric->known ? (struct fact_num){true, (int64_t)metric->value} : (struct fact_num){0};
}

static enum fence_status on(void *user, const char *object)
{
    (void)user;
    (void)object;
    return FENCE_ON;
}

static void predict(struct trial *trial)
{
    struct seat *seat = seat_new(trial->campaign, &(struct seat_config){.program = "check_pchat_readiness"});
    const struct looker_setup setup = {
        .pool = trial->campaign->pool,
        .for_readiness = true,
        .clock = &seat->clock.clock,
        .opener = &seat->sql_opener,
        .tracks = &seat->tracks,
        .program_name = "check_pchat_readiness",
        .look_ms = LOOK_MS,
        .fence = on,
    };
    AUTO(pool_looker) struct pool_looker *looker = pool_looker_new(&setup);
    const struct looker port = pool_looker_port(looker);
    AUTO(look) struct look *look = port.look(port.user, false);
    AUTO(report)
    struct report *report = readiness_report(&(struct readiness_question){.pool = trial->campaign->pool,
                                                                          .look = look,
                                                                          .topology_sha256 = "campaign",
                                                                          .times = trial->times,
                                                                          .time_count = trial->time_count});

    trial->said_rpo_s = number_of(report, METRIC_rpo_s);
    trial->said_rto_s = number_of(report, METRIC_rto_s);
}

/* ---- what it costs ---- */

static bool fail_over(struct trial *trial, struct arena *arena)
{
    const struct job_request request = request_of_dba(VERB_NONE);
    struct err err = ERR_INIT;
    AUTO(plan) struct plan *plan = NULL;

    campaign_plan(trial->campaign, campaign_now_ms(trial->campaign), "site_down dub");
    campaign_plan(trial->campaign, campaign_now_ms(trial->campaign) + 1, ".step_move_store");
    campaign_advance(trial->campaign, MINUTE_MS);
    plan = job_plan(&trial->runner->shop, &request, &err);
    if (!plan || plan->verb != VERB_FAILOVER)
        return false;
    trial->begun_ms = campaign_now_ms(trial->campaign);
    world_time_plan(trial->campaign->time, trial->begun_ms, sample, trial);
    job_apply(&trial->runner->shop, plan->id, &request, arena);
    campaign_advance(trial->campaign, (int64_t)5 * MINUTE_MS);
    trial->was_rto_s = (trial->served_ms - trial->begun_ms) / 1000;
    return trial->served_ms >= 0;
}

/* What a host knows of one failover when it is asked about the next. */
struct knowledge {
    struct arena *arena;
    const struct step_time *times;
    size_t count;
};

static bool play(uint64_t seed, struct knowledge *knowledge, struct trial *trial)
{
    const struct campaign_config config = {.seed = seed, .write_interval_ms = WRITE_MS};
    AUTO(arena) struct arena *arena = arena_new();
    struct err err = ERR_INIT;
    bool played = false;

    *trial = (struct trial){
        .served_ms = -1, .written = -1, .times = knowledge->times, .time_count = knowledge->count};
    trial->campaign = campaign_new(&config, &err);
    if (!trial->campaign)
        return false;
    trial->switchboard = (struct switchboard){.campaign = trial->campaign, .is_off = true};
    trial->runner = runner_seat_new(trial->campaign, "runner1", ":memory:", &trial->switchboard, &err);
    if (trial->runner) {
        /* Anywhere between two log backups, and a while into the deployment's life. */
        campaign_advance(trial->campaign, (int64_t)(seed * 7919 % 1201) * 1000 + 1000);
        predict(trial);
        played = fail_over(trial, arena);
        if (played && !knowledge->count)
            knowledge->times = step_times_read(trial->runner->journal, knowledge->arena, &knowledge->count);
    }
    runner_seat_free(trial->runner);
    campaign_free(trial->campaign);
    return played;
}

/* ---- the distribution ---- */

static int by_size(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static void tell(const char *what, int64_t errors_s[], size_t count)
{
    qsort(errors_s, count, sizeof errors_s[0], by_size);
    if (count)
        printf(
            "%s said minus was, s: least %lld, 10 %% %lld, median %lld, 90 %% %lld, most %lld (%zu seeds)\n",
            what, (long long)errors_s[0], (long long)errors_s[count / 10], (long long)errors_s[count / 2],
            (long long)errors_s[count * 9 / 10], (long long)errors_s[count - 1], count);
}

static bool take_number(int argc, char **argv, const char *name, int64_t *number)
{
    for (int i = 1; i + 1 < argc; i += 2)
        if (strcmp(argv[i], name) == 0)
            return number_parse(argv[i + 1], number) && *number > 0 && *number <= SEEDS_MOST;
    return true;
}

int main(int argc, char **argv)
{
    static int64_t rpo_s[SEEDS_MOST], rto_s[SEEDS_MOST];
    int64_t count = 50, first = 1;
    size_t done = 0, measured = 0, too_little = 0;
    AUTO(arena) struct arena *arena = arena_new();
    struct knowledge knowledge = {.arena = arena};

    if (!take_number(argc, argv, "--count", &count) || !take_number(argc, argv, "--seed", &first)) {
        fprintf(stderr, "usage: predict [--count N] [--seed N], 1 to %d\n", SEEDS_MOST);
        return 3;
    }
    for (int64_t seed = first; seed < first + count; seed++) {
        const bool knows = knowledge.count > 0;
        struct trial trial;

        if (!play((uint64_t)seed, &knowledge, &trial) || !trial.said_rpo_s.known || !trial.said_rto_s.known) {
            printf("seed %lld: no failover, or nothing said\n", (long long)seed);
            continue;
        }
        printf("seed %lld: RPO said %lld s, was %lld s; RTO said %lld s, was %lld s\n", (long long)seed,
               (long long)trial.said_rpo_s.value, (long long)trial.was_rpo_s,
               (long long)trial.said_rto_s.value, (long long)trial.was_rto_s);
        rpo_s[done] = trial.said_rpo_s.value - trial.was_rpo_s;
        /* The first one says what steps usually take, the others what they took in the first. */
        if (knows)
            rto_s[measured++] = trial.said_rto_s.value - trial.was_rto_s;
        /* The last look is some seconds before the loss. */
        too_little += rpo_s[done] < -30;
        done++;
    }
    tell("RPO", rpo_s, done);
    tell("RTO", rto_s, measured);
    printf("%s - each of %lld sites that were lost was failed over\n",
           (int64_t)done == count ? "ok" : "not ok", (long long)count);
    printf("%s - no more was lost than was said\n", too_little ? "not ok" : "ok");
    return (int64_t)done == count && !too_little ? 0 : 1;
}
