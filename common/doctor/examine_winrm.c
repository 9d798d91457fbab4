/* A Windows host over WS-Management: what a check asks of it, from the door to a script that runs. */
#include "doctor/examiner.h"

#include "base/utc.h"
#include "doctor/findings.h"
#include "model/right.h"
#include "observe/sip/certificate_probe.h"
#include "observe/winrm/scripts.h"
#include "observe/winrm/windows_question.h"
#include "observe/winrm/winrm_topology.h"

#include <jansson.h>
#include <string.h>

extern const char embedded_doctor_tools_ps1[];

struct visit {
    const struct examiner *examiner;
    struct winrm_port *port;
    struct winrm_failure failure;
    struct winrm_output output;
    int64_t sent_utc_ms, took_ms; /* of the last script */
};

/* Writes the step of a stage: good in those words, or its failure. */
static bool note(struct visit *visit, enum layer stage, bool good, const char *words)
{
    struct examination *examination = chart_take_up(visit->examiner->chart);

    if (examination && good)
        examination_good(examination, stage, "%s", words);
    else if (examination)
        find_winrm_failure(examination, stage, &visit->failure);
    chart_put_down(visit->examiner->chart);
    return good && examination;
}

static bool identify(struct visit *visit)
{
    struct winrm_identity identity = {"", ""};
    const struct examiner *examiner = visit->examiner;
    bool good;

    chart_begin(examiner->chart, LAYER_HTTP);
    good = visit->port->ops->identify(visit->port, examiner_connect_deadline(examiner), examiner->arena,
                                      &identity, &visit->failure) == 0;
    return note(visit, LAYER_HTTP, good, *identity.vendor ? identity.vendor : "WinRM");
}

static bool query(struct visit *visit, const char *wql, const char *column)
{
    const struct examiner *examiner = visit->examiner;
    struct winrm_rows rows;

    return visit->port->ops->wmi_query(visit->port, wql, &column, 1, 500, examiner_connect_deadline(examiner),
                                       examiner->arena, &rows, &visit->failure) == 0;
}

static const char *who(const struct examiner *examiner)
{
    const struct topology_winrm *winrm = examiner->endpoint->host->winrm;

    return arena_format(examiner->arena, "%s%s%s", winrm->credential ? winrm->credential->sql_user : "",
                        winrm->credential ? ", " : "", host_auth_name(winrm->auth));
}

static bool log_in(struct visit *visit)
{
    chart_begin(visit->examiner->chart, LAYER_LOGIN);
    return note(visit, LAYER_LOGIN,
                query(visit, "SELECT LastBootUpTime FROM Win32_OperatingSystem", "LastBootUpTime"),
                who(visit->examiner));
}

static bool see_services(struct visit *visit)
{
    chart_begin(visit->examiner->chart, LAYER_RIGHT);
    return note(visit, LAYER_RIGHT, query(visit, "SELECT Name FROM Win32_Service WHERE Name='WinRM'", "Name"),
                "WMI and services");
}

static bool run_script(struct visit *visit, enum layer stage, const char *script, const char *words)
{
    const struct examiner *examiner = visit->examiner;
    struct clock *clock = examiner->deadline.clock;
    struct mono_ms since = clock_mono(clock);
    bool good;

    chart_begin(examiner->chart, stage);
    visit->sent_utc_ms = clock_utc_ms(clock);
    good = visit->port->ops->run_ps(visit->port, script, "{}", examiner->deadline, examiner->arena,
                                    &visit->output, &visit->failure) == 0;
    visit->took_ms = clock_mono(clock).ms - since.ms;
    return note(visit, stage, good,
                arena_format(examiner->arena, "%s in %lld ms", words, (long long)visit->took_ms));
}

/* The script's "utc", read somewhere between question and answer. */
static void note_clock(const struct visit *visit)
{
    json_t *answer = json_loads(visit->output.json, 0, NULL);
    const char *text = json_string_value(json_object_get(answer, "utc"));
    int64_t utc_ms, within_ms = visit->took_ms / 2 + 1;
    struct examination *examination = chart_take_up(visit->examiner->chart);

    if (examination && text && utc_parse(text, &utc_ms))
        find_clock(examination, utc_ms - (visit->sent_utc_ms + visit->took_ms / 2), within_ms);
    chart_put_down(visit->examiner->chart);
    json_decref(answer);
}

/* "what went wrong -> what usually cures it" */
static struct winrm_failure failure_of(struct arena *arena, const struct sighting *sighting)
{
    struct missing_right parts = {sighting->detail ? sighting->detail : sight_words(sighting->sight), NULL};

    (void)right_read(arena, sighting->detail, &parts);
    return (struct winrm_failure){.sight = sighting->sight, .text = parts.name, .hint = parts.grant};
}

/* As the checks do it, by the task or in the remote shell. */
static bool read_store(struct visit *visit)
{
    const struct examiner *examiner = visit->examiner;
    struct clock *clock = examiner->deadline.clock;
    const struct windows_scope scope = {HOST_MANAGEMENT, examiner->pool->fqdn, &examiner->pool->settings,
                                        clock};
    struct host_snapshot seen = {0};
    struct mono_ms since = clock_mono(clock);

    chart_begin(examiner->chart, LAYER_STORE);
    for (size_t i = 0; i < windows_question_count; i++)
        if (windows_questions[i].groups & 1U << HOST_FACT_store)
            windows_questions[i].ask(visit->port, &scope, examiner->deadline, examiner->arena, &seen);
    visit->failure = failure_of(examiner->arena, &seen.store.sighting);
    return note(visit, LAYER_STORE, seen.store.sighting.sight == SIGHT_SEEN,
                arena_format(examiner->arena, "management store in %lld ms",
                             (long long)(clock_mono(clock).ms - since.ms)));
}

static bool run_scripts(struct visit *visit)
{
    enum host_kind kind = visit->examiner->endpoint->kind;
    bool has_tools = kind != HOST_FILE_SERVER && kind != HOST_VANTAGE;

    if (!run_script(visit, LAYER_SCRIPT, has_tools ? embedded_doctor_tools_ps1 : embedded_probe_ps1,
                    has_tools ? "cmdlets" : "PowerShell"))
        return false;
    return kind != HOST_MANAGEMENT || read_store(visit);
}

static bool reach(const struct examiner *examiner)
{
    const struct topology_winrm *winrm = examiner->endpoint->host->winrm;
    const struct probe_target target = examiner_target(examiner);
    struct probe_result result;

    if (!examine_name(examiner))
        return false;
    chart_begin(examiner->chart, LAYER_TCP);
    certificate_probe(&target, examiner_connect_deadline(examiner), examiner->arena, &result);
    return examiner_note_connection(examiner, &result, true, winrm->pinned_key && !winrm->ca);
}

void examine_winrm(const struct examiner *examiner)
{
    const struct topology_host *host = examiner->endpoint->host;
    const struct winrm_endpoint endpoint = winrm_topology_endpoint(host->fqdn, host->address, host->winrm);
    struct err err = ERR_INIT;
    struct visit visit = {.examiner = examiner};

    if (!reach(examiner))
        return;
    visit.port = winrm_curl_open(&endpoint, &err);
    if (!visit.port) {
        visit.failure = (struct winrm_failure){.sight = SIGHT_NOT_ASKED, .text = err.text};
        note(&visit, LAYER_HTTP, false, NULL);
        return;
    }
    if (identify(&visit) && log_in(&visit) && see_services(&visit) && run_scripts(&visit))
        note_clock(&visit);
    visit.port->ops->close(visit.port);
}
