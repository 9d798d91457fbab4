/*
 * One object of a router, a UPS or a baseboard controller, as a vantage point: does it see what it should?
 *
 * Each answer is asked for anew, so it is as old as the question - if the agent lives: sysUpTime comes in the
 * same datagram, and an agent that cannot tell it gives an answer of unknown age.
 */
#ifndef PCHAT_OBSERVE_SNMP_OBJECT_H
#define PCHAT_OBSERVE_SNMP_OBJECT_H

#include "model/facts.h"
#include "observe/snmp/snmp_port.h"

struct snmp_object {
    struct snmp_value value;
    struct fact_num up_time_ms; /* of the agent, by its own clock: sysUpTime */
    struct fact_num age_s;      /* 0 where up_time_ms is known */
};

/* oid: an instance, with its .0 or index, as object_id_parse() takes it.  An object that the agent does not
 * have is a failure. */
int snmp_get_object(struct snmp_port *port, const char *oid, struct deadline deadline, struct arena *arena,
                    struct snmp_object *ret_object, struct snmp_failure *ret_failure);

/* Its value as a text of one line: a number in decimal, bytes as they are or, if not printable, in hex. */
const char *snmp_object_text(const struct snmp_object *object, struct arena *arena);

enum snmp_vote { SNMP_VOTE_UNKNOWN, SNMP_VOTE_SEEN, SNMP_VOTE_NOT_SEEN, SNMP_VOTES };

/*
 * Votes by value: `seen` and `not_seen` are values separated by commas ("1", "2,7", "online"), compared as
 * snmp_object_text() spells them, without regard to case.  With not_seen NULL whatever is not in `seen` is
 * not seen; otherwise what is in neither list is unknown.
 */
enum snmp_vote snmp_object_vote(const struct snmp_object *object, const char *seen, const char *not_seen);
const char *snmp_vote_name(enum snmp_vote vote); /* unknown, seen, not_seen */

#endif
