#include "lab/control/pki.h"

#include "lab/tds/tls.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

enum { DAY_S = 86400, SERIAL_BITS = 96 };

/* What one certificate consists of; the authority signs itself. */
struct certificate_form {
    struct pki_leaf leaf;
    const char *basic_constraints, *key_usage;
};

static int pki_error(struct err *err, const char *what)
{
    err_set(err, ERR_INTERNAL, "%s: %s", what, ERR_reason_error_string(ERR_peek_last_error()));
    ERR_clear_error();
    return -1;
}

static bool set_serial(X509 *certificate)
{
    BIGNUM *number = BN_new();
    bool done = number && BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;

    BN_free(number);
    return done;
}

static bool set_name(X509 *certificate, const char *common_name)
{
    X509_NAME *subject = X509_get_subject_name(certificate);

    return X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_ASC, (const unsigned char *)"pchat-lab", -1, -1,
                                      0) == 1 &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)common_name, -1, -1,
                                      0) == 1;
}

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;

    if (!value)
        return true;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool done = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

static bool fill(X509 *certificate, EVP_PKEY *key, const struct pki *issuer,
                 const struct certificate_form *form)
{
    X509 *issued_by = issuer ? issuer->certificate : certificate;

    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
           set_name(certificate, form->leaf.common_name) &&
           X509_set_issuer_name(certificate, X509_get_subject_name(issued_by)) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), form->leaf.from_s) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), form->leaf.to_s) != NULL &&
           X509_set_pubkey(certificate, key) == 1 &&
           add_extension(certificate, issued_by, NID_basic_constraints, form->basic_constraints) &&
           add_extension(certificate, issued_by, NID_key_usage, form->key_usage) &&
           add_extension(certificate, issued_by, NID_subject_key_identifier, "hash") &&
           add_extension(certificate, issued_by, NID_authority_key_identifier,
                         issuer ? "keyid:always" : NULL) &&
           add_extension(certificate, issued_by, NID_subject_alt_name, form->leaf.names) &&
           X509_sign(certificate, issuer ? issuer->key : key, EVP_sha256()) > 0;
}

/* issuer NULL: self-signed. */
static int make(struct pki *ret, const struct pki *issuer, const struct certificate_form *form,
                struct err *err)
{
    ret->key = EVP_EC_gen("P-256");
    ret->certificate = X509_new();
    if (ret->key && ret->certificate && fill(ret->certificate, ret->key, issuer, form))
        return 0;
    pki_done(ret);
    return pki_error(err, "cannot make a certificate");
}

int pki_new(struct pki *pki, struct err *err)
{
    const struct certificate_form form = {
        .leaf = {"pchat-lab CA", NULL, -DAY_S, 365L * DAY_S},
        .basic_constraints = "critical,CA:TRUE",
        .key_usage = "critical,keyCertSign,cRLSign",
    };

    return make(pki, NULL, &form, err);
}

void pki_done(struct pki *pki)
{
    X509_free(pki->certificate);
    EVP_PKEY_free(pki->key);
    *pki = (struct pki){NULL, NULL};
}

static int make_leaf(struct pki *ret, const struct pki *issuer, const struct pki_leaf *leaf, struct err *err)
{
    const struct certificate_form form = {
        .leaf = *leaf, .basic_constraints = "critical,CA:FALSE", .key_usage = "critical,digitalSignature"};

    return make(ret, issuer, &form, err);
}

SSL_CTX *pki_issue(const struct pki *pki, const struct pki_leaf *leaf, struct err *err)
{
    AUTO(pki) struct pki issued = {NULL, NULL};

    if (make_leaf(&issued, pki, leaf, err) != 0)
        return NULL;
    return tls_context_new(issued.certificate, issued.key, err);
}

/* key: NULL for none. */
static int add_pem(struct strbuf *out, X509 *certificate, EVP_PKEY *key, struct err *err)
{
    BIO *memory = BIO_new(BIO_s_mem());
    char *text = NULL;
    long length = 0;

    if (memory && PEM_write_bio_X509(memory, certificate) == 1 &&
        (!key || PEM_write_bio_PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL) == 1))
        length = BIO_get_mem_data(memory, &text);
    if (length > 0)
        strbuf_add_n(out, text, (size_t)length);
    BIO_free(memory);
    return length > 0 ? 0 : pki_error(err, "cannot write a certificate");
}

int pki_issue_pem(const struct pki *pki, const struct pki_leaf *leaf, struct strbuf *ret_pem, struct err *err)
{
    AUTO(pki) struct pki issued = {NULL, NULL};

    if (make_leaf(&issued, pki, leaf, err) != 0)
        return -1;
    return add_pem(ret_pem, issued.certificate, issued.key, err);
}

int pki_write_pem(const struct pki *pki, struct strbuf *ret_pem, struct err *err)
{
    return add_pem(ret_pem, pki->certificate, NULL, err);
}
