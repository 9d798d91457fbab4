/*
 * What acting must know beyond a check's snapshot: one record type per query of act/queries, in the form of
 * model/facts.h.  All of it is asked with the acting login, which may see everything.
 *
 * Sources: "RESTORE HEADERONLY", sys.dm_exec_requests, sys.dm_tran_locks, the log_shipping_* tables, the help
 * of xp_dirtree (undocumented; sqlserver.md).
 */
#ifndef PCHAT_ACT_JUDGE_ACT_FACTS_H
#define PCHAT_ACT_JUDGE_ACT_FACTS_H

#include "model/facts.h"

/* A log backup file that lies where B can read it, with what RESTORE HEADERONLY says of its first set. */
#define LOG_FILE_FACTS(TEXT, NUM, LSN, UTC)                                                                  \
    TEXT(path)       /* as B reads it: of the copy folder, the share or an extra folder */                   \
    TEXT(name)       /* the part after the last backslash */                                                 \
    NUM(error)       /* SQL Server's number, when the header could not be read: 3201, 3241, ... */           \
    TEXT(detail)     /* its words */                                                                         \
    NUM(backup_type) /* 2: log */                                                                            \
    NUM(position)                                                                                            \
    TEXT(backup_set_guid)                                                                                    \
    TEXT(database_name)                                                                                      \
    TEXT(server_name)                                                                                        \
    LSN(first_lsn)                                                                                           \
    LSN(last_lsn) /* exclusive */                                                                            \
    TEXT(first_fork_guid)                                                                                    \
    TEXT(last_fork_guid)                                                                                     \
    TEXT(family_guid)                                                                                        \
    UTC(finished) /* by its producer's clock; base of its zone: the site's, as the monitor finds it */       \
    NUM(is_copy_only)                                                                                        \
    NUM(is_damaged)

/* sys.dm_exec_requests: what works on the chat database, or waits for us. */
#define REQUEST_FACTS(TEXT, NUM, LSN, UTC)                                                                   \
    NUM(session_id)                                                                                          \
    TEXT(command) /* "RESTORE LOG", "KILLED/ROLLBACK", "DB STARTUP" */                                       \
    TEXT(status)                                                                                             \
    NUM(percent_complete)                                                                                    \
    NUM(left_ms)                                                                                             \
    TEXT(login)                                                                                              \
    TEXT(host)                                                                                               \
    TEXT(program)                                                                                            \
    TEXT(login_time) /* as it stands there: identity of the session, compared only */

/* sys.dm_tran_locks: who holds the pool lock on this instance. */
#define LOCK_FACTS(TEXT, NUM, LSN, UTC)                                                                      \
    NUM(session_id)                                                                                          \
    TEXT(mode)                                                                                               \
    TEXT(login)                                                                                              \
    TEXT(host)                                                                                               \
    TEXT(program)                                                                                            \
    TEXT(login_time)

/* sys.dm_exec_sessions of the chat database, one by one: who must be ended before a recovery. */
#define USER_FACTS(TEXT, NUM, LSN, UTC)                                                                      \
    NUM(session_id)                                                                                          \
    TEXT(login)                                                                                              \
    TEXT(host)                                                                                               \
    TEXT(program)                                                                                            \
    TEXT(login_time)

/* Chat's logins that the recovered copy will need (names of the database's users that have no login here). */
#define ORPHAN_FACTS(TEXT, NUM, LSN, UTC) TEXT(name)

/* dbo.run of pchat_ops (contrib/sql/ledger.sql), newest first. */
#define LEDGER_RUN_FACTS(TEXT, NUM, LSN, UTC)                                                                \
    NUM(run)                                                                                                 \
    NUM(epoch)                                                                                               \
    TEXT(verb)                                                                                               \
    TEXT(plan)                                                                                               \
    TEXT(state)        /* enum run_state's names */                                                          \
    TEXT(holder)       /* host of the runner that has it */                                                  \
    TEXT(serving_site) /* after it, where it finished */                                                     \
    UTC(begun)                                                                                               \
    UTC(ended)                                                                                               \
    UTC(now) /* of this server, when it was asked */

/* dbo.note of pchat_ops: approvals, accepted loss, fence words, exported set-up, what a run left. */
#define LEDGER_NOTE_FACTS(TEXT, NUM, LSN, UTC)                                                               \
    NUM(note)                                                                                                \
    NUM(run) /* NULL: of a plan that has no run yet */                                                       \
    TEXT(plan)                                                                                               \
    TEXT(kind)                                                                                               \
    TEXT(object)                                                                                             \
    TEXT(person)                                                                                             \
    TEXT(text)                                                                                               \
    UTC(at)                                                                                                  \
    UTC(expires)                                                                                             \
    UTC(now) /* of this server, when it was asked */

/* msdb.dbo.sysjobs: the jobs that log shipping has here, and whose they are.  Asked for readiness alone. */
#define JOB_OWNER_FACTS(TEXT, NUM, LSN, UTC)                                                                 \
    TEXT(name)                                                                                               \
    TEXT(owner) /* SUSER_SNAME(owner_sid); NULL: nobody is known by that SID */

#define ACT_FACT_GROUPS(GROUP)                                                                               \
    GROUP(log_file, LOG_FILE_FACTS, 2000)                                                                    \
    GROUP(request, REQUEST_FACTS, 20)                                                                        \
    GROUP(lock, LOCK_FACTS, 4)                                                                               \
    GROUP(user, USER_FACTS, 200)                                                                             \
    GROUP(orphan, ORPHAN_FACTS, 50)                                                                          \
    GROUP(ledger_run, LEDGER_RUN_FACTS, 50)                                                                  \
    GROUP(ledger_note, LEDGER_NOTE_FACTS, 500)                                                               \
    GROUP(job_owner, JOB_OWNER_FACTS, 20)
ACT_FACT_GROUPS(FACT_STRUCTS)

enum act_fact_id {
#define ACT_FACT_ID(group, FIELDS, most) ACT_FACT_##group,
    ACT_FACT_GROUPS(ACT_FACT_ID)
#undef ACT_FACT_ID
        ACT_FACT_COUNT
};

/* Of one instance. */
struct act_facts {
#define ACT_FACT_MEMBER(group, FIELDS, most) struct group##_facts group;
    ACT_FACT_GROUPS(ACT_FACT_MEMBER)
#undef ACT_FACT_MEMBER
};

const struct fact_group *act_fact_group(enum act_fact_id id);

#endif
