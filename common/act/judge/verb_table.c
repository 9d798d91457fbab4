#include "act/judge/verb_table.h"

#define P(name) (1u << PRINCIPAL_##name)
#define M(name) (1u << MIRROR_##name)
#define S(name) (1u << SHARE_##name)
#define B(name) (1u << STANDBY_##name)
#define ANY     0u

#define NOT_WRITABLE (P(BROKEN) | P(UNSEEN) | P(DEAD))
#define ALIVE        (M(SYNCHRONIZED) | M(BEHIND))
/* What a mirror that takes over does not mend. */
#define BEYOND_MIRROR (SITUATION_NO_SERVERS | SITUATION_FAILED_OVER)

/* principals, mirrors, shares, standbys, flags set, flags not set, verb, rescue, loss, why, advice. */
const struct verb_row verb_rows[] = {
    /* Two copies that are written: nothing else matters. */
    {P(WRITABLE), ANY, ANY, B(RECOVERED), SITUATION_MOVED, 0, VERB_FENCE, RESCUE_NONE, LOSS_NONE,
     "the copy of the site that was failed over from is open beside the one that serves", NULL},
    {ANY, M(IS_PRINCIPAL), ANY, B(RECOVERED), SITUATION_MOVED, 0, VERB_FENCE, RESCUE_NONE, LOSS_NONE,
     "the copy of the site that was failed over from is open beside the one that serves", NULL},
    {P(WRITABLE), ANY, ANY, B(RECOVERED), SITUATION_FAILED_OVER, 0, VERB_FENCE, RESCUE_NONE, LOSS_NONE,
     "the old primary came back while its failover is not finished", NULL},
    {ANY, M(IS_PRINCIPAL), ANY, B(RECOVERED), SITUATION_FAILED_OVER, 0, VERB_FENCE, RESCUE_NONE, LOSS_NONE,
     "the old primary came back while its failover is not finished", NULL},
    {P(WRITABLE), ANY, ANY, B(RECOVERED), 0, 0, VERB_NONE, RESCUE_NONE, LOSS_NONE,
     "both sites have an open copy, and no failover is recorded that says which one is right",
     "keep everybody out of the copy that serves nobody, then set log shipping to it up anew from a full "
     "backup"},
    {ANY, M(IS_PRINCIPAL), ANY, B(RECOVERED), 0, 0, VERB_NONE, RESCUE_NONE, LOSS_NONE,
     "both sites have an open copy, and no failover is recorded that says which one is right",
     "keep everybody out of the copy that serves nobody, then set log shipping to it up anew from a full "
     "backup"},

    /* Somebody serves. */
    {P(WRITABLE), ANY, ANY, ANY, SITUATION_FAILED_OVER, 0, VERB_NONE, RESCUE_NONE, LOSS_NONE,
     "the pool state names the other site, but the principal is open and nothing else is",
     "set the pool state back: Set-CsPersistentChatState -PoolState Normal; or fence the principal and "
     "finish "
     "the failover"},
    {P(WRITABLE), ANY, ANY, ANY, 0, 0, VERB_NONE, RESCUE_NONE, LOSS_NONE, "the principal serves",
     "for planned work ask for a verb by its name"},
    {ANY, M(IS_PRINCIPAL), ANY, ANY, 0, 0, VERB_NONE, RESCUE_NONE, LOSS_NONE,
     "the mirror has taken over and serves",
     "find out why; once both are synchronized a mirror switch leads back"},

    /* A failover that was begun is finished, not begun again. */
    {ANY, ANY, ANY, B(RECOVERED), SITUATION_MOVED, SITUATION_FAILED_OVER, VERB_NONE, RESCUE_NONE,
     LOSS_UNKNOWN,
     "the copy that serves is not open, and the one that is open stopped following it at the last failover",
     "bring the serving copy back; only if it is lost for good, fence it and decide by hand what of the "
     "older "
     "copy is still worth serving"},
    {ANY, ANY, ANY, B(RECOVERED), 0, 0, VERB_FAILOVER, RESCUE_NONE, LOSS_NONE,
     "the standby is open already: what is left of the failover", NULL},

    /* Within the site. */
    {P(UNSEEN) | P(DEAD), ALIVE, ANY, ANY, SITUATION_CONNECTED, 0, VERB_NONE, RESCUE_NONE, LOSS_NONE,
     "the mirror is connected to a principal that is not seen from here: it lives, and our path to it does "
     "not",
     "repair the path from here to the principal"},
    {P(BROKEN), M(SYNCHRONIZED), ANY, ANY, SITUATION_CONNECTED, BEYOND_MIRROR, VERB_MIRROR_SWITCH,
     RESCUE_NONE, LOSS_NONE, "principal and mirror are connected and synchronized", NULL},
    {NOT_WRITABLE, ALIVE, ANY, ANY, SITUATION_WITNESS, BEYOND_MIRROR, VERB_NONE, RESCUE_NONE, LOSS_NONE,
     "mirror and witness see each other: SQL Server may fail over by itself",
     "wait for the partner timeout and 30 s more, then look again"},
    {P(BROKEN), M(BEHIND), S(READABLE), B(RESTORABLE), 0, 0, VERB_FAILOVER, RESCUE_TAIL, LOSS_NONE,
     "the mirror lacks messages that the broken principal's log may still hold", NULL},
    {P(DEAD), M(SYNCHRONIZED), ANY, ANY, 0, BEYOND_MIRROR, VERB_MIRROR_FORCE, RESCUE_NONE, LOSS_NONE,
     "the principal cannot write any more, and the mirror was synchronized", NULL},
    {NOT_WRITABLE, ALIVE, ANY, ANY, 0, BEYOND_MIRROR, VERB_MIRROR_FORCE, RESCUE_NONE, LOSS_UNKNOWN,
     "the principal is lost and the mirror answers; the principal must be fenced first", NULL},

    /* To the other site. */
    {P(BROKEN), ANY, S(READABLE), B(RESTORABLE), 0, 0, VERB_FAILOVER, RESCUE_TAIL, LOSS_NONE,
     "the principal is broken, and its log may be readable", NULL},
    {P(BROKEN), ANY, ANY, B(RESTORABLE), 0, 0, VERB_FAILOVER, RESCUE_TAIL, LOSS_UNCOPIED,
     "the principal is broken, and the share with its log backups cannot be read", NULL},
    {ANY, ALIVE, S(READABLE), B(RESTORABLE), 0, 0, VERB_FAILOVER, RESCUE_FORCE, LOSS_UNSHIPPED,
     "the mirror alone does not bring chat back, but may still give the tail of the log", NULL},
    {ANY, ALIVE, ANY, B(RESTORABLE), 0, 0, VERB_FAILOVER, RESCUE_FORCE, LOSS_UNCOPIED,
     "the share cannot be read; the mirror alone does not bring chat back, but may still give the tail of "
     "the "
     "log",
     NULL},
    {ANY, ANY, S(READABLE), B(RESTORABLE), 0, 0, VERB_FAILOVER, RESCUE_NONE, LOSS_UNSHIPPED,
     "principal and mirror are lost; the log backups in the share can be restored", NULL},
    {ANY, ANY, ANY, B(RESTORABLE), 0, 0, VERB_FAILOVER, RESCUE_NONE, LOSS_UNCOPIED,
     "principal and mirror are lost, and the share cannot be read; what was copied can be restored", NULL},

    /* Nothing helps as it stands. */
    {ANY, ALIVE, ANY, ANY, 0, 0, VERB_MIRROR_FORCE, RESCUE_NONE, LOSS_UNKNOWN,
     "the standby cannot take over, and the mirror answers; chat servers must be brought back besides", NULL},
    {ANY, ANY, ANY, B(UNSEEN), 0, 0, VERB_NONE, RESCUE_NONE, LOSS_UNKNOWN,
     "no copy that could serve answers, the standby neither",
     "bring the standby's instance back into sight, or repair principal or mirror"},
    {P(BROKEN), ANY, ANY, ANY, 0, 0, VERB_NONE, RESCUE_NONE, LOSS_UNKNOWN,
     "the principal is broken, and the standby cannot be restored on",
     "back up the principal's log (BACKUP LOG ... WITH NO_TRUNCATE) to a safe place, then restore principal "
     "or "
     "standby from a full backup"},
    {ANY, ANY, ANY, ANY, 0, 0, VERB_NONE, RESCUE_NONE, LOSS_UNKNOWN,
     "neither principal, mirror nor standby can serve",
     "bring back the principal, or restore the standby from the newest full backup and all log backups after "
     "it WITH NORECOVERY, then look again"},
};
const size_t verb_row_count = sizeof(verb_rows) / sizeof(verb_rows[0]);

