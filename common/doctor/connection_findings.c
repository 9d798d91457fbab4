/* Name, TCP, PRELOGIN and TLS, for every kind of endpoint. */
#include "doctor/findings.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>

bool find_name(struct examination *examination, int status, const char *address, int64_t took_ms)
{
    if (status == 0)
        examination_good(examination, LAYER_NAME, "%s in %lld ms", address, (long long)took_ms);
    else if (status == EAI_AGAIN || status == EAI_FAIL || status == EAI_SYSTEM)
        examination_bad(examination, LAYER_NAME, DIAGNOSIS_resolver_silent, NULL, NULL);
    else
        examination_bad(examination, LAYER_NAME, DIAGNOSIS_name_unknown, NULL, NULL);
    return status == 0;
}

/* ---- TCP ---- */

static const struct {
    int system_error;
    enum diagnosis diagnosis;
} tcp_errors[] = {
    {ECONNREFUSED, DIAGNOSIS_port_refused},     {ETIMEDOUT, DIAGNOSIS_port_filtered},
    {EHOSTUNREACH, DIAGNOSIS_host_unreachable}, {ENETUNREACH, DIAGNOSIS_host_unreachable},
    {EACCES, DIAGNOSIS_host_unreachable},       {EPERM, DIAGNOSIS_host_unreachable},
};

static bool tcp_failed(struct examination *examination, int system_error, bool silent)
{
    enum diagnosis diagnosis = silent ? DIAGNOSIS_port_filtered : DIAGNOSIS_port_refused;

    for (size_t i = 0; i < COUNT(tcp_errors); i++)
        if (tcp_errors[i].system_error == system_error)
            diagnosis = tcp_errors[i].diagnosis;
    examination_bad(examination, LAYER_TCP, diagnosis, NULL, NULL);
    return false;
}

static void tcp_good(struct examination *examination, int64_t took_ms)
{
    examination_good(examination, LAYER_TCP, "%lld ms", (long long)took_ms);
}

/* ---- TLS ---- */

static enum diagnosis certificate_diagnosis(const struct certificate_view *facts, int64_t now_utc_ms)
{
    switch (facts->verify_error) {
    case X509_V_OK:
        return DIAGNOSIS_certificate_wrong_name;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return facts->not_after_utc_ms < now_utc_ms ? DIAGNOSIS_certificate_expired
                                                    : DIAGNOSIS_certificate_authority_expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return DIAGNOSIS_certificate_not_yet_valid;
    default:
        return DIAGNOSIS_certificate_untrusted;
    }
}

static bool certificate_bad(struct examination *examination, const struct certificate_view *facts,
                            int64_t now_utc_ms)
{
    examination_bad(examination, LAYER_TLS,
                    facts ? certificate_diagnosis(facts, now_utc_ms) : DIAGNOSIS_certificate_missing,
                    facts ? facts->problem : NULL, NULL);
    return false;
}

/* Of several names the first, of a long one its first label: "sqldr1…". */
static const char *short_name(struct arena *arena, const char *names)
{
    enum { LONG_BYTES = 16 };
    int length = (int)strcspn(names, ","), label = (int)strcspn(names, ".,");

    if (length <= LONG_BYTES || label == length || names[0] == '*')
        return arena_format(arena, "%.*s", length, names);
    return arena_format(arena, "%.*s…", label, names);
}

/* "1.2, "sqldr1…", 212 days" */
static void tls_good(struct examination *examination, const char *version,
                     const struct certificate_view *facts, const char *aside, int64_t now_utc_ms)
{
    const char *days = "";

    if (!version)
        version = "done";
    else if (strncmp(version, "TLSv", 4) == 0)
        version += 4;
    if (!facts) {
        examination_good(examination, LAYER_TLS, "%s%s", version, aside);
        return;
    }
    if (facts->not_after_utc_ms != CERTIFICATE_NO_DATE)
        days = arena_format(examination->arena, ", %lld days",
                            (long long)certificate_days_left(facts, now_utc_ms));
    examination_good(examination, LAYER_TLS, "%s, \"%s\"%s%s", version,
                     short_name(examination->arena, facts->names), days, aside);
}

