#include "observe/tls/certificate.h"

#include "base/strbuf.h"
#include "base/utf8.h"

#include <openssl/x509v3.h>
#include <string.h>

enum { SHOWN_NAMES = 4 };

static const char *date_text(struct arena *arena, const ASN1_TIME *time)
{
    struct tm tm = {0};

    if (!ASN1_TIME_to_tm(time, &tm))
        return "an unreadable date";
    return arena_format(arena, "%04d-%02d-%02d %02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                        tm.tm_hour, tm.tm_min);
}

static void add_name(struct strbuf *out, const ASN1_STRING *name)
{
    unsigned char *text = NULL;
    int length = ASN1_STRING_to_UTF8(&text, name);

    if (length < 0)
        return;
    if (out->length)
        strbuf_add(out, ", ");
    if (memchr(text, '\0', (size_t)length))
        strbuf_add(out, "(a name with a NUL)");
    else
        utf8_add_text(out, (const char *)text);
    OPENSSL_free(text);
}

static void add_alternative_names(struct strbuf *out, const X509 *certificate)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);

    for (int i = 0; i < sk_GENERAL_NAME_num(names) && i < SHOWN_NAMES; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        if (name->type == GEN_DNS)
            add_name(out, name->d.dNSName);
    }
    GENERAL_NAMES_free(names);
}

static void add_common_name(struct strbuf *out, const X509_NAME *name)
{
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);

    if (at >= 0)
        add_name(out, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

/* Whom the certificate is for: its alternative names or, as before them, the common name. */
static const char *names_text(struct arena *arena, X509 *certificate)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    add_alternative_names(&out, certificate);
    if (!out.length)
        add_common_name(&out, X509_get_subject_name(certificate));
    return arena_text(arena, out.length ? strbuf_text(&out) : "nobody");
}

static bool is_for(X509 *certificate, const char *host)
{
    return X509_check_host(certificate, host, 0, 0, NULL) == 1 ||
           X509_check_ip_asc(certificate, host, 0) == 1;
}

const char *certificate_problem(struct arena *arena, X509 *certificate, long verify_error, const char *host)
{
    switch (verify_error) {
    case X509_V_OK:
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        if (X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0)
            return arena_text(arena, "the certificate of its authority has expired");
        return arena_format(arena, "certificate expired on %s",
                            date_text(arena, X509_get0_notAfter(certificate)));
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return arena_format(arena, "certificate is not valid before %s",
                            date_text(arena, X509_get0_notBefore(certificate)));
    default:
        return arena_format(arena, "certificate not trusted by the CA file: %s",
                            X509_verify_cert_error_string(verify_error));
    }
    if (!is_for(certificate, host))
        return arena_format(arena, "certificate is for %s, not %s", names_text(arena, certificate), host);
    return NULL;
}

static int64_t date_utc_ms(const ASN1_TIME *time)
{
    struct tm tm = {0};

    return ASN1_TIME_to_tm(time, &tm) ? (int64_t)timegm(&tm) * 1000 : CERTIFICATE_NO_DATE;
}

static const char *issuer_text(struct arena *arena, const X509 *certificate)
{
    AUTO(strbuf) struct strbuf out = STRBUF_INIT;

    add_common_name(&out, X509_get_issuer_name(certificate));
    return arena_text(arena, out.length ? strbuf_text(&out) : "nobody");
}

const struct certificate_view *certificate_view(struct arena *arena, X509 *certificate, long verify_error,
                                                const char *host)
{
    struct certificate_view *facts = arena_alloc(arena, sizeof(*facts));

    *facts = (struct certificate_view){
        .names = names_text(arena, certificate),
        .issuer = issuer_text(arena, certificate),
        .not_before_utc_ms = date_utc_ms(X509_get0_notBefore(certificate)),
        .not_after_utc_ms = date_utc_ms(X509_get0_notAfter(certificate)),
        .trusted = verify_error == X509_V_OK,
        .for_host = is_for(certificate, host),
        .verify_error = verify_error,
        .problem = certificate_problem(arena, certificate, verify_error, host),
    };
    return facts;
}

int64_t certificate_days_left(const struct certificate_view *facts, int64_t now_utc_ms)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    int64_t left_ms = facts->not_after_utc_ms - now_utc_ms;

    return left_ms >= 0 ? left_ms / DAY_MS : -((DAY_MS - 1 - left_ms) / DAY_MS);
}
