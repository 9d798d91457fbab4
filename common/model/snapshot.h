/*
 * A snapshot: everything one pass saw of a pool, and for what it did not see, why.  Built once per pass,
 * immutable after; may then be read by many threads.  It carries its own arena and the shape and limits it
 * was taken under, so that one file reproduces a report: --record writes it, --replay reads it.
 */
#ifndef PCHAT_MODEL_SNAPSHOT_H
#define PCHAT_MODEL_SNAPSHOT_H

#include "base/arena.h"
#include "base/err.h"
#include "model/facts.h"
#include "model/host_facts.h"
#include "model/limits.h"
#include "model/roles.h"
#include "model/settings.h"

/* The record of a large pool is about 1 MB; parsed JSON takes up to 40 times its bytes. */
enum { SNAPSHOT_SCHEMA = 1, SNAPSHOT_MAX_BYTES = 16 * 1024 * 1024 };

struct instance_snapshot {
    const char *name; /* as in topology.yaml */
    const char *site_name;
    enum site_role site;
    enum sql_role role;    /* by design */
    const char *address;   /* "host:port" that was asked; never a credential */
    struct sighting reach; /* SIGHT_SEEN: logged in and asked; otherwise the first layer that failed */
    /* The server's clock minus the host's, in ms, taken in the middle of a round trip of round_trip_ms: a
       common ruler for comparing two servers.  The true offset is within round_trip_ms / 2. */
    struct fact_num clock_offset_ms, round_trip_ms;
#define SNAPSHOT_MEMBER(group, FIELDS, most) struct group##_facts group;
    FACT_GROUPS(SNAPSHOT_MEMBER)
#undef SNAPSHOT_MEMBER
};

/* A Windows host, or a vantage point. */
struct host_snapshot {
    const char *name; /* as in topology.yaml; one of its kind */
    const char *fqdn;
    const char *site_name; /* NULL where site is SITE_NONE */
    enum site_role site;
    enum host_kind kind;
    const char *address;        /* that was asked; never a credential */
    const char *failure_domain; /* of a vantage point; else NULL */
    /* SIGHT_SEEN: it answered there; otherwise the first layer that failed. */
    struct sighting ways[HOST_WAY_COUNT];
    struct fact_num clock_offset_ms, round_trip_ms; /* as of an instance, from `os` */
#define HOST_SNAPSHOT_MEMBER(group, FIELDS, most) struct group##_facts group;
    HOST_FACT_GROUPS(HOST_SNAPSHOT_MEMBER)
#undef HOST_SNAPSHOT_MEMBER
};

struct snapshot {
    struct arena *arena; /* owns everything below */
    const char *pool;    /* FQDN */
    const char *database;
    const char *share;    /* from the topology; may be NULL */
    int64_t taken_utc_ms; /* host clock, for people only, no judgement rests on it; 0: not known */
    struct limits limits;
    struct settings settings;
    struct instance_snapshot *instances; /* in topology order */
    size_t instance_count;
    struct host_snapshot *hosts; /* in topology order; none where only SQL was asked */
    size_t host_count;
};

struct snapshot *snapshot_new(void);
void snapshot_free(struct snapshot *snapshot);
AUTO_DEFINE_FREE(snapshot, struct snapshot)

/* The JSON form ("schema": 1); malloc'ed, deterministic, human-readable. */
char *snapshot_to_json(const struct snapshot *snapshot);
/* Reads what snapshot_to_json wrote.  Foreign bytes are survived: ERR_INPUT names what is wrong and where. */
struct snapshot *snapshot_from_json(const char *text, size_t length, struct err *err);

/* NULL when there is none. */
const struct instance_snapshot *snapshot_find(const struct snapshot *snapshot, const char *name);
const struct host_snapshot *snapshot_find_host(const struct snapshot *snapshot, enum host_kind kind,
                                               const char *name);

#endif
