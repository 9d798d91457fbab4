/* pchatctl doctor: for every endpoint of a pool the first layer that fails, and the remedy. */
#include "pchatctl.h"

#include "act/runner/wire.h"
#include "base/child.h"
#include "doctor/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* Kept back of --timeout, so that the answer is out before it. */
enum { LAST_WORDS_MS = 30 };

/* A true round takes a tenth of it; mostly the stacks of its threads. */
enum { ROUND_MEMORY_MOST_BYTES = 256 * 1024 * 1024 };

struct options {
    int64_t timeout_s;
    int format;
    const char *replay, *socket, *by;
    bool act;
};

enum format { FORMAT_TEXT, FORMAT_JSON };
static const char *const formats[] = {"text", "json", NULL};

static const struct opt_spec specs[] = {
    {'t', "timeout", OPT_NUMBER, offsetof(struct options, timeout_s), "SECONDS",
     "answer before this long (default 30)", 1, 3600, NULL},
    {0, "format", OPT_CHOICE, offsetof(struct options, format), "FORMAT", "text or json (default text)", 0, 0,
     formats},
    {0, "replay", OPT_TEXT, offsetof(struct options, replay), "FILE",
     "show what --format json wrote to this file; nothing is asked", 0, 0, NULL},
    {0, "act", OPT_FLAG, offsetof(struct options, act), NULL,
     "let the runner try every way to write, without effect, and remember that it can", 0, 0, NULL},
    {0, "socket", OPT_TEXT, offsetof(struct options, socket), "PATH",
     "with --act: the runner's socket (default " RUNNER_SOCKET_PATH ")", 0, 0, NULL},
    {0, "by", OPT_TEXT, offsetof(struct options, by), "NAME",
     "with --act: who you are; must be whom the topology lists with your uid", 0, 0, NULL},
};

static const struct opt_program program = {
    .name = "pchatctl doctor",
    .summary = "Says for every endpoint of a pool which layer is the first that fails, and the remedy.",
    .usage = "[options] [NAME...]",
    .epilogue = "NAME is one of the topology's: what it names alone is examined.\n\n"
                "Exit codes: 0 nothing is wrong, 1 something fails, 3 wrong usage or configuration.",
    .options = specs,
    .option_count = COUNT(specs),
};

/* A round, as the child process that does it knows it. */
struct job {
    const struct ctl *ctl;
    const struct options *options;
    char **names;
    size_t name_count;
    struct deadline deadline; /* of the whole */
    struct suspects *suspects;
};

static struct examinations *replay(const char *path, struct err *err)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct examinations *all;
    struct err reason = ERR_INIT;

    if (fd < 0 || strbuf_read_fd(&text, fd, EXAMINATION_MAX_BYTES) != 0) {
        err_set_errno(err, ERR_USAGE, errno, "--replay %s", path);
        return NULL;
    }
    all = examinations_read(strbuf_text(&text), text.length, &reason);
    if (!all)
        err_set(err, ERR_USAGE, "--replay %s: %s", path, reason.text);
    return all;
}

static struct examinations *examine(const struct job *job, const struct topology *topology,
                                    struct arena *arena, bool *ret_hung, struct err *err)
{
    const struct topology_pool *pool = topology_find_pool(topology, job->ctl->pool, err);
    struct endpoints endpoints;
    struct doctor_request request = {
        .pool = pool,
        .endpoints = &endpoints,
        .program_name = "pchatctl",
        .deadline = deadline_of_asking(job->deadline, job->options->timeout_s * 1000),
        .suspects = job->suspects,
    };
    struct doctor_result result;

    if (!pool || endpoints_of(pool, job->names, job->name_count, arena, &endpoints, err) != 0)
        return NULL;
    result = doctor_examine(&request);
    *ret_hung = result.hung_threads > 0;
    return result.examinations;
}

/* From the examinations to text; returns the exit code. */
static int tell(const struct examinations *all, int format, struct strbuf *out)
{
    if (format == FORMAT_JSON)
        examinations_json(all, out);
    else
        examinations_text(all, out);
    return examinations_bad_count(all) ? CTL_FAILED : CTL_DONE;
}

/* work of child_run() */
static void run_round(void *argument, struct child_answer *answer)
{
    const struct job *job = argument;
    AUTO(topology) struct topology *topology = NULL;
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(examinations) struct examinations *all = NULL;
    struct err err = ERR_INIT;

    suspects_watch(job->suspects);
    if (job->options->replay)
        all = replay(job->options->replay, &err);
    else if ((topology = topology_load(job->ctl->topology, &err)))
        all = examine(job, topology, arena, &answer->in_haste, &err);
    if (all) {
        answer->code = tell(all, job->options->format, &answer->text);
    } else {
        answer->code = ctl_complain(program.name, &err);
        strbuf_add(&answer->text, "\n"); /* an answer, if one without words */
    }
    if (answer->in_haste) {
        /* Threads may still read these; the process is about to end without freeing anything. */
        topology = NULL;
        arena = NULL;
    }
}

static int no_answer(const struct job *job, const struct child_result *result)
{
    struct err err = ERR_INIT;

    if (result->end == CHILD_TIMED_OUT)
        err_set(&err, ERR_IO, "no answer within %lld s; the doctor itself was held up",
                (long long)job->options->timeout_s);
    else if (result->end == CHILD_CRASHED)
        err_set(&err, ERR_INTERNAL, "the doctor crashed (%s)", strsignal(result->signal));
    else if (result->code)
        err_set_errno(&err, ERR_IO, result->code, "no child process");
    else
        err_set(&err, ERR_INTERNAL, "the doctor ended without an answer");
    return ctl_complain(program.name, &err);
}

/* As the checks do it: a driver that crashes costs a second round without that endpoint, one that hangs ends
 * with the child. */
static int run_in_child(struct job *job)
{
    AUTO(suspects) struct suspects *suspects = suspects_new();
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    struct child_result result;

    job->suspects = suspects;
    do
        result = child_run(run_round, job, ROUND_MEMORY_MOST_BYTES, job->deadline, &out);
    while (result.end == CHILD_CRASHED && suspects_convict(suspects));
    if (result.end != CHILD_ANSWERED)
        return no_answer(job, &result);
    if (result.code != CTL_USAGE)
        fputs(strbuf_text(&out), stdout);
    return result.code;
}

/* The runner does it: it alone can write. */
static int prove(const struct ctl *ctl, const struct options *options, int name_count, struct err *err)
{
    int code = -1;

    if (name_count || options->replay)
        err_set(err, ERR_USAGE, "--act tries all of the pool: it takes neither names nor --replay");
    else
        code = ctl_ask_to_prove(ctl, options->socket, options->by, err);
    return code >= 0 ? code : ctl_complain(program.name, err);
}

static int run(const struct ctl *ctl, int argc, char **argv)
{
    struct options options = {.timeout_s = 30};
    struct job job = {.ctl = ctl, .options = &options};
    struct err err = ERR_INIT;
    int name_count;

    switch (opts_parse(&program, argc, argv, &options, stdout, &job.names, &name_count, &err)) {
    case OPT_DONE:
        return CTL_DONE;
    case OPT_BAD:
        return ctl_complain(program.name, &err);
    case OPT_RUN:
        break;
    }
    if (options.act)
        return prove(ctl, &options, name_count, &err);
    job.name_count = (size_t)name_count;
    job.deadline = deadline_in_ms(clock_system(), options.timeout_s * 1000 - LAST_WORDS_MS);
    return run_in_child(&job);
}

const struct ctl_command ctl_doctor = {"doctor",
                                       "for every endpoint the first layer that fails, and the remedy", run};
