#include "campaign/campaign.h"

#include "base/mem.h"
#include "observe/core/observe.h"

#include <string.h>

enum { HALF_TRIP_MS = 1, LOGIN_TIMEOUT_MS = 5000 };

/* ---- what goes wrong ---- */

struct plan {
    struct campaign *campaign;
    const char *words, *instance, *login;
    struct seat *seat;
    struct plan *next; /* of the campaign */
};

static void plan(int64_t at_ms, void (*happen)(void *user), const struct plan *what)
{
    struct plan *kept = mem_alloc(sizeof *kept);

    *kept = *what;
    kept->next = what->campaign->plans;
    what->campaign->plans = kept;
    world_time_plan(what->campaign->time, at_ms, happen, kept);
}

static void carry_out(void *user)
{
    const struct plan *plan = user;
    struct campaign *campaign = plan->campaign;
    struct err err = ERR_INIT;

    if (campaign_world_do(campaign->world, plan->words, &err) != 0 && campaign->failure.kind == ERR_NONE)
        campaign->failure = err;
}

static void kill_sessions(void *user)
{
    const struct plan *plan = user;

    campaign_world_kill(plan->campaign->world, plan->instance, plan->login);
}

static void crash(void *user)
{
    const struct plan *plan = user;

    seat_crash(plan->seat);
}

void campaign_plan(struct campaign *campaign, int64_t at_ms, const char *words)
{
    plan(at_ms, carry_out, &(struct plan){.campaign = campaign, .words = words});
}

void campaign_plan_kill(struct campaign *campaign, int64_t at_ms, const char *instance, const char *login)
{
    plan(at_ms, kill_sessions, &(struct plan){.campaign = campaign, .instance = instance, .login = login});
}

void campaign_plan_crash(struct campaign *campaign, int64_t at_ms, struct seat *seat)
{
    plan(at_ms, crash, &(struct plan){.campaign = campaign, .seat = seat});
}

/* ---- programs ---- */

static const char *otherwise(const char *given, const char *usual)
{
    return given ? given : usual;
}

static const char *password_of(const char *login)
{
    return strcmp(login, "pchat_monitor") == 0 ? CAMPAIGN_MONITOR_PASSWORD : CAMPAIGN_ADMIN_PASSWORD;
}

static void set_ways(struct seat *seat, const struct seat_config *config)
{
    const char *login = otherwise(config->sql_user, "pchat_monitor");
    int64_t half_trip_ms = config->half_trip_ms ? config->half_trip_ms : HALF_TRIP_MS;

    seat->sql = (struct world_sql){
        .clock = &seat->clock,
        .user = login,
        .password = otherwise(config->password, password_of(login)),
        .program = otherwise(config->program, "pchat-campaign"),
        .host = otherwise(config->host, "monitor"),
        .half_trip_ms = half_trip_ms,
        .login_timeout_ms = config->login_timeout_ms ? config->login_timeout_ms : LOGIN_TIMEOUT_MS,
    };
    seat->winrm = (struct world_winrm){
        .clock = &seat->clock,
        .user = otherwise(config->winrm_user, "LITWARE\\svc-pchatmon"),
        .delegated = config->delegated,
        .half_trip_ms = half_trip_ms,
    };
    seat->looks = (struct world_probes){&seat->clock, half_trip_ms};
}

struct seat *seat_new(struct campaign *campaign, const struct seat_config *config)
{
    struct seat *seat = mem_alloc(sizeof *seat);

    seat->campaign = campaign;
    seat->clock = world_clock_of(campaign->time,
                                 campaign_world_host(campaign->world, otherwise(config->host, "monitor")));
    set_ways(seat, config);
    seat->sql_opener = world_sql_opener(&seat->sql);
    seat->winrm_opener = world_winrm_opener(&seat->winrm);
    seat->probes = world_probes_by(&seat->looks);
    seat->means = (struct host_means){&seat->winrm_opener, &seat->probes};
    seat->tracks = host_tracks_by(&seat->means);
    seat->next = campaign->seats;
    campaign->seats = seat;
    return seat;
}

