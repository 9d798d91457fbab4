/* A router, a UPS, a baseboard controller: its own objects tell of the pool's. */
#include "observe/vantage/kinds.h"

#include "observe/snmp/snmp_object.h"
#include "observe/snmp/snmp_topology.h"

#include <string.h>

static const enum verdict verdicts_by_vote[SNMP_VOTES] = {[SNMP_VOTE_UNKNOWN] = VERDICT_UNKNOWN,
                                                          [SNMP_VOTE_SEEN] = VERDICT_SEEN,
                                                          [SNMP_VOTE_NOT_SEEN] = VERDICT_NOT_SEEN};

static void fail(const struct look *look, const struct snmp_failure *failure)
{
    const char *detail = failure->text;

    if (detail && failure->hint)
        detail = arena_format(look->arena, "%s -> %s", failure->text, failure->hint);
    look->seen->ways[WAY_SNMP] = (struct sighting){failure->sight, detail};
    verdicts_fail(failure->sight, detail, look->seen);
}

/* An agent that cannot say how long it runs gives answers of no age: those are no votes. */
static void take(const struct look *look, const struct topology_vantage_object *entry,
                 const struct snmp_object *answer, struct verdicts *verdicts)
{
    size_t index = objects_find(look->objects, entry->object, strlen(entry->object));
    enum snmp_vote vote = snmp_object_vote(answer, entry->seen, entry->not_seen);

    if (index == look->objects->count)
        return;
    verdict_tell(&verdicts->of[index], verdicts_by_vote[vote], (struct fact_num){false, 0});
    verdicts->of[index].is_live = answer->age_s.known;
}

/*
 * An object that the agent does not have is unknown, and the others are asked for; an agent that does not
 * answer at all is not asked again.
 */
static bool is_silent(enum sight sight)
{
    return sight != SIGHT_DENIED && sight != SIGHT_PROTOCOL_ERROR;
}

void look_over_snmp(const struct look *look, struct snmp_port *port)
{
    struct verdicts verdicts = {.objects = look->objects, .has_no_clock = true, .can_look = true};
    struct snmp_failure failure = {.sight = SIGHT_NOT_ASKED}, first = failure;
    size_t answers = 0;

    for (size_t i = 0; i < look->vantage->object_count; i++) {
        const struct topology_vantage_object *entry = &look->vantage->objects[i];
        struct snmp_object answer;

        if (snmp_get_object(port, entry->oid, look->deadline, look->arena, &answer, &failure) == 0) {
            take(look, entry, &answer, &verdicts);
            answers++;
            continue;
        }
        if (!first.text)
            first = failure;
        if (is_silent(failure.sight))
            break;
    }
    if (!answers) {
        fail(look, &first);
        return;
    }
    look->seen->ways[WAY_SNMP] = (struct sighting){SIGHT_SEEN, NULL};
    verdicts_put(&verdicts, look->vantage, look->arena, look->seen);
    look->seen->vote.sighting.detail = first.text;
}

void look_by_snmp(const struct look *look)
{
    const struct topology_vantage *vantage = look->vantage;
    const struct snmp_endpoint endpoint =
        snmp_topology_endpoint(vantage->address ? vantage->address : vantage->host, vantage->snmp);
    struct err err = ERR_INIT;
    struct snmp_port *port = snmp_netsnmp_open(&endpoint, &err);

    if (!port) {
        fail(look, &(struct snmp_failure){SIGHT_NOT_ASKED, arena_text(look->arena, err.text), NULL});
        return;
    }
    look_over_snmp(look, port);
    snmp_port_close(port);
}
