/*
 * A certificate of any bytes that OpenSSL takes for one: its view can be shown, whatever its names and dates.
 */
#include "observe/tls/certificate.h"

#include "base/utf8.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool kept)
{
    if (!kept)
        abort();
}

static void check(struct arena *arena, X509 *certificate, long verify_error)
{
    const struct certificate_view *view =
        certificate_view(arena, certificate, verify_error, "pc1.litwareinc.com");

    demand(utf8_valid(view->names) && utf8_valid(view->issuer));
    demand(!view->problem || utf8_valid(view->problem));
    demand(view->problem || (view->trusted && view->for_host));
    demand(view->not_after_utc_ms == CERTIFICATE_NO_DATE || certificate_days_left(view, 0) > INT32_MIN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const long verify_errors[] = {X509_V_OK, X509_V_ERR_CERT_HAS_EXPIRED,
                                         X509_V_ERR_CERT_NOT_YET_VALID,
                                         X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY};
    AUTO(arena) struct arena *arena = arena_new();
    X509 *certificate = d2i_X509(NULL, &data, (long)size);

    for (size_t i = 0; certificate && i < COUNT(verify_errors); i++)
        check(arena, certificate, verify_errors[i]);
    X509_free(certificate);
    return 0;
}