/* How OpenSSL and the server's alert word what has a diagnosis of its own. */
static const struct {
    const char *words;
    enum diagnosis diagnosis;
} handshakes[] = {
    {"wrong version number", DIAGNOSIS_tls_not_spoken},
    {"packet length too long", DIAGNOSIS_tls_not_spoken},
    {"unknown protocol", DIAGNOSIS_tls_not_spoken},
    {"http request", DIAGNOSIS_tls_not_spoken},
    {"protocol version", DIAGNOSIS_tls_too_old},
    {"unsupported protocol", DIAGNOSIS_tls_too_old},
    {"no protocols available", DIAGNOSIS_tls_too_old},
    {"handshake failure", DIAGNOSIS_tls_no_common_cipher},
    {"no shared cipher", DIAGNOSIS_tls_no_common_cipher},
    {"certificate verify locations", DIAGNOSIS_ca_unusable},
};

static enum diagnosis handshake_diagnosis(const char *words)
{
    for (size_t i = 0; words && i < COUNT(handshakes); i++)
        if (strcasestr(words, handshakes[i].words))
            return handshakes[i].diagnosis;
    return DIAGNOSIS_tls_failed;
}

static bool tls_failed(struct examination *examination, const struct dialled *dialled, int64_t now_utc_ms)
{
    const struct probe_result *probe = dialled->probe;
    enum diagnosis diagnosis;

    if (probe->sighting.sight == SIGHT_TIMED_OUT)
        diagnosis = DIAGNOSIS_tls_silent;
    else if (probe->certificate && probe->certificate->problem && !dialled->pinned)
        return certificate_bad(examination, probe->certificate, now_utc_ms);
    else if (probe->client_certificate_wanted)
        diagnosis = dialled->has_client_certificate ? DIAGNOSIS_client_certificate_refused
                                                    : DIAGNOSIS_client_certificate_missing;
    else
        diagnosis = handshake_diagnosis(probe->sighting.detail);
    examination_bad(examination, LAYER_TLS, diagnosis,
                    diagnosis == DIAGNOSIS_tls_failed ? probe->sighting.detail : NULL, NULL);
    return false;
}

/* With a pinned key the chain proves nothing and need not: whether the key is the right one is seen when it
 * is used. */
static bool is_pinned_anyway(const struct dialled *dialled)
{
    return dialled->pinned && dialled->probe->certificate && dialled->probe->certificate->problem &&
           dialled->probe->sighting.sight == SIGHT_TLS_FAILED;
}

bool find_connection(struct examination *examination, const struct dialled *dialled, int64_t now_utc_ms)
{
    const struct probe_result *probe = dialled->probe;

    if (probe->phases.tcp_ms == PHASE_NOT_REACHED)
        return tcp_failed(examination, probe->system_error, probe->sighting.sight == SIGHT_TIMED_OUT);
    tcp_good(examination, probe->phases.tcp_ms);
    if (!dialled->tls)
        return true;
    if (is_pinned_anyway(dialled)) {
        tls_good(examination, probe->tls_version, probe->certificate, ", pinned", now_utc_ms);
        return true;
    }
    if (probe->evidence < EVIDENCE_TLS && probe->sighting.sight != SIGHT_SEEN)
        return tls_failed(examination, dialled, now_utc_ms);
    tls_good(examination, probe->tls_version, probe->certificate, "", now_utc_ms);
    return true;
}

/* ---- SQL Server ---- */

