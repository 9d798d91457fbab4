#include "lab/tsql/job_step.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "lab/tsql/run.h"

#include <stdio.h>

/* What the history of the job will say. */
struct step_report {
    struct job_outcome *outcome;
    struct strbuf text;
};

static void step_report_done(struct step_report *report)
{
    strbuf_done(&report->text);
}
AUTO_DEFINE_DONE(step_report, struct step_report)

static void take_message(void *user, const struct tsql_message *message)
{
    struct step_report *report = user;
    bool error = message->severity >= SEVERITY_FIRST_ERROR;

    strbuf_format(&report->text, " %s [SQLSTATE %s] (%s %d) ", message->text, error ? "42000" : "01000",
                  error ? "Error" : "Message", message->number);
    report->outcome->failed = report->outcome->failed || error;
    report->outcome->number = message->number;
    report->outcome->severity = message->severity;
}

/* Agent asks nobody to wait: what would take its time is done at once. */
static void run_at_once(struct instance *instance, struct tsql_session *session, const char *text,
                        const struct tsql_sink *sink)
{
    int64_t media_slow_ms = instance->media_slow_ms;

    instance->media_slow_ms = 0;
    if (!tsql_execute(session, text, sink)) {
        tsql_cancel(session);
        sink->message(sink->user, &(struct tsql_message){.number = 1222,
                                                         .severity = 16,
                                                         .text = "Lock request time out period exceeded."});
    }
    instance->media_slow_ms = media_slow_ms;
}

void job_step_run(struct world *world, struct instance *instance, const struct job *job,
                  struct job_outcome *outcome)
{
    AUTO(step_report) struct step_report report = {outcome, STRBUF_INIT};
    struct tsql_sink sink = sink_nobody();
    AUTO_FREE char *text = mem_copy_text(job->command); /* it may delete its own job */
    struct tsql_session *session = session_of_agent(world, instance, job);

    if (!session)
        return;
    sink.user = &report;
    sink.message = take_message;
    run_at_once(instance, session, text, &sink);
    snprintf(outcome->text, sizeof(outcome->text), "Executed as user: %s.%s The step %s.", session->login,
             strbuf_text(&report.text), outcome->failed ? "failed" : "succeeded");
    tsql_logout(session);
}
