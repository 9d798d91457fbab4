/* pchatctl discover: what only a live system can tell, asked read-only, and the site profile made of it. */
#include "pchatctl.h"

#include "base/child.h"
#include "base/mem.h"
#include "base/whole_file.h"
#include "discover/survey_pool.h"
#include "discover/tell.h"

#include <string.h>

/* What is kept back of --timeout for handing over what was seen, and for saying that nothing was. */
enum { LAST_WORDS_MS = 50, WATCH_MOST_S = 3600, TIMEOUT_MOST_S = 7200 };

/* Answers of a hundred hosts take a tenth of it. */
enum { MEMORY_MOST_BYTES = 64 * 1024 * 1024, PROFILE_MAX_BYTES = 4 * 1024 * 1024 };

struct options {
    int64_t timeout_s, watch_s;
    const char *output, *record, *replay;
    bool force;
    int format;
};

#define OPTION(letter, name, kind, member, ...)                                                              \
    {                                                                                                        \
        letter, name, kind, offsetof(struct options, member), __VA_ARGS__                                    \
    }
static const struct opt_spec specs[] = {
    OPTION('o', "output", OPT_TEXT, output, "FILE", "also write the site profile to this file", 0, 0, NULL),
    OPTION(0, "force", OPT_FLAG, force, NULL, "replace a profile that settles something else", 0, 0, NULL),
    OPTION(0, "format", OPT_CHOICE, format, "FORMAT",
           "what to print: text, json, or yaml for the profile itself (default text)", 0, 0,
           tell_format_names),
    OPTION(0, "watch", OPT_NUMBER, watch_s, "SECONDS", "watch pings for this long (default 40)", 1,
           WATCH_MOST_S, NULL),
    OPTION('t', "timeout", OPT_NUMBER, timeout_s, "SECONDS", "answer before this long (default 90)", 2,
           TIMEOUT_MOST_S, NULL),
    OPTION(0, "record", OPT_TEXT, record, "FILE", "also write what was answered to this file", 0, 0, NULL),
    OPTION(0, "replay", OPT_TEXT, replay, "FILE", "judge what was recorded in this file; nothing is asked", 0,
           0, NULL),
};

/* ---- asking, in a child: a driver that crashes or hangs costs no more than that ---- */

struct job {
    const struct topology_pool *pool;
    int64_t watch_ms, timeout_ms;
    struct deadline deadline;
    struct suspects *suspects;
};

/* work of child_run(): the answer is the survey as JSON. */
static void ask(void *argument, struct child_answer *answer)
{
    const struct job *job = argument;
    struct survey_request request = {.pool = job->pool,
                                     .program_name = "pchatctl discover",
                                     .watch_ms = job->watch_ms,
                                     .deadline = deadline_of_asking(job->deadline, job->timeout_ms),
                                     .suspects = job->suspects};
    struct survey_result result;
    AUTO_FREE char *json = NULL;

    suspects_watch(job->suspects);
    result = survey_pool(&request);
    answer->in_haste = result.hung_threads > 0;
    json = survey_to_json(result.survey);
    strbuf_add(&answer->text, json);
    if (!answer->in_haste)
        survey_free(result.survey);
}

static int no_answer(const struct child_result *result, const struct suspects *suspects, struct err *err)
{
    const char *suspect = suspects_last_name(suspects);

    if (result->end == CHILD_TIMED_OUT)
        return err_set(err, ERR_IO, "no answer before the timeout; the program itself was held up");
    if (result->end == CHILD_CRASHED && suspect)
        return err_set(err, ERR_IO, "FreeTDS crashed on what %s says (%s)", suspect,
                       strsignal(result->signal));
    if (result->end == CHILD_CRASHED)
        return err_set(err, ERR_INTERNAL, "the program crashed (%s)", strsignal(result->signal));
    return err_set(err, ERR_INTERNAL, "the child process ended without an answer");
}

static int ask_in_child(const struct topology_pool *pool, const struct options *options, struct strbuf *json,
                        struct err *err)
{
    AUTO(suspects) struct suspects *suspects = suspects_new();
    struct job job = {pool, options->watch_s * 1000, options->timeout_s * 1000,
                      deadline_in_ms(clock_system(), options->timeout_s * 1000 - LAST_WORDS_MS), suspects};
    struct child_result result;

    do
        result = child_run(ask, &job, MEMORY_MOST_BYTES, job.deadline, json);
    while (result.end == CHILD_CRASHED && suspects_convict(suspects));
    return result.end == CHILD_ANSWERED ? 0 : no_answer(&result, suspects, err);
}