static const struct {
    enum tls_probe_layer layer;
    enum tls_probe_trouble trouble;
    enum layer at;
    enum diagnosis diagnosis;
    bool in_its_words; /* the probe says more than the diagnosis */
} sql_troubles[] = {
    {PROBE_PRELOGIN, TROUBLE_SILENT, LAYER_PRELOGIN, DIAGNOSIS_sql_silent, false},
    {PROBE_PRELOGIN, TROUBLE_CLOSED, LAYER_PRELOGIN, DIAGNOSIS_connection_cut, false},
    {PROBE_PRELOGIN, TROUBLE_SYSTEM, LAYER_PRELOGIN, DIAGNOSIS_connection_cut, false},
    {PROBE_PRELOGIN, TROUBLE_FOREIGN, LAYER_PRELOGIN, DIAGNOSIS_not_sql_server, false},
    {PROBE_TLS, TROUBLE_NO_ENCRYPTION, LAYER_TLS, DIAGNOSIS_tls_not_offered, false},
    {PROBE_TLS, TROUBLE_NO_VERSION, LAYER_TLS, DIAGNOSIS_tls_too_old, false},
    {PROBE_TLS, TROUBLE_NO_CIPHER, LAYER_TLS, DIAGNOSIS_tls_no_common_cipher, false},
    {PROBE_TLS, TROUBLE_SILENT, LAYER_TLS, DIAGNOSIS_tls_silent, false},
    {PROBE_TLS, TROUBLE_OWN, LAYER_TLS, DIAGNOSIS_ca_unusable, true},
    {PROBE_TLS, TROUBLE_HANDSHAKE, LAYER_TLS, DIAGNOSIS_tls_failed, true},
    {PROBE_TLS, TROUBLE_CLOSED, LAYER_TLS, DIAGNOSIS_tls_failed, true},
    {PROBE_TLS, TROUBLE_SYSTEM, LAYER_TLS, DIAGNOSIS_tls_failed, true},
    {PROBE_TLS, TROUBLE_FOREIGN, LAYER_TLS, DIAGNOSIS_tls_failed, true},
};

static bool sql_trouble(struct examination *examination, const struct tls_probe_seen *seen,
                        const struct sql_failure *failure)
{
    for (size_t i = 0; i < COUNT(sql_troubles); i++) {
        if (sql_troubles[i].layer != seen->layer || sql_troubles[i].trouble != seen->trouble)
            continue;
        examination_bad(examination, sql_troubles[i].at, sql_troubles[i].diagnosis,
                        sql_troubles[i].in_its_words ? failure->text : NULL, NULL);
        return false;
    }
    examination_bad(examination, LAYER_PRELOGIN, DIAGNOSIS_connection_cut, failure->text, NULL);
    return false;
}

static void prelogin_good(struct examination *examination, const struct prelogin_answer *answer)
{
    if (answer->version_major)
        examination_good(examination, LAYER_PRELOGIN, "SQL Server %d.%d.%d", answer->version_major,
                         answer->version_minor, answer->version_build);
    else
        examination_good(examination, LAYER_PRELOGIN, "answered");
}

bool find_sql_connection(struct examination *examination, const struct topology_sql *sql,
                         const struct tls_probe_seen *seen, const struct sql_failure *failure,
                         int64_t now_utc_ms)
{
    if (seen->layer <= PROBE_TCP)
        return tcp_failed(examination, seen->system_error, seen->trouble == TROUBLE_SILENT);
    tcp_good(examination, seen->tcp_ms);
    if (seen->layer == PROBE_PRELOGIN)
        return sql_trouble(examination, seen, failure);
    prelogin_good(examination, &seen->prelogin);
    if (seen->layer == PROBE_TLS && seen->trouble == TROUBLE_CERTIFICATE)
        return certificate_bad(examination, seen->certificate, now_utc_ms);
    if (seen->layer == PROBE_TLS)
        return sql_trouble(examination, seen, failure);
    if (sql->tls == TLS_OFF)
        examination_good(examination, LAYER_TLS, "off, as the topology says");
    else
        tls_good(examination, seen->tls_version, seen->certificate, sql->ca ? "" : ", unproven", now_utc_ms);
    return true;
}
