/*
 * What a look says of the ledger.  The ledger of record is on the current log-shipping secondary: B - but
 * after a failover it stays where it was, on what is A then, until logs are shipped back; a run that ends
 * log shipping goes on where it has begun.  Other instances
 * hold copies, and wherever several are seen the one that knows more wins; where its server answers without
 * it, there is none.  Expiry is judged by the clock of the server that holds it; unseen is expired.  Pure,
 * thread-safe.
 */
#ifndef PCHAT_ACT_JUDGE_LEDGER_VIEW_H
#define PCHAT_ACT_JUDGE_LEDGER_VIEW_H

#include "act/judge/ledger_words.h"
#include "act/judge/look.h"

struct ledger_view {
    const struct topology_sql *instance; /* that holds it; NULL: none is readable */
    const struct act_facts *facts;       /* NULL likewise */
    struct fact_num now_utc_ms;          /* of that server */
    bool is_of_record;                   /* the ledger of record was read, whichever of them is newest */
};

/* Where the ledger of record is, and where the pool lock is taken first. */
enum part ledger_part(const struct look *look);

/* Does `a` know more than `b`?  The one with the higher epoch counts, of one epoch the one in which its run
 * has ended; one that was not seen knows nothing. */
bool ledger_is_newer(const struct ledger_run_facts *a, const struct ledger_run_facts *b);
struct ledger_view ledger_view_of(const struct look *look);
/* An open run that is not this one; NULL: none. */
const struct ledger_run_fact *ledger_view_open_run(const struct ledger_view *ledger, int64_t but);
/* Has a run moved the pool to a site, whichever? */
bool ledger_view_moves(const struct ledger_view *ledger);
/* How long ago the last run ended that let another copy serve, by the ledger's clock; -1: none is known. */
int64_t ledger_view_since_move_s(const struct ledger_view *ledger);
/* That run's row with the highest epoch; NULL: none. */
const struct ledger_run_fact *ledger_view_run(const struct ledger_view *ledger, int64_t run);
/* The newest note of that kind about that object; NULL: none seen. */
const struct ledger_note_fact *ledger_view_note(const struct ledger_view *ledger, const char *kind,
                                                const char *object);
/* The newest of that kind that the run has left; NULL: none seen. */
const struct ledger_note_fact *ledger_view_run_note(const struct ledger_view *ledger, const char *kind,
                                                    int64_t run);
/* The mirror - but of a run that goes on whoever was it when the run began: roles may have changed since. */
enum part ledger_view_heir(const struct look *look, int64_t run);
/* Was every note seen, so that one that is not there was never written? */
bool ledger_view_is_whole(const struct ledger_view *ledger);
/* A person's word that the object is fenced: neither expired nor released.  NULL: none. */
const struct ledger_note_fact *ledger_view_fence_word(const struct ledger_view *ledger, const char *object);

#endif
