#include "observer/observer_pass.h"

#include "model/json_text.h"
#include "model/snapshot_json.h"
#include "observe/core/observe.h"
#include "observe/hosts/host_tracks.h"
#include "observe/sql/fact_query.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

/* After timeout_s a pass has only to write down what it has; a machine may be busy. */
enum { FIRST_FREE_FD = 3, GRACE_MS = 2000 };

/* ---- in the child ---- */

/* Of its parent it needs the topology alone: no signals held back, no reader's connection held open. */
static void leave_parent(void)
{
    sigset_t none;

    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)syscall(SYS_close_range, (unsigned)FIRST_FREE_FD, UINT_MAX, 0U);
}

static void print(const struct snapshot *snapshot, struct strbuf *out)
{
    json_t *json = json_snapshot(snapshot);

    json_print_compact(json, out);
    json_decref(json);
}

/* work of child_start() */
static void look(void *argument, struct child_answer *answer)
{
    const struct observer_pass *pass = argument;
    struct observe_request request = {
        .pool = pass->pool,
        .fact_sets = FACT_SET_POOL,
        .program_name = "pchat-observer",
        .clock = clock_system(),
        .deadline = pass->child.deadline,
        .suspects = pass->suspects,
        .tracks = &host_tracks,
    };
    struct observe_result result;

    request.deadline.at.ms -= GRACE_MS;
    leave_parent();
    suspects_watch(pass->suspects);
    result = observe_pool(&request);
    answer->in_haste = result.hung_threads > 0;
    print(result.snapshot, &answer->text);
    answer->code = 0;
    if (!answer->in_haste)
        snapshot_free(result.snapshot);
}

/* ---- the observer's side ---- */

static void pass_done(struct observer_pass *pass)
{
    suspects_free(pass->suspects);
    *pass = (struct observer_pass)OBSERVER_PASS_INIT;
}

static int start_child(struct observer_pass *pass, struct deadline deadline, struct err *err)
{
    pass->child.deadline = deadline; /* the child reads it there */
    if (child_start(&pass->child, look, pass, OBSERVE_HOSTS_MEMORY_BYTES, deadline) == 0)
        return 0;
    err_set_errno(err, ERR_IO, errno, "no child process");
    pass_done(pass);
    return -1;
}

int observer_pass_start(struct observer_pass *pass, const struct topology_pool *pool, struct err *err)
{
    *pass = (struct observer_pass){
        .child = CHILD_INIT,
        .suspects = suspects_new(),
        .begun = clock_mono(clock_system()),
        .pool = pool,
    };
    return start_child(pass, deadline_in_ms(clock_system(), pool->observer.timeout_s * 1000 + GRACE_MS), err);
}

void observer_pass_abort(struct observer_pass *pass)
{
    pass->child.deadline = deadline_in_ms(clock_system(), 0);
}

static int why_failed(const struct observer_pass *pass, const struct child_result *result, int64_t whole_ms,
                      struct err *err)
{
    const char *suspect = suspects_last_name(pass->suspects);

    switch (result->end) {
    case CHILD_TIMED_OUT:
        return err_set(err, ERR_IO, "the pass was held up, and was killed after %lld s",
                       (long long)(whole_ms / 1000));
    case CHILD_CRASHED:
        if (suspect)
            return err_set(err, ERR_IO, "FreeTDS crashed on what %s says (%s)", suspect,
                           strsignal(result->signal));
        return err_set(err, ERR_INTERNAL, "the pass was ended by a signal (%s)", strsignal(result->signal));
    default:
        return err_set(err, ERR_INTERNAL, "the pass ended without an answer");
    }
}

/* A child is not to be trusted after what it has read; whoever reads the feed looks at the rest. */
static bool is_one_document(const struct strbuf *text)
{
    return text->length > 2 && text->text[0] == '{' && text->text[text->length - 1] == '}' &&
           !memchr(text->text, '\n', text->length) && !memchr(text->text, '\0', text->length);
}

static enum observer_pass_end judge(struct observer_pass *pass, const struct child_result *result,
                                    struct strbuf *snapshot, struct err *err)
{
    int64_t whole_ms = clock_mono(clock_system()).ms - pass->begun.ms;

    if (result->end == CHILD_ANSWERED && result->code == 0 && is_one_document(snapshot))
        return PASS_DONE;
    strbuf_truncate(snapshot, 0);
    why_failed(pass, result, whole_ms, err);
    return PASS_FAILED;
}

enum observer_pass_end observer_pass_hear(struct observer_pass *pass, struct strbuf *snapshot,
                                          struct err *err)
{
    struct deadline deadline = pass->child.deadline;
    struct child_result result;
    enum observer_pass_end end;

    if (child_hear(&pass->child) || !child_end(&pass->child, false, &result, snapshot))
        return PASS_GOES_ON;
    if (result.end == CHILD_CRASHED && suspects_convict(pass->suspects))
        return start_child(pass, deadline, err) == 0 ? PASS_GOES_ON : PASS_FAILED;
    end = judge(pass, &result, snapshot, err);
    pass_done(pass);
    return end;
}