bool seat_start(struct seat *seat, void (*work)(void *argument), void *argument)
{
    seat->who = world_time_start(seat->campaign->time, work, argument);
    return seat->who != 0;
}

void seat_crash(struct seat *seat)
{
    world_time_crash(seat->campaign->time, seat->who);
    world_sql_crash(&seat->sql);
    seat->who = 0;
}

struct snapshot *seat_observe(struct seat *seat, unsigned fact_sets, int64_t timeout_ms)
{
    const struct observe_request request = {
        .pool = seat->campaign->pool,
        .fact_sets = fact_sets,
        .program_name = seat->sql.program,
        .clock = &seat->clock.clock,
        .deadline = deadline_in_ms(&seat->clock.clock, timeout_ms),
        .opener = &seat->sql_opener,
        .tracks = &seat->tracks,
    };

    return observe_pool(&request).snapshot;
}

static void free_seats(struct seat *seat)
{
    while (seat) {
        struct seat *next = seat->next;

        world_sql_done(&seat->sql);
        world_winrm_done(&seat->winrm);
        free(seat);
        seat = next;
    }
}

static void free_plans(struct plan *plan)
{
    while (plan) {
        struct plan *next = plan->next;

        free(plan);
        plan = next;
    }
}

/* ---- life ---- */

static int take_topology(struct campaign *campaign, const struct topology_pool *known, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    campaign->pool = known;
    if (known)
        return 0;
    campaign_world_topology(&text, campaign->world);
    campaign->topology = topology_parse(strbuf_text(&text), text.length, "topology.yaml", NULL, err);
    if (!campaign->topology)
        return -1;
    campaign->pool = &campaign->topology->pools[0];
    return 0;
}

struct campaign *campaign_new(const struct campaign_config *config, struct err *err)
{
    static const struct campaign_config usual;
    AUTO(campaign) struct campaign *campaign = mem_alloc(sizeof *campaign);
    struct campaign *made = campaign;

    config = config ? config : &usual;
    campaign->world = campaign_world_new(config, err);
    if (!campaign->world || take_topology(campaign, config->pool, err) != 0)
        return NULL;
    campaign->time = world_time_new(campaign->world);
    campaign->clock = world_clock_of(campaign->time, campaign_world_host(campaign->world, "monitor"));
    campaign = NULL;
    return made;
}

void campaign_free(struct campaign *campaign)
{
    if (!campaign)
        return;
    free_seats(campaign->seats);
    world_time_free(campaign->time);
    free_plans(campaign->plans);
    topology_free(campaign->topology);
    campaign_world_free(campaign->world);
    free(campaign);
}

int64_t campaign_now_ms(const struct campaign *campaign)
{
    return world_time_now_ms(campaign->time);
}

void campaign_advance(struct campaign *campaign, int64_t ms)
{
    int64_t until_ms = campaign_now_ms(campaign) + ms;

    while (campaign_now_ms(campaign) < until_ms)
        clock_sleep_ms(&campaign->clock.clock, until_ms - campaign_now_ms(campaign));
}

/* ---- what was sent ---- */

static int64_t sum_of(const json_t *counts)
{
    const char *name;
    json_t *count;
    int64_t sum = 0;

    json_object_foreach((json_t *)counts, name, count) sum += json_integer_value(count);
    return sum;
}

int64_t campaign_mutations(struct campaign *campaign)
{
    json_t *truth = campaign_world_truth(campaign->world), *row;
    const char *name;
    int64_t sum = 0;

    json_object_foreach(json_object_get(truth, "instances"), name, row) sum +=
        json_integer_value(json_object_get(json_object_get(row, "mutating_statements"), "pchat_admin"));
    json_object_foreach(json_object_get(truth, "changing_cmdlets"), name, row) sum += sum_of(row);
    json_decref(truth);
    return sum;
}
