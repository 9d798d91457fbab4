/*
 * A campaign: the lab's world and programs of ours in one process, under one virtual time.
 *
 * Programs sit on hosts of the world (struct seat): each has that host's clock and ways out - SQL sessions,
 * WinRM, probes - and nothing else of the world.  What goes wrong is planned: faults and acts of the world
 * (lab/world/faults.h), sessions that are killed, programs that crash.  The same configuration and the same
 * plan give the same campaign, byte for byte.  Ground truth is campaign_world_truth().
 *
 *     AUTO(campaign) struct campaign *campaign = campaign_new(NULL, &err);
 *     struct seat *runner = seat_new(campaign, &(struct seat_config){.sql_user = "pchat_admin"});
 *     campaign_plan(campaign, 60000, "site_down dub");
 *     seat_start(runner, work, argument);
 *     campaign_plan_crash(campaign, 75000, runner);
 *     campaign_advance(campaign, 600000);
 *
 * By one thread: that which made the campaign; what seats run is its own, in turn (world_clock.h).
 */
#ifndef PCHAT_TESTS_CAMPAIGN_CAMPAIGN_H
#define PCHAT_TESTS_CAMPAIGN_CAMPAIGN_H

#include "campaign/campaign_world.h"
#include "campaign/world_clock.h"
#include "campaign/world_probes.h"
#include "campaign/world_sql.h"
#include "campaign/world_winrm.h"
#include "model/snapshot.h"
#include "observe/hosts/host_tracks.h"
#include "topology/topology.h"

struct seat;
struct plan;

struct campaign {
    struct world *world;
    struct world_time *time;
    struct world_clock clock; /* of the host "monitor" */
    struct topology *topology;
    const struct topology_pool *pool;
    struct seat *seats;
    struct plan *plans;
    struct err failure; /* the first plan that could not be carried out as written; kind ERR_NONE: none */
};

/* config NULL: as the world is by default.  NULL with *err. */
struct campaign *campaign_new(const struct campaign_config *config, struct err *err);
/* Seats too. */
void campaign_free(struct campaign *campaign);
AUTO_DEFINE_FREE(campaign, struct campaign)

/* Lets time pass, and all that live in it; milliseconds since the campaign began. */
void campaign_advance(struct campaign *campaign, int64_t ms);
int64_t campaign_now_ms(const struct campaign *campaign);

/* ---- what goes wrong ---- */

/* Words to the world (campaign_world_do()) at that time; kept by address. */
void campaign_plan(struct campaign *campaign, int64_t at_ms, const char *words);
/* KILLs every session of that login on an instance. */
void campaign_plan_kill(struct campaign *campaign, int64_t at_ms, const char *instance, const char *login);
void campaign_plan_crash(struct campaign *campaign, int64_t at_ms, struct seat *seat);

/* ---- what was sent ---- */

/* Statements and cmdlets that change something and came from runners, so far. */
int64_t campaign_mutations(struct campaign *campaign);

/* ---- programs ---- */

/* NULL takes the default named. */
struct seat_config {
    const char *host;         /* "monitor" */
    const char *sql_user;     /* "pchat_monitor" */
    const char *password;     /* the login's: CAMPAIGN_..._PASSWORD */
    const char *program;      /* "pchat-campaign" */
    const char *winrm_user;   /* "LITWARE\\svc-pchatmon" */
    bool delegated;           /* its WinRM calls carry credentials for a second hop */
    int64_t half_trip_ms;     /* of one message on the network; 1 */
    int64_t login_timeout_ms; /* 5000 */
};

/* One process of ours; the campaign's, until its end. */
struct seat {
    struct campaign *campaign;
    struct world_clock clock;
    struct world_sql sql;
    struct world_winrm winrm;
    struct world_probes looks;
    struct sql_opener sql_opener;
    struct winrm_opener winrm_opener;
    struct probes probes;
    struct host_means means;
    struct track_table tracks;
    unsigned who;      /* what it runs, for world_time_crash(); 0: nothing */
    struct seat *next; /* of the campaign */
};

struct seat *seat_new(struct campaign *campaign, const struct seat_config *config);
/* Runs work(argument) beside the caller, from the next time that this one sleeps.  False: no thread. */
bool seat_start(struct seat *seat, void (*work)(void *argument), void *argument);
/* The process is gone at once: what it runs, its sessions on the servers.  What it has on disk stays. */
void seat_crash(struct seat *seat);

/* One pass of observe_pool() from there, of the calling work; the caller's snapshot. */
struct snapshot *seat_observe(struct seat *seat, unsigned fact_sets, int64_t timeout_ms);

#endif
