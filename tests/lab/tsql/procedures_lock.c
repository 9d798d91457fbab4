/* sp_getapplock, sp_releaseapplock, for locks that a session owns. */
#include "lab/tsql/procedure.h"

#include "lab/tsql/rights.h"

#include <strings.h>

enum lock_answer { LOCK_GRANTED = 0, LOCK_GRANTED_LATER = 1, LOCK_TIMED_OUT = -1, LOCK_BAD_CALL = -999 };

static const struct lock_word {
    const char *word, *wait_type;
    enum applock_mode mode;
} modes[] = {
    {"Shared", "LCK_M_S", APPLOCK_SHARED},
    {"Exclusive", "LCK_M_X", APPLOCK_EXCLUSIVE},
};

static const struct lock_word *mode_asked(struct run *run)
{
    for (size_t i = 0; i < COUNT(modes); i++)
        if (strcasecmp(modes[i].word, argument_text(run, "@LockMode", "")) == 0)
            return &modes[i];
    return NULL;
}

/* "public", or a role or user whose member this session is. */
static bool is_principal(struct run *run)
{
    const char *principal = argument_text(run, "@DbPrincipal", "public");

    return security_in_role(run->session->instance, session_login(run->session),
                            session_database(run->session), principal);
}

static bool is_for_session(struct run *run)
{
    return strcasecmp(argument_text(run, "@LockOwner", "Transaction"), "Session") == 0;
}

static int answer(struct run *run, enum lock_answer status)
{
    struct session *row = session_row(run->session);

    run->return_status = status;
    if (run_resumes(run))
        session_request_ends(row);
    return 0;
}

static int wait_for(struct run *run, const struct lock_word *mode, int holder, int64_t deadline_utc_ms)
{
    struct session *row = session_row(run->session);

    if (!run_resumes(run))
        session_request_begins(row, "EXECUTE", run->session->world->now_utc_ms, 0);
    row->status = "suspended";
    row->wait_type = mode->wait_type;
    row->blocked_by = holder;
    run_wait(run, deadline_utc_ms);
    return 0;
}

/* -1 waits for ever. */
static int64_t deadline_of(struct run *run, int64_t timeout_ms)
{
    return timeout_ms < 0 ? INT64_MAX : run->session->world->now_utc_ms + timeout_ms;
}

static int get_applock(struct run *run, int line)
{
    const struct lock_word *mode = mode_asked(run);
    int64_t timeout_ms = argument_integer(run, "@LockTimeout", run->session->settings.lock_timeout_ms);
    const char *resource = argument_text(run, "@Resource", "");
    int holder;

    if (!is_for_session(run) && run->session->transaction_count == 0) {
        run->return_status = LOCK_BAD_CALL;
        return PROBLEM0(&run->problems, line, 3918);
    }
    if (!mode || !is_for_session(run) || !*resource || timeout_ms < -1 || !is_principal(run))
        return answer(run, LOCK_BAD_CALL);
    holder = applock_take(run->session->instance, session_database(run->session), resource, mode->mode,
                          run->session->session_id);
    if (holder == 0)
        return answer(run, run_resumes(run) ? LOCK_GRANTED_LATER : LOCK_GRANTED);
    if (timeout_ms == 0 ||
        (run_resumes(run) && run->session->world->now_utc_ms >= run->progress.deadline_utc_ms))
        return answer(run, LOCK_TIMED_OUT);
    return wait_for(run, mode, holder, deadline_of(run, timeout_ms));
}

static int release_applock(struct run *run, int line)
{
    const char *resource = argument_text(run, "@Resource", "");

    if (is_for_session(run) && applock_release(run->session->instance, session_database(run->session),
                                               resource, run->session->session_id))
        return 0;
    run->return_status = LOCK_BAD_CALL;
    return PROBLEM(&run->problems, line, 1223, argument_text(run, "@DbPrincipal", "public"), resource);
}

static const struct procedure procedures[] = {
    {.name = "sp_getapplock",
     .parameters = {TEXT_PARAMETER("@Resource", 255, true), TEXT_PARAMETER("@LockMode", 32, true),
                    TEXT_PARAMETER("@LockOwner", 32, false), INT_PARAMETER("@LockTimeout"),
                    TEXT_PARAMETER("@DbPrincipal", 128, false)},
     .body = get_applock},
    {.name = "sp_releaseapplock",
     .parameters = {TEXT_PARAMETER("@Resource", 255, true), TEXT_PARAMETER("@LockOwner", 32, false),
                    TEXT_PARAMETER("@DbPrincipal", 128, false)},
     .body = release_applock},
};
const struct procedure_family procedures_lock = {procedures, COUNT(procedures)};
