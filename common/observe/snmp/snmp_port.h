/*
 * snmp_port: all that the product asks of an SNMP agent, as a small table of functions.  net-snmp
 * (snmp_netsnmp.h) is one way to fill it; a recorded script is another.
 *
 * One port is one agent, used by one thread at a time; several ports may be used by several threads at once.
 * Nothing is ever set.  Answers are facts, failures say why nothing was seen.  Sources: RFC 3416 (operations
 * and errors), RFC 3414 (users).
 */
#ifndef PCHAT_OBSERVE_SNMP_PORT_H
#define PCHAT_OBSERVE_SNMP_PORT_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/object_id.h"
#include "model/sight.h"

#include <stddef.h>
#include <stdint.h>

/* Why a question brought nothing. */
struct snmp_failure {
    enum sight sight;
    const char *text; /* one line for people, in the caller's arena or static */
    const char *hint; /* what usually cures it; NULL: nothing better than the sight */
};

enum snmp_kind {
    SNMP_KIND_NO_OBJECT,   /* noSuchObject: the agent does not know it, or hides it from this login */
    SNMP_KIND_NO_INSTANCE, /* noSuchInstance: it knows the object, but not this one of it */
    SNMP_KIND_NUMBER,      /* INTEGER, Counter, Gauge, Unsigned */
    SNMP_KIND_TICKS,       /* TimeTicks: hundredths of a second */
    SNMP_KIND_BYTES,       /* OCTET STRING, IpAddress, Opaque */
    SNMP_KIND_NAME,        /* OBJECT IDENTIFIER, its dotted text in `bytes` */
    SNMP_KIND_NULL         /* none of these */
};

struct snmp_value {
    enum snmp_kind kind;
    int64_t number;    /* NUMBER, TICKS; a Counter64 beyond INT64_MAX is INT64_MAX */
    const char *bytes; /* BYTES, NAME: as they came, with a NUL behind; else NULL */
    size_t length;
};

/* What stands below the root of a walk, in the agent's order, which increases. */
struct snmp_row {
    const uint32_t *index; /* the parts behind the root */
    size_t index_length;
    struct snmp_value value;
};

struct snmp_rows {
    struct snmp_row *rows;
    size_t count;
};

struct snmp_port {
    const struct snmp_port_ops *ops;
};

/* The most that is taken from one walk, besides its max_rows. */
enum { SNMP_WALK_MAX_BYTES = 1024 * 1024 };

/* Each returns 0, or -1 with *ret_failure filled.  All results live in the arena.  Each ends by the deadline.
 */
struct snmp_port_ops {
    /* Each of `count` objects (instances, with their .0 or index); ret_values has room for as many. */
    int (*get)(struct snmp_port *port, const struct object_id *ids, size_t count, struct deadline deadline,
               struct arena *arena, struct snmp_value *ret_values, struct snmp_failure *ret_failure);
    /* All below root.  A walk that does not come to its end is a failure, never a short table; so is one with
     * more than max_rows. */
    int (*walk)(struct snmp_port *port, const struct object_id *root, size_t max_rows,
                struct deadline deadline, struct arena *arena, struct snmp_rows *ret_rows,
                struct snmp_failure *ret_failure);
    void (*close)(struct snmp_port *port);
};

static inline void snmp_port_close(struct snmp_port *port)
{
    if (port)
        port->ops->close(port);
}

/* Fills *failure and returns -1. */
static inline int snmp_fail(struct snmp_failure *failure, enum sight sight, const char *text,
                            const char *hint)
{
    *failure = (struct snmp_failure){.sight = sight, .text = text, .hint = hint};
    return -1;
}

#endif
