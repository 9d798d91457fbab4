#include "lab/world/lineage.h"

int lineage_fork(struct lineage *lineage, int parent, lsn_t point_lsn, const struct guid *guid,
                 int64_t utc_ms)
{
    struct fork *fork = LIST_ADD(&lineage->forks);

    *fork = (struct fork){.guid = *guid, .parent = parent, .point_lsn = point_lsn, .since_utc_ms = utc_ms};
    return (int)lineage->forks.count - 1;
}

bool lineage_on_chain(const struct lineage *lineage, int fork, int ancestor, lsn_t *ret_until_lsn)
{
    lsn_t until = ~(lsn_t)0;

    while (fork != ancestor) {
        if (fork == FORK_NONE)
            return false;
        if (lineage->forks.rows[fork].point_lsn < until)
            until = lineage->forks.rows[fork].point_lsn;
        fork = lineage->forks.rows[fork].parent;
    }
    *ret_until_lsn = until;
    return true;
}

bool lineage_contains(const struct lineage *lineage, struct lineage_place place,
                      const struct chat_message *message)
{
    lsn_t until;

    return message->lsn < place.end_lsn && lineage_on_chain(lineage, place.fork, message->fork, &until) &&
           message->lsn < until;
}

int64_t lineage_count(const struct lineage *lineage, struct lineage_place place)
{
    int64_t count = 0;

    for (size_t i = 0; i < lineage->messages.count; i++)
        count += lineage_contains(lineage, place, &lineage->messages.rows[i]);
    return count;
}

const struct chat_message *lineage_newest(const struct lineage *lineage, struct lineage_place place)
{
    for (size_t i = lineage->messages.count; i-- > 0;)
        if (lineage_contains(lineage, place, &lineage->messages.rows[i]))
            return &lineage->messages.rows[i];
    return NULL;
}

int lineage_fork_at(const struct lineage *lineage, int fork, lsn_t lsn)
{
    while (fork != FORK_NONE && lineage->forks.rows[fork].parent != FORK_NONE &&
           lsn < lineage->forks.rows[fork].point_lsn)
        fork = lineage->forks.rows[fork].parent;
    return fork;
}
