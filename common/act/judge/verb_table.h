/*
 * The verb table: from what is seen of A, A', the share and B to the least invasive verb that helps, the
 * rescue to try, and the loss to expect.  Never just "refused": a row that can do nothing says what would
 * change that.  Pure, thread-safe.
 */
#ifndef PCHAT_ACT_JUDGE_VERB_TABLE_H
#define PCHAT_ACT_JUDGE_VERB_TABLE_H

#include "act/judge/look.h"
#include "act/judge/verb.h"

/* Of A's copy. */
enum seen_principal {
    PRINCIPAL_WRITABLE,
    PRINCIPAL_BROKEN, /* the instance answers, the copy cannot be written, its log may be readable */
    PRINCIPAL_UNSEEN, /* and not fenced: may live */
    PRINCIPAL_DEAD,   /* fenced, or provably unable to write with no log to read */
    SEEN_PRINCIPAL_COUNT
};
enum seen_mirror { MIRROR_IS_PRINCIPAL, MIRROR_SYNCHRONIZED, MIRROR_BEHIND, MIRROR_DEAD, SEEN_MIRROR_COUNT };
enum seen_share { SHARE_READABLE, SHARE_NOT_READABLE, SEEN_SHARE_COUNT };
enum seen_standby {
    STANDBY_RESTORABLE,
    STANDBY_RECOVERED,
    STANDBY_NOT_RESTORABLE,
    STANDBY_UNSEEN,
    SEEN_STANDBY_COUNT
};

/* What also counts, each as one bit. */
enum situation_flag {
    SITUATION_FAILED_OVER = 1 << 0, /* the ledger or the pool state say so already: to be finished */
    SITUATION_MOVED = 1 << 1,       /* the ledger says that the pool serves from the backup site */
    SITUATION_WITNESS = 1 << 2,     /* an automatic mirror failover is still to be awaited */
    SITUATION_CONNECTED = 1 << 3,   /* principal and mirror are */
    SITUATION_NO_SERVERS = 1 << 4,  /* no chat server of the serving site answers */
    SITUATION_FLAGS = (1 << 5) - 1
};

/*
 * Principal is who is so now, mirror the other partner; MIRROR_IS_PRINCIPAL: A' serves, and what is said of
 * the principal is of A.
 */
struct situation {
    enum seen_principal principal;
    enum seen_mirror mirror; /* SYNCHRONIZED: last recorded so, as a lost principal leaves DISCONNECTED */
    enum seen_share share;
    enum seen_standby standby;
    bool failed_over, moved, witness_may_act, connected, no_servers; /* the flags */
};

enum rescue {
    RESCUE_NONE,
    RESCUE_TAIL /* BACKUP LOG NO_TRUNCATE on A */,
    RESCUE_FORCE /* force A', PARTNER OFF, tail */,
    RESCUE_COUNT
};
enum expected_loss { LOSS_NONE, LOSS_UNSHIPPED, LOSS_UNCOPIED, LOSS_UNKNOWN, EXPECTED_LOSS_COUNT };

struct verb_row {
    unsigned principals, mirrors, shares, standbys; /* bits 1 << value; 0: any */
    unsigned with, without;                         /* flags that must be set, that may not be */
    enum verb verb;
    enum rescue rescue;
    enum expected_loss loss;
    const char *why;    /* one sentence */
    const char *advice; /* for VERB_NONE: what would help */
};
extern const struct verb_row verb_rows[]; /* tried in order; the last fits everything */
extern const size_t verb_row_count;

/* Whoever has awaited the witness (partner timeout + 30 s) clears witness_may_act. */
struct situation situation_of(const struct look *look);
const struct verb_row *verb_table(const struct situation *situation);
bool verb_row_fits(const struct verb_row *row, const struct situation *situation);
/* The rescue of a failover that a person asks for by name, whatever the table would say. */
enum rescue rescue_of(const struct situation *situation);
const char *rescue_name(enum rescue rescue);              /* "none", "tail", "force" */
const char *expected_loss_words(enum expected_loss loss); /* "what was not shipped" */
/*
 * Which side is shut out by the fence verb: during a move, and where none is recorded, the serving one, whose
 * letters are not exchanged yet; once one is recorded as finished, the one that stands by.
 */
bool fence_is_of_standby(const struct look *look);
/* Its two partners. */
void fence_parts(const struct look *look, enum part ret_parts[2]);

#endif
