#include "snmp/look.h"
#include "snmp/server_index.h"
#include "snmp/terms.h"

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    NUM(4, pchatCertificatePurpose, ENUM, purpose)                                                           \
    TEXT(5, pchatCertificateSubject, subject)                                                                \
    TEXT(6, pchatCertificateNames, names)                                                                    \
    TEXT(7, pchatCertificateIssuer, issuer)                                                                  \
    NUM(8, pchatCertificateNotBefore, TIME, not_before)                                                      \
    NUM(9, pchatCertificateNotAfter, TIME, not_after)                                                        \
    NUM(10, pchatCertificateDaysLeft, INTEGER, days_left)                                                    \
    NUM(11, pchatCertificateTrusted, TRUTH, trusted)                                                         \
    NUM(12, pchatCertificateNameMatches, TRUTH, name_matches)                                                \
    NUM(13, pchatCertificateAge, AGE, seen)

ROW_STRUCT(certificate_row, ROW_COLUMNS);
#define ROW struct certificate_row

enum { DAY_MS = 24 * 3600 * 1000 };

/* Towards the past: what has ended a minute ago has -1 days left. */
static struct fact_num days_left(const struct snapshot *snapshot, struct fact_num end_utc_ms)
{
    int64_t left_ms;

    if (!end_utc_ms.known || !snapshot->taken_utc_ms ||
        __builtin_sub_overflow(end_utc_ms.value, snapshot->taken_utc_ms, &left_ms))
        return (struct fact_num){0};
    return known(left_ms / DAY_MS - (left_ms % DAY_MS < 0));
}

static void fill_host(const struct look *look, const struct host_snapshot *host, struct rows *rows)
{
    for (size_t i = 0; i < host->certificate.count; i++) {
        const struct certificate_fact *certificate = &host->certificate.rows[i];
        struct certificate_row *row;

        if (!certificate->port.known || certificate->port.value < 1 || certificate->port.value > UINT16_MAX)
            continue;
        row = rows_push(rows, look->pool, server_index(look, host), (uint32_t)certificate->port.value);
        row->purpose = term_of(&port_terms, certificate->purpose);
        row->subject = certificate->subject;
        row->names = certificate->names;
        row->issuer = certificate->issuer;
        row->not_before = certificate->not_before_utc_ms;
        row->not_after = certificate->not_after_utc_ms;
        row->days_left = days_left(look->snapshot, certificate->not_after_utc_ms);
        row->trusted = certificate->trusted;
        row->name_matches = certificate->name_matches;
        row->seen = look_seen(look);
    }
}

static void fill(const struct look *look, struct rows *rows)
{
    for (size_t i = 0; look->snapshot && i < look->snapshot->host_count; i++)
        fill_host(look, &look->snapshot->hosts[i], rows);
}

TABLE(pchatCertificateTable, 9, PART_PASS, 3, ROW_COLUMNS, fill)
