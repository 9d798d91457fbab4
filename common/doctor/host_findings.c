/* What WinRM, SIP and web servers say, and clocks. */
#include "doctor/findings.h"

#include <inttypes.h>
#include <string.h>

/* ---- WinRM ---- */

/*
 * How a failure shows what it is: its HTTP status, its fault, its sight, words (ours or PowerShell's) in its
 * text, the stage; 0, SIGHT_SEEN, NULL and LAYER_COUNT match any.  The first that matches counts.
 */
static const struct winrm_sign {
    enum layer stage;
    int http_status;
    uint32_t fault;
    enum sight sight;
    const char *words;
    enum diagnosis diagnosis;
} winrm_signs[] = {
    {LAYER_COUNT, 401, 0, SIGHT_SEEN, "offers", DIAGNOSIS_winrm_login_not_offered},
    {LAYER_COUNT, 401, 0, SIGHT_SEEN, "ticket", DIAGNOSIS_no_ticket},
    {LAYER_COUNT, 401, 0, SIGHT_SEEN, NULL, DIAGNOSIS_winrm_login_refused},
    {LAYER_COUNT, 403, 0, SIGHT_SEEN, NULL, DIAGNOSIS_winrm_forbidden},
    {LAYER_COUNT, 404, 0, SIGHT_SEEN, NULL, DIAGNOSIS_winrm_elsewhere},
    {LAYER_COUNT, 500, 0, SIGHT_SEEN, NULL, DIAGNOSIS_winrm_error},
    {LAYER_COUNT, 503, 0, SIGHT_SEEN, NULL, DIAGNOSIS_winrm_stopped},
    {LAYER_COUNT, 0, 5, SIGHT_SEEN, NULL, DIAGNOSIS_winrm_access_denied},
    {LAYER_COUNT, 0, UINT32_C(0x80041003), SIGHT_SEEN, NULL, DIAGNOSIS_wmi_denied},
    {LAYER_COUNT, 0, WSMAN_FAULT_NO_SHELL, SIGHT_SEEN, NULL, DIAGNOSIS_shell_lost},
    {LAYER_COUNT, 0, 0, SIGHT_DENIED, "quota", DIAGNOSIS_winrm_quota},
    {LAYER_COUNT, 0, 0, SIGHT_LOGIN_FAILED, NULL, DIAGNOSIS_no_ticket},
    {LAYER_COUNT, 0, 0, SIGHT_TLS_FAILED, "pinned", DIAGNOSIS_pinned_key_differs},
    {LAYER_COUNT, 0, 0, SIGHT_TLS_FAILED, "ca cannot", DIAGNOSIS_ca_unusable},
    {LAYER_COUNT, 0, 0, SIGHT_TLS_FAILED, "client certificate", DIAGNOSIS_client_certificate_refused},
    {LAYER_COUNT, 0, 0, SIGHT_TLS_FAILED, NULL, DIAGNOSIS_tls_failed},
    {LAYER_STORE, 0, 0, SIGHT_SEEN, "ANONYMOUS LOGON", DIAGNOSIS_second_hop_denied},
    {LAYER_STORE, 0, 0, SIGHT_DENIED, NULL, DIAGNOSIS_second_hop_denied},
    {LAYER_STORE, 0, 0, SIGHT_TIMED_OUT, NULL, DIAGNOSIS_script_slow},
    {LAYER_STORE, 0, 0, SIGHT_SEEN, NULL, DIAGNOSIS_store_unreachable},
    {LAYER_SCRIPT, 0, 0, SIGHT_TIMED_OUT, NULL, DIAGNOSIS_script_slow},
    {LAYER_SCRIPT, 0, 0, SIGHT_SEEN, "is not recognized", DIAGNOSIS_tools_missing},
    {LAYER_SCRIPT, 0, 0, SIGHT_SEEN, "the script", DIAGNOSIS_script_failed},
    {LAYER_COUNT, 0, 0, SIGHT_TIMED_OUT, NULL, DIAGNOSIS_winrm_silent},
    {LAYER_COUNT, 0, 0, SIGHT_PROTOCOL_ERROR, "cut", DIAGNOSIS_winrm_cut},
    {LAYER_COUNT, 0, 0, SIGHT_PROTOCOL_ERROR, "closed", DIAGNOSIS_winrm_cut},
    {LAYER_COUNT, 0, 0, SIGHT_SEEN, NULL, DIAGNOSIS_not_winrm},
};

static bool shows(const struct winrm_sign *sign, enum layer stage, const struct winrm_failure *failure)
{
    return (sign->stage == LAYER_COUNT || sign->stage == stage) &&
           (!sign->http_status || sign->http_status == failure->http_status) &&
           (!sign->fault || sign->fault == failure->fault_code) &&
           (sign->sight == SIGHT_SEEN || sign->sight == failure->sight) &&
           (!sign->words || strstr(failure->text, sign->words));
}

static enum diagnosis winrm_diagnosis(enum layer stage, const struct winrm_failure *failure)
{
    size_t i = 0;

    while (!shows(&winrm_signs[i], stage, failure))
        i++; /* the last one matches all */
    return winrm_signs[i].diagnosis;
}

void find_winrm_failure(struct examination *examination, enum layer stage,
                        const struct winrm_failure *failure)
{
    enum diagnosis diagnosis = winrm_diagnosis(stage, failure);
    enum layer layer = diagnosis_info(diagnosis)->layer;

    /* A right can be missing only to one who is in. */
    if (stage == LAYER_LOGIN && layer == LAYER_RIGHT)
        examination_good(examination, LAYER_LOGIN, "accepted");
    examination_bad(examination, layer > stage ? layer : stage, diagnosis, failure->text, failure->hint);
}