static unsigned flags_of(const struct situation *situation)
{
    return (situation->failed_over ? SITUATION_FAILED_OVER : 0u) | (situation->moved ? SITUATION_MOVED : 0u) |
           (situation->witness_may_act ? SITUATION_WITNESS : 0u) |
           (situation->connected ? SITUATION_CONNECTED : 0u) |
           (situation->no_servers ? SITUATION_NO_SERVERS : 0u);
}

static bool accepts(unsigned wanted, unsigned value)
{
    return !wanted || wanted & 1u << value;
}

bool verb_row_fits(const struct verb_row *row, const struct situation *situation)
{
    unsigned flags = flags_of(situation);

    return accepts(row->principals, situation->principal) && accepts(row->mirrors, situation->mirror) &&
           accepts(row->shares, situation->share) && accepts(row->standbys, situation->standby) &&
           (flags & row->with) == row->with && !(flags & row->without);
}

const struct verb_row *verb_table(const struct situation *situation)
{
    size_t at = 0;

    while (at + 1 < verb_row_count && !verb_row_fits(&verb_rows[at], situation))
        at++;
    return &verb_rows[at];
}

enum rescue rescue_of(const struct situation *situation)
{
    if (situation->standby == STANDBY_RECOVERED)
        return RESCUE_NONE;
    if (situation->principal == PRINCIPAL_BROKEN)
        return RESCUE_TAIL;
    return situation->mirror == MIRROR_SYNCHRONIZED || situation->mirror == MIRROR_BEHIND ? RESCUE_FORCE
                                                                                          : RESCUE_NONE;
}

const char *rescue_name(enum rescue rescue)
{
    static const char *const names[RESCUE_COUNT] = {
        [RESCUE_NONE] = "none", [RESCUE_TAIL] = "tail", [RESCUE_FORCE] = "force"};

    return names[rescue];
}

const char *expected_loss_words(enum expected_loss loss)
{
    static const char *const words[EXPECTED_LOSS_COUNT] = {
        [LOSS_NONE] = "nothing",
        [LOSS_UNSHIPPED] = "what was not backed up yet",
        [LOSS_UNCOPIED] = "what was not copied yet",
        [LOSS_UNKNOWN] = "unknown",
    };

    return words[loss];
}
