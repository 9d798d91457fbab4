/* What is seen of a host's ports without a login. */
#include "doctor/examiner.h"

#include "doctor/findings.h"
#include "observe/sip/tcp_probe.h"

void examine_tcp(const struct examiner *examiner)
{
    const struct probe_target target = examiner_target(examiner);
    struct probe_result result;

    if (!examine_name(examiner))
        return;
    chart_begin(examiner->chart, LAYER_TCP);
    tcp_probe(&target, examiner->deadline, examiner->arena, &result);
    examiner_note_connection(examiner, &result, false, false);
}

void examine_sip(const struct examiner *examiner)
{
    const struct probe_target target = examiner_target(examiner);
    const struct sip_question question = {.first_hop_only = examiner->endpoint->kind == HOST_FRONT_END};
    struct examination *examination;
    struct sip_result result;

    if (!examine_name(examiner))
        return;
    chart_begin(examiner->chart, LAYER_TCP);
    sip_probe(&target, &question, examiner->deadline, examiner->arena, &result);
    if (!examiner_note_connection(examiner, &result.probe, true, false))
        return;
    examination = chart_take_up(examiner->chart);
    if (examination)
        find_sip(examination, &result);
    chart_put_down(examiner->chart);
}

/* One page; the first one also tells of the connection. */
static bool examine_page(const struct examiner *examiner, const char *path, bool first)
{
    const struct probe_target target = examiner_target(examiner);
    struct examination *examination;
    struct web_result result;
    bool good = false;

    web_probe(&target, path, examiner_connect_deadline(examiner), examiner->arena, &result);
    if (first && !examiner_note_connection(examiner, &result.probe, true, false))
        return false;
    examination = chart_take_up(examiner->chart);
    if (examination)
        good = find_web(examination, path, &result);
    chart_put_down(examiner->chart);
    return good;
}

void examine_web(const struct examiner *examiner)
{
    const struct settings *settings = &examiner->pool->settings;

    if (!examine_name(examiner))
        return;
    chart_begin(examiner->chart, LAYER_TCP);
    if (examine_page(examiner, settings->room_path, true))
        examine_page(examiner, settings->file_path, false);
}