static int read_or_ask(const struct ctl *ctl, const struct options *options, struct strbuf *json,
                       struct err *err)
{
    AUTO(topology) struct topology *topology = NULL;
    const struct topology_pool *pool;

    if (options->replay)
        return whole_file_read(options->replay, SURVEY_MAX_BYTES, json, err);
    topology = topology_load(ctl->topology, err);
    pool = topology ? topology_find_pool(topology, ctl->pool, err) : NULL;
    return pool ? ask_in_child(pool, options, json, err) : -1;
}

/* ---- telling ---- */

/* A file that says the same is left as it is, with the evidence of its day. */
static int write_profile(const struct options *options, const struct strbuf *profile, struct err *err)
{
    AUTO(strbuf) struct strbuf old = STRBUF_INIT;
    bool exists = access(options->output, F_OK) == 0;

    if (exists && whole_file_read(options->output, PROFILE_MAX_BYTES, &old, err) != 0)
        return -1;
    if (exists && profile_same(strbuf_text(&old), strbuf_text(profile)))
        return 0;
    if (exists && !options->force)
        return err_set(err, ERR_IO, "%s: settles something else; look at both, then --force replaces it",
                       options->output);
    return whole_file_write(options->output, 0644, strbuf_text(profile), err);
}

static bool knows_anything(const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].sureness != NOT_KNOWN)
            return true;
    return false;
}

static int judge(const struct options *options, const struct strbuf *json, struct err *err)
{
    AUTO(survey)
    struct survey *survey = survey_from_json(strbuf_text(json), json->length, err);
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;
    AUTO(strbuf) struct strbuf profile = STRBUF_INIT;
    struct findings findings;

    if (!survey)
        return -1;
    findings = questions_judge(survey, survey->arena);
    tell((enum tell_format)options->format, survey, &findings, &out);
    fputs(strbuf_text(&out), stdout);
    if (options->record && whole_file_write(options->record, 0600, strbuf_text(json), err) != 0)
        return -1;
    tell(TELL_YAML, survey, &findings, &profile);
    if (options->output && write_profile(options, &profile, err) != 0)
        return -1;
    return knows_anything(&findings) ? CTL_DONE : CTL_FAILED;
}

static int check_options(const struct options *options, struct err *err)
{
    if (options->force && !options->output)
        return err_set(err, ERR_USAGE, "--force: expected --output with it");
    if (!options->replay && options->watch_s >= options->timeout_s)
        return err_set(err, ERR_USAGE, "--watch: expected less than --timeout");
    return 0;
}

static char *epilogue(void)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, "Questions, how they are asked, and the settings that they settle:\n");
    for (size_t i = 0; i < question_count; i++)
        strbuf_format(&text, "  %s (%s)%s%s\n", questions[i].what, questions[i].how,
                      *questions[i].settles ? "\n      -> " : "", questions[i].settles);
    strbuf_add(&text,
               "\nNothing is changed on any server.\n"
               "\nExit codes: 0 done, 1 nothing could be learnt or the profile was not written, 3 wrong "
               "usage or configuration.");
    return strbuf_take(&text);
}

static int run(const struct ctl *ctl, int argc, char **argv)
{
    AUTO_FREE char *closing = epilogue();
    const struct opt_program program = {
        .name = "pchatctl discover",
        .summary = "Finds out what Microsoft's documentation leaves open, and writes a site profile for "
                   "topology.yaml.",
        .usage = "[options]",
        .epilogue = closing,
        .options = specs,
        .option_count = COUNT(specs),
    };
    struct options options = {.timeout_s = 90, .watch_s = 40};
    AUTO(strbuf) struct strbuf json = STRBUF_INIT;
    struct err err = ERR_INIT;
    int code;

    switch (opts_parse(&program, argc, argv, &options, stdout, NULL, NULL, &err)) {
    case OPT_DONE:
        return CTL_DONE;
    case OPT_BAD:
        return ctl_complain(program.name, &err);
    case OPT_RUN:
        break;
    }
    if (check_options(&options, &err) != 0 || read_or_ask(ctl, &options, &json, &err) != 0)
        return ctl_complain(program.name, &err);
    code = judge(&options, &json, &err);
    return code < 0 ? ctl_complain(program.name, &err) : code;
}

const struct ctl_command ctl_discover = {
    "discover", "finds out what the documentation leaves open; writes a site profile", run};
