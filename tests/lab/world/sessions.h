/*
 * Sessions of an instance: real ones (tsql), and synthetic ones (Agent, chat servers, readers).
 */
#ifndef PCHAT_LAB_WORLD_SESSIONS_H
#define PCHAT_LAB_WORLD_SESSIONS_H

#include "lab/world/kinds.h"

struct world;
struct instance;

struct session {
    int session_id; /* user sessions start at 51 */
    char login[WORLD_NAME_BYTES], host[WORLD_NAME_BYTES], program[WORLD_NAME_BYTES];
    char database[WORLD_NAME_BYTES];                /* current database */
    int64_t login_time;                             /* [L] */
    const char *status;                             /* "sleeping", "running" */
    const char *command;                            /* running request, or NULL */
    int64_t request_from_utc_ms, request_to_utc_ms; /* true time: since when, and until when it will take */
    const char *wait_type;                          /* what the request waits for, or NULL */
    int blocked_by;                                 /* the session that holds it; 0 = none */
    int64_t rolled_back_utc_ms;                     /* killed, and not gone before that */
    bool encrypted, synthetic;
    bool by_kerberos; /* of a Windows login: otherwise NTLM */
    bool killed;      /* KILL, instance down, failover: the owner must end it */
};

/* Opens one; the returned pointer is good until the next session opens or closes. */
struct session *session_open(struct world *world, struct instance *instance, const char *login,
                             const char *host, const char *program, const char *database, bool encrypted);
void session_close(struct instance *instance, int session_id);
struct session *session_find(struct instance *instance, int session_id);
/* Sessions whose current database it is. */
size_t sessions_in(const struct instance *instance, const char *database);
/* The same without one session. */
size_t sessions_in_beside(const struct instance *instance, const char *database, int own_session_id);
/* Ends every session whose current database it is, as failover and ROLLBACK IMMEDIATE do; keep = session
 * spared, 0 = none. */
void sessions_end_in(struct instance *instance, const char *database, int keep);

/* What becomes of a session whose client is gone: its batch goes on, until the server notices. */
struct orphan_care {
    void (*go_on)(void *owner);
    void (*end)(void *owner); /* closes the session, frees the owner */
};
struct orphan {
    int instance, session_id;
    int64_t until_utc_ms;
    void *owner;
    const struct orphan_care *care;
};
/* A client has left: true when it vanished without a word (fault half_open), and the world then owns the
 * rest. */
bool session_orphan(struct world *world, struct instance *instance, int session_id, void *owner,
                    const struct orphan_care *care);
void orphans_end_all(struct world *world);

/* The service stops: synthetic sessions vanish, real ones are marked killed. */
void sessions_end_all(struct instance *instance);
/* The request that a session runs; it takes until to_utc_ms (0 = nobody knows). */
void session_request_begins(struct session *session, const char *command, int64_t from_utc_ms,
                            int64_t to_utc_ms);
void session_request_ends(struct session *session);
/* Killed, and what it did is still being undone. */
bool session_rolls_back(const struct world *world, const struct session *session);
/* Those that have been undone by now go, and those whose client has been missed by now. */
void sessions_tick(struct world *world);
/* KILL n: 6104 own session, 6106 not active, 6107 system session. */
void session_kill(struct world *world, struct instance *instance, int session_id, int own_session_id,
                  struct world_result *result);

#endif
