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
    char database[WORLD_NAME_BYTES]; /* current database */
    int64_t login_time;              /* [L] */
    const char *status;              /* "sleeping", "running" */
    const char *command;             /* running request, or NULL */
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
/* The service stops: synthetic sessions vanish, real ones are marked killed. */
void sessions_end_all(struct instance *instance);
/* KILL n: 6104 own session, 6106 not active, 6107 system session. */
void session_kill(struct world *world, struct instance *instance, int session_id, int own_session_id,
                  struct world_result *result);

#endif