/* ---- SIP ---- */

static const struct {
    enum sip_class class;
    enum diagnosis diagnosis;
} sip_classes[] = {
    {SIP_CLASS_DEGRADED, DIAGNOSIS_sip_degraded},
    {SIP_CLASS_OVERLOADED, DIAGNOSIS_sip_overloaded},
    {SIP_CLASS_NEXT_HOP, DIAGNOSIS_sip_next_hop},
};

static enum diagnosis sip_diagnosis(const struct sip_result *result)
{
    for (size_t i = 0; i < COUNT(sip_classes); i++)
        if (sip_classes[i].class == result->class)
            return sip_classes[i].diagnosis;
    return DIAGNOSIS_NONE;
}

static enum diagnosis sip_silence(const struct sip_result *result)
{
    if (result->probe.sighting.sight == SIGHT_TIMED_OUT)
        return DIAGNOSIS_sip_silent;
    return result->probe.sighting.detail && strstr(result->probe.sighting.detail, "not SIP")
               ? DIAGNOSIS_not_sip
               : DIAGNOSIS_sip_cut;
}

void find_sip(struct examination *examination, const struct sip_result *result)
{
    const char *text = result->probe.sighting.detail;
    enum diagnosis diagnosis = result->status ? sip_diagnosis(result) : sip_silence(result);

    if (result->status)
        text = arena_format(examination->arena, "%d %s, %s%s%s", result->status, result->reason,
                            sip_class_words(result->class), result->diagnostics ? ": " : "",
                            result->diagnostics ? result->diagnostics : "");
    if (diagnosis)
        examination_bad(examination, LAYER_SIP, diagnosis, text, NULL);
    else
        examination_good(examination, LAYER_SIP, "%s in %lld ms", text,
                         (long long)result->probe.phases.first_byte_ms);
}

/* ---- web ---- */

static const enum diagnosis web_classes[WEB_CLASS_COUNT] = {
    [WEB_CLASS_REFUSED] = DIAGNOSIS_web_refused,
    [WEB_CLASS_NOT_INSTALLED] = DIAGNOSIS_web_not_installed,
    [WEB_CLASS_FAILING] = DIAGNOSIS_web_failing,
    [WEB_CLASS_STOPPED] = DIAGNOSIS_web_stopped,
    [WEB_CLASS_BEHIND_PROXY] = DIAGNOSIS_web_behind_proxy,
};

bool find_web(struct examination *examination, const char *path, const struct web_result *result)
{
    enum diagnosis diagnosis = web_classes[result->class];
    const char *text = arena_format(examination->arena, "%s: HTTP %d, %s", path, result->status,
                                    web_class_words(result->class));

    if (result->class == WEB_CLASS_NONE) {
        diagnosis =
            result->probe.sighting.sight == SIGHT_TIMED_OUT ? DIAGNOSIS_web_silent : DIAGNOSIS_web_cut;
        text = arena_format(examination->arena, "%s: %s", path,
                            result->probe.sighting.detail ? result->probe.sighting.detail : "no answer");
    }
    if (diagnosis) {
        examination_bad(examination, LAYER_WEB, diagnosis, text, NULL);
        return false;
    }
    examination_good(examination, LAYER_WEB, "%s %d in %lld ms", path, result->status,
                     (long long)result->probe.phases.first_byte_ms);
    return true;
}

/* ---- any ---- */

/* What Kerberos takes by default: "Maximum tolerance for computer clock synchronization". */
enum { CLOCK_MOST_MS = 5 * 60 * 1000 };

void find_clock(struct examination *examination, int64_t offset_ms, int64_t within_ms)
{
    int64_t ms = offset_ms < 0 ? -offset_ms : offset_ms;
    const char *text =
        ms <= within_ms
            ? arena_format(examination->arena, "that of this host, within %" PRId64 " ms", within_ms)
            : arena_format(examination->arena, "%" PRId64 ".%" PRId64 " s %s this host's", ms / 1000,
                           ms % 1000 / 100, offset_ms < 0 ? "behind" : "ahead of");

    if (ms - within_ms > CLOCK_MOST_MS)
        examination_bad(examination, LAYER_CLOCK, DIAGNOSIS_clock_off, text, NULL);
    else
        examination_good(examination, LAYER_CLOCK, "%s", text);
}

static const enum diagnosis time_outs[LAYER_COUNT] = {
    [LAYER_NAME] = DIAGNOSIS_resolver_silent,  [LAYER_TCP] = DIAGNOSIS_port_filtered,
    [LAYER_PRELOGIN] = DIAGNOSIS_sql_silent,   [LAYER_TLS] = DIAGNOSIS_tls_silent,
    [LAYER_HTTP] = DIAGNOSIS_winrm_silent,     [LAYER_LOGIN] = DIAGNOSIS_login_silent,
    [LAYER_DATABASE] = DIAGNOSIS_query_silent, [LAYER_RIGHT] = DIAGNOSIS_query_silent,
    [LAYER_QUERY] = DIAGNOSIS_query_silent,    [LAYER_SCRIPT] = DIAGNOSIS_script_slow,
    [LAYER_STORE] = DIAGNOSIS_script_slow,     [LAYER_SIP] = DIAGNOSIS_sip_silent,
    [LAYER_WEB] = DIAGNOSIS_web_silent,        [LAYER_CLOCK] = DIAGNOSIS_query_silent,
};

void find_time_out(struct examination *examination, enum layer layer)
{
    examination_bad(examination, layer, time_outs[layer], NULL, NULL);
}
