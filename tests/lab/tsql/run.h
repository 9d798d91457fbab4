/*
 * The insides of a session and of the batch that it runs: what the rest of the room shares.
 */
#ifndef PCHAT_LAB_TSQL_RUN_H
#define PCHAT_LAB_TSQL_RUN_H

#include "lab/tsql/ast.h"
#include "lab/world/world.h"

struct engine;

struct settings {
    int64_t text_size_bytes; /* SET TEXTSIZE; -1 = unlimited */
    int64_t row_count;       /* SET ROWCOUNT; 0 = all */
    int lock_timeout_ms;     /* -1 = for ever */
    bool nocount, fmtonly, quoted_identifier, xact_abort;
    char language[64];
};

struct variable {
    const char *name; /* with the @ */
    struct type type;
    struct tsql_value value; /* text and bytes live in the run's arena */
};

/* Variables of the batch, or of a text that sp_executesql runs. */
struct variables {
    struct variable *items;
    size_t count;
};

/* A conversion or an arithmetic operation of a rendered query; the text refers to it by its index. */
struct operation {
    const char *mark;
    struct type from, to;
    int line;
    bool tries; /* TRY_CAST: NULL instead of an error */
};

enum flow { FLOW_NEXT, FLOW_RETURN, FLOW_END_BATCH, FLOW_WAIT, FLOW_CATCH };

/* Blocks nest PARSE_DEPTH_MAX deep in each of the texts. */
enum { TEXT_DEPTH_MAX = 8, RUN_LEVELS_MAX = 1024 };

/* Where one level of nested statements stands. */
struct run_place {
    size_t index;
    bool branch;                  /* IF: the condition was met */
    const struct problem *caught; /* TRY: its CATCH runs, about this */
};

/* How far a batch is: a statement that waits is entered again by the same way. */
struct progress {
    struct run_place places[RUN_LEVELS_MAX];
    size_t level;                               /* of the statements that run now; 1 = those of the batch */
    size_t resume_level;                        /* of the statement that waits; 0 = none does */
    int64_t deadline_utc_ms;                    /* of the wait, true time */
    bool waits;                                 /* set by the statement */
    const char *databases[TEXT_DEPTH_MAX + 1];  /* in which those texts began */
    struct variables texts[TEXT_DEPTH_MAX + 1]; /* variables of the texts around the statement that waits */
};

/* One batch while it runs. */
struct run {
    struct tsql_session *session;
    const struct tsql_sink *sink;
    struct arena *arena;
    struct problems problems; /* of the present statement */
    struct variables variables;
    struct operation *operations;
    size_t operation_count;
    int line;              /* of the present statement */
    int depth;             /* of texts that run texts */
    const char *procedure; /* whose text runs; "" outside one */
    bool as_owner;         /* in a procedure's text: its owner's rights count, not the caller's */
    bool mutated;          /* the present statement changed something, or tried to */
    uint64_t row_count;    /* of the present statement; sent with its DONE if has_count */
    bool has_count;
    int32_t return_status;          /* RETURN n */
    int source_count;               /* aliases handed out so far */
    int try_depth;                  /* of the text around which a TRY stands, plus 1; 0 = none */
    bool throws;                    /* an error looks for its CATCH ... */
    struct problem caught;          /* ... this one */
    const struct problem *error;    /* in a CATCH: what it caught */
    struct world_result *recovered; /* what the RESTORE will answer once its database has recovered */
    struct progress progress;
};

struct tsql_session {
    struct world *world;
    struct instance *instance;
    int session_id;
    bool by_agent; /* of SQL Server Agent, which is an administrator */
    char login[WORLD_NAME_BYTES];
    struct settings settings;
    int transaction_count;
    int last_error;
    int64_t last_row_count, last_identity;
    bool has_identity;
    struct engine *engine;   /* of the world */
    struct run *run;         /* the batch that runs now */
    struct waiting *waiting; /* the batch that waits, or NULL */
};

/* What the world knows of this session; never NULL while a batch runs. */
struct session *session_row(struct tsql_session *session);
const char *session_database(struct tsql_session *session);
/* A session of SQL Server Agent for a step of a job; its owner's rights count unless he is an administrator.
 */
struct tsql_session *session_of_agent(struct world *world, struct instance *instance, const struct job *job);
const struct login *session_login(struct tsql_session *session);
/* Instance version at least, e.g. 11 for SQL Server 2012. */
bool session_at_least(const struct tsql_session *session, int version_major);
/*
 * May this session's login work in the database?  0, or -1 with 911 (no such), 916 (no user), 927 ... (not
 * open).
 */
int session_may_enter(struct tsql_session *session, const char *database, int line,
                      struct problems *problems);

/* Answers that nobody hears. */
struct tsql_sink sink_nobody(void);

struct variable *run_variable(struct run *run, const char *name);
/* Sends the problems of the statement that just ended and forgets them; remembers @@ERROR.  True if one was
 * an error. */
bool run_report(struct run *run, const char *procedure);
/* In a TRY: keeps the last error of the statement for its CATCH and forgets the rest.  False: none, or no
 * TRY. */
bool run_catches(struct run *run);
/* Takes over what the world answered. */
int run_world_result(struct run *run, int line, const struct world_result *result);

/*
 * For a statement that must wait until another session or time lets it: call it and return 0; it is run again
 * later.  The deadline is kept from the first call on.
 */
void run_wait(struct run *run, int64_t deadline_utc_ms);
/* The statement has waited before. */
bool run_resumes(const struct run *run);
/* A statement inside the present one has waited before: go in again by the same way. */
bool run_is_inside(const struct run *run);
/* Ends the waiting of a session whose client is gone. */
void run_forget(struct tsql_session *session);
/* Counts the present statement as one that changes something. */
void run_count_mutation(struct run *run);

/* execute.c */
enum flow run_statements(struct run *run, const struct statements *statements);
/* Parses and runs a text as a batch of its own inside this one (EXEC (text), sp_executesql). */
enum flow run_text(struct run *run, const char *text);

#endif
