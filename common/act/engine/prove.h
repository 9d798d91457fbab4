/*
 * doctor --act: every way by which acting writes is tried without effect - the pool lock and its rights on
 * each instance, the scripts with what_if, the site's programs, the ledgers.  The outcome stands in the
 * ledgers under this host's name, and counts for write_proof_valid_s; so do the users of the chat database,
 * so that their logins can be judged once no open copy tells them.
 *
 * Holds the pool lock meanwhile.  One thread.
 */
#ifndef PCHAT_ACT_ENGINE_PROVE_H
#define PCHAT_ACT_ENGINE_PROVE_H

#include "act/engine/engine.h"

struct proof_row {
    const char *target, *way; /* "sqldr1", "pool lock" */
    bool proven;
    const char *words; /* what was answered */
};

struct proof {
    struct proof_row *rows;
    size_t count, failed;
};

struct proving {
    const struct topology_pool *pool;
    const char *holder, *person; /* this host; who asked */
    const char *override_dir;
};

/* In the arena.  -1 with *err: nothing was tried (a run is under way, nothing is seen). */
int engine_prove(const struct engine_ports *ports, const struct proving *proving, struct arena *arena,
                 struct proof *ret_proof, struct err *err);

#endif
