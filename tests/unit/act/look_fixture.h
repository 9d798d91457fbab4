/*
 * Looks for tests: the pool of pool_builder.h seen with the acting login, what acting must know beyond it,
 * and what the fence says.
 *
 * sqlpri1 (A), sqlmir1 (A'), sqlwit1 (W) in dub; sqldr1 (B), sqldr2 (B') in red.  Chat servers pc1-pc3 in
 * dub, pc5 and pc6 in red; front ends fe1 and fe2; management hosts adm1 and adm2; a vantage point oob in the
 * failure domain "third".  Everything is seen; nobody holds the lock; the ledger is empty.
 */
#ifndef PCHAT_TESTS_LOOK_FIXTURE_H
#define PCHAT_TESTS_LOOK_FIXTURE_H

#include "act/judge/gate.h"
#include "act/judge/ledger_words.h"
#include "act/judge/verb_table.h"
#include "unit/assess/pool_builder.h"

/* Our own clock when a fixture's question is asked: a second after its look ended, two after it began. */
enum {
    FIXTURE_NOW_MS = 5000000,
    FIXTURE_BEGAN_MS = FIXTURE_NOW_MS - 2000,
    FIXTURE_ENDED_MS = FIXTURE_NOW_MS - 1000
};
#define FIXTURE_RUN    31
#define FIXTURE_HOLDER "mon1" /* from which doctor --act has proven every way to write */

/* Static; tests change what stands in acting and put it back by fixture_pool_reset. */
struct topology_pool *fixture_pool(void);
struct topology_acting *fixture_acting(void);
void fixture_pool_reset(void);

/* Healthy; serving_site NULL: by design. */
struct look *fixture_look(const char *serving_site);
/* The world in which that verb is right, every gate of it satisfied.  A handler's has the condition that
 * called it. */
struct look *fixture_look_for(enum verb verb, enum origin origin);
/* The same behind the guard. */
struct look *fixture_look_after(enum verb verb);
/* Of a planned verb's world: the copy that serves is closed with its tail, which the other one has restored.
 */
void fixture_close_source(struct look *look, enum verb verb);
/* Approved, accepted, nothing in the way. */
struct gate_question fixture_question(const struct look *look, enum verb verb, enum origin origin,
                                      enum phase phase);

struct act_facts *fixture_facts(struct look *look, const char *instance);
/* One more record, all unknown, of a group that is seen. */
void *fixture_add(struct look *look, const char *instance, enum act_fact_id id);
void fixture_mask(struct look *look, const char *instance, enum act_fact_id id, enum sight sight);

/* What the site's program said that long before the question. */
void fixture_fence(struct look *look, const char *object, enum fence_status status, int64_t age_ms);
/* Into the ledger of record, on sqldr1.  valid_s 0: does not expire. */
void fixture_note(struct look *look, const char *kind, const char *object, const char *text, int64_t valid_s);
void fixture_run(struct look *look, int64_t run, int64_t epoch, const char *verb, const char *state);
/* Set `set` (snapshot_builder.h) as a file that sqldr1 can read there. */
struct log_file_fact *fixture_file(struct look *look, const char *folder, int set);
#define FIXTURE_COPY_FOLDER "E:\\lscopy"

/* The instance, or host, answers nothing; and a third failure domain does not see it either. */
void fixture_lose(struct look *look, const char *object, bool vouched);
void fixture_state(struct look *look, const char *instance, const char *state); /* if it has a copy */
struct mirroring_fact *fixture_mirroring(struct look *look, const char *instance);
void fixture_unmirror(struct look *look, const char *instance); /* seen: not mirrored */

#endif
