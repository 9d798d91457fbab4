#include "assess/chain.h"

#include "assess/sight.h"
#include "assess/words.h"

static bool at_or_before(const struct lsn *a, const struct lsn *b)
{
    return lsn_known(a) && lsn_known(b) && lsn_compare(a, b) <= 0;
}

static bool before(const struct lsn *a, const struct lsn *b)
{
    return lsn_known(a) && lsn_known(b) && lsn_compare(a, b) < 0;
}

static bool forks_differ(const char *a, const char *b)
{
    return a && b && !words_equal(a, b);
}

static bool covers(const struct chain_link *link, const struct lsn *position)
{
    return at_or_before(&link->set->first_lsn, position) && before(position, &link->set->last_lsn);
}

/* On the abandoned branch of a fork: it ends beyond the point where the principal's fork began, on another
 * one. */
static bool is_abandoned(const struct chain_walk *walk, const struct chain_link *link)
{
    return forks_differ(link->set->last_fork_guid, walk->fork) &&
           before(&walk->fork_point, &link->set->last_lsn);
}

static int preference(const struct chain_link *link)
{
    return (fact_is(link->set->is_copy_only, 1) ? 0 : 2) + (link->shipped ? 1 : 0);
}

static struct chain_link *next_link(const struct chain_walk *walk)
{
    struct chain_link *best = NULL;

    for (size_t i = 0; i < walk->link_count; i++) {
        struct chain_link *link = &walk->links[i];

        if (covers(link, &walk->end) && !is_abandoned(walk, link) &&
            (!best || preference(link) > preference(best)))
            best = link;
    }
    return best;
}

/* The nearest backup behind the position that nothing leads to. */
static const struct chain_link *behind_gap(const struct chain_walk *walk)
{
    const struct chain_link *nearest = NULL;

    for (size_t i = 0; i < walk->link_count; i++) {
        const struct chain_link *link = &walk->links[i];

        if (before(&walk->end, &link->set->first_lsn) && !is_abandoned(walk, link) &&
            (!nearest || before(&link->set->first_lsn, &nearest->set->first_lsn)))
            nearest = link;
    }
    return nearest;
}

/* Does the history reach back to the position, so that a hole in it is a hole in the chain? */
static bool history_reaches(const struct chain_walk *walk)
{
    for (size_t i = 0; i < walk->link_count; i++)
        if (at_or_before(&walk->links[i].set->first_lsn, &walk->end))
            return true;
    return false;
}

static void unproven(struct chain_walk *walk, const char *why)
{
    walk->verdict = CHAIN_UNPROVEN;
    walk->why = why;
}

static void judge_gap(struct chain_walk *walk)
{
    bool began_anew = fact_is(walk->fault->set->begins_log_chain, 1);

    if (began_anew || (history_reaches(walk) && walk->history_complete))
        walk->verdict = CHAIN_GAP;
    else if (!walk->history_complete)
        unproven(walk, "the backup history of a partner was not seen");
    else
        unproven(walk, "the backup history does not reach back to where the secondary stands");
}

static void judge_end(struct chain_walk *walk)
{
    walk->fault = behind_gap(walk);
    if (walk->fault)
        judge_gap(walk);
    else if (before(&walk->end, &walk->next_lsn))
        unproven(walk, "the principal's log continues behind a backup that no history names");
    else if (!lsn_known(&walk->next_lsn))
        unproven(walk, "where the principal's next log backup begins was not seen");
    else
        walk->verdict = CHAIN_PROVEN;
}

static bool start_is_abandoned(struct chain_walk *walk)
{
    if (!forks_differ(walk->start_fork, walk->fork))
        return false;
    if (before(&walk->fork_point, &walk->start)) {
        walk->verdict = CHAIN_DIVERGED;
        return true;
    }
    if (lsn_known(&walk->fork_point))
        return false;
    unproven(walk, "the secondary is on another recovery fork and the fork point was not seen");
    return true;
}

void chain_walk(struct chain_walk *walk)
{
    struct chain_link *link;

    walk->end = walk->start;
    if (!lsn_known(&walk->start)) {
        unproven(walk, "where the secondary stands was not seen");
        return;
    }
    if (start_is_abandoned(walk))
        return;
    /* Each step moves the position on: a link that covers it ends behind it. */
    while ((link = next_link(walk))) {
        link->used = true;
        if (!link->shipped) {
            walk->verdict = CHAIN_FOREIGN;
            walk->fault = link;
            return;
        }
        walk->last = link;
        walk->end = link->set->last_lsn;
    }
    judge_end(walk);
}
