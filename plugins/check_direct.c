/* The pass that a check makes by itself. */
#include "check_direct.h"

#include "base/child.h"
#include "observe/core/observe.h"
#include "topology/topology.h"

#include <string.h>

static bool has_instance(const struct topology_pool *pool, const char *name)
{
    for (size_t s = 0; s < pool->site_count; s++)
        for (size_t i = 0; i < pool->sites[s].sql_count; i++)
            if (strcmp(pool->sites[s].sql[i].name, name) == 0)
                return true;
    return false;
}

/* A check, as the child process that does it knows it. */
struct job {
    const struct check *check;
    const struct check_options *options;
    struct deadline deadline; /* of the whole check */
    struct suspects *suspects;
};

/* Asks the pool; *ret_hung says whether a driver still holds threads. */
static struct snapshot *ask(const struct job *job, const struct topology *topology, bool *ret_hung,
                            struct err *err)
{
    const struct check_options *options = job->options;
    const struct topology_pool *pool = topology_find_pool(topology, options->pool, err);
    struct observe_request request = {
        .pool = pool,
        .only_instance = options->instance,
        .fact_sets = job->check->fact_sets,
        .program_name = job->check->name,
        .clock = job->deadline.clock,
        .deadline = deadline_of_asking(job->deadline, options->timeout_s * 1000),
        .suspects = job->suspects,
        .tracks = check_tracks,
    };
    struct observe_result result;

    if (!pool)
        return NULL;
    if (options->instance && !has_instance(pool, options->instance)) {
        check_no_instance(options->instance, pool->fqdn, err);
        return NULL;
    }
    result = observe_pool(&request);
    *ret_hung = result.hung_threads > 0;
    return result.snapshot;
}

/* work of child_run() */
static void run(void *argument, struct child_answer *answer)
{
    const struct job *job = argument;
    const struct check *check = job->check;
    const struct check_options *options = job->options;
    AUTO(topology) struct topology *topology = NULL;
    AUTO(snapshot) struct snapshot *snapshot = NULL;
    struct limits scratch = limits_default();
    struct err err = ERR_INIT;
    int code = -1;

    suspects_watch(job->suspects);
    /* Bad usage is told before anything is asked. */
    if (check_options_limits(check, options, &scratch, &err) == 0 &&
        (topology = topology_load(options->topology, &err)))
        snapshot = ask(job, topology, &answer->in_haste, &err);
    if (snapshot)
        code = check_judge(check, options, snapshot, (struct fact_num){true, 0}, &answer->text, &err);
    if (code < 0)
        code = check_tell_error(check, options, &err, &answer->text);
    if (answer->in_haste) {
        /* A driver's thread may still read these; the process is about to end without freeing anything. */
        topology = NULL;
        snapshot = NULL;
    }
    answer->code = code;
}

static int no_answer(const struct job *job, const struct child_result *result, struct err *err)
{
    const char *suspect = suspects_last_name(job->suspects);

    switch (result->end) {
    case CHILD_TIMED_OUT:
        return err_set(err, ERR_IO, "no answer within %lld s; the check itself was held up",
                       (long long)job->options->timeout_s);
    case CHILD_CRASHED:
        if (suspect)
            return err_set(err, ERR_IO, "FreeTDS crashed on what %s says (%s)", suspect,
                           strsignal(result->signal));
        return err_set(err, ERR_INTERNAL, "the check crashed (%s)", strsignal(result->signal));
    default:
        if (result->code)
            return err_set_errno(err, ERR_IO, result->code, "no child process");
        return err_set(err, ERR_INTERNAL, "the check ended without an answer");
    }
}

/*
 * What it does to sockets and servers' bytes, the check does in a child: a driver that crashes on an endpoint
 * costs a second pass without it, one that hangs ends with the child.
 */
int check_directly(const struct check *check, const struct check_options *options, char **argv,
                   struct strbuf *out)
{
    AUTO(suspects) struct suspects *suspects = suspects_new();
    struct deadline deadline =
        deadline_in_ms(clock_system(), options->timeout_s * 1000 - CHECK_LAST_WORDS_MS);
    struct job job = {check, options, deadline, suspects};
    size_t memory_most_bytes = check_tracks ? OBSERVE_HOSTS_MEMORY_BYTES : OBSERVE_SQL_MEMORY_BYTES;
    struct child_result result;
    struct err err = ERR_INIT;

    (void)argv;
    do
        result = child_run(run, &job, memory_most_bytes, job.deadline, out);
    while (result.end == CHILD_CRASHED && suspects_convict(suspects));
    if (result.end == CHILD_ANSWERED && result.code <= SEVERITY_UNKNOWN)
        return result.code;
    no_answer(&job, &result, &err);
    return check_tell_error(check, options, &err, out);
}
