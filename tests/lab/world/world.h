/*
 * The world: a simulated two-site Persistent Chat deployment, its SQL side, as a deterministic state machine
 * under a virtual clock.
 *
 * No threads, sockets, files or wall clock: the same configuration and the same calls give the same world.
 * Reading the structs is the interface for those who show it (tsql, truth); changing it goes through
 * functions only.  Written from the SQL Server documentation, never from what the product expects.  One
 * thread at a time.
 */
#ifndef PCHAT_LAB_WORLD_H
#define PCHAT_LAB_WORLD_H

#include "base/cleanup.h"
#include "lab/world/faults.h"
#include "lab/world/instance.h"
#include "lab/world/later.h"
#include "lab/world/received.h"
#include "lab/world/shape.h"
#include "lab/world/statements.h"

#include <jansson.h>

enum { WORLD_HOSTS_MAX = 48, WORLD_INSTANCES_MAX = 8 };

/* Configuration of one instance; zero fields take the default. */
struct instance_config {
    const char *name;                                /* "sqlpri1", or "*" for every one */
    int version_major, version_minor, version_build; /* 12, 0, 6024 */
    const char *edition;                             /* "Standard Edition (64-bit)" */
    int utc_offset_minutes;
};

/* Start from world_config_default(). */
struct world_config {
    uint64_t seed;
    int64_t start_utc_ms; /* `now` right after world_new; history lies before it */
    int64_t history_s;    /* virtual time simulated before start */
    int64_t backup_interval_s, copy_interval_s, restore_interval_s, alert_interval_s,
        mirror_monitor_interval_s;
    int64_t write_interval_ms; /* users write a chat message that often */
    int retention_minutes;     /* of backup files, both sides */
    int history_retention_minutes;
    int backup_threshold_minutes, restore_threshold_minutes;
    const char *sa_password, *admin_password; /* logins sa and pchat_admin */
    bool without_witness;
    bool names_mirror_share; /* in the topology.yaml of who plays it in one process: the mirror is set up, too
                              */
    bool dark_hosts_refuse;  /* on the wire: ports of hosts without power, in place of silence */
    const struct world_shape *shape; /* outlives the world; NULL: the lab's own */
    struct chat_config chat;
    struct instance_config instances[WORLD_INSTANCES_MAX]; /* overrides, found by name */
};
struct world_config world_config_default(void);

/* What happens to the next log backup that arrives in a place. */
struct file_trap {
    bool damage, truncate, remove;
};

struct engine;

/* An interval during which a copy could be written to, or had writers. */
struct copy_span {
    int instance;
    int64_t from_utc_ms, to_utc_ms; /* to = -1: still */
};
struct copy_spans {
    struct copy_span *rows;
    size_t count, capacity;
};

/* A port of 127.0.0.1 in whose place a host has one of its own. */
struct world_door {
    int loopback_port, host, port;
};

struct world_fault {
    const struct fault *fault;
    char target[WORLD_NAME_BYTES];
    int64_t since_utc_ms;
    int64_t saved[4]; /* what clear() puts back; the fault's own business */
    struct grant grant;
    char text[WORLD_NAME_BYTES];
};

struct world {
    struct world_config config;
    int64_t now_utc_ms;
    uint64_t random;
    struct host hosts[WORLD_HOSTS_MAX];
    size_t host_count;
    struct instance instances[WORLD_INSTANCES_MAX];
    size_t instance_count;
    int link_cuts[WORLD_HOSTS_MAX][WORLD_HOSTS_MAX]; /* [from][to]: how many faults cut it */
    struct store store;
    struct chat chat;
    struct lineage lineage;
    int64_t messages_refused; /* the writer tried and could not */
    struct copy_spans writable_spans, writer_spans;
    LIST(struct world_fault) faults;
    int64_t next_write_utc_ms, next_tick_utc_ms;
    int writer_turn; /* which chat server writes next */
    LIST(struct world_door) doors;
    job_text_runner *run_job_text; /* NULL: nobody has written a step */
    struct engine *engine;         /* tsql's; NULL: nobody has logged in */
    void (*free_engine)(struct engine *engine);
    LIST(struct orphan) orphans;
    LIST(struct later) laters;
    int64_t last_later_tag;
    struct file_trap copy_trap, share_trap; /* faults waiting for the next file */
    struct receiver receiver;               /* set by who wants to know */
};

struct world *world_new(const struct world_config *config);
void world_free(struct world *world);
AUTO_DEFINE_FREE(world, struct world)

/* Lets virtual time pass; everything that is due happens in order. */
void world_advance(struct world *world, int64_t ms);

struct host *world_host(struct world *world,
                        const char *name); /* short name or FQDN, any case; NULL = none */
struct instance *world_instance(struct world *world, const char *name); /* lab name, @@SERVERNAME, any case */
struct host *world_host_of(struct world *world, const struct instance *instance);
/* What stands on the wire for whom, so that an address that the product was given means the same inside. */
void world_add_door(struct world *world, int loopback_port, const struct host *host, int port);
const struct world_door *world_door(const struct world *world, int loopback_port); /* NULL = none */
/* Can a packet go from one host to the other (both up, link not cut)? */
bool world_reaches(const struct world *world, const struct host *from, const struct host *to);
/* There and back: a connection needs both. */
bool world_connects(const struct world *world, const struct host *a, const struct host *b);
/* The instance answers connections from that host (its service is up and the way is open). */
bool world_instance_reachable(const struct world *world, const struct host *from,
                              const struct instance *instance);
/* GETUTCDATE() and GETDATE() of an instance now. */
int64_t world_getutcdate(const struct world *world, const struct instance *instance);
int64_t world_getdate(const struct world *world, const struct instance *instance);

/* Something has come in that will be carried out there. */
void world_receive(const struct world *world, const struct received *received);

/*
 * Ground truth as JSON (a new reference): now, instances, writable copies now and over time, messages
 * written, in each copy, kept and lost if that copy became the survivor, unshipped ones, exposure, backlog,
 * faults.
 */
json_t *world_truth(struct world *world);

#endif
