#include "observe/winrm/curl_failure.h"

#include "base/cleanup.h"
#include "observe/winrm/one_line.h"

#define HINT_CUT                                                                                             \
    "the host or something in between cut the connection; nothing was sent again. If it stays so, look at "  \
    "WinRM's event log"

static const struct meaning {
    CURLcode code;
    enum sight sight;
    const char *words, *hint;
} meanings[] = {
    {CURLE_COULDNT_RESOLVE_HOST, SIGHT_UNRESOLVED, "the name is not resolved", NULL},
    {CURLE_COULDNT_CONNECT, SIGHT_REFUSED, "no connection",
     "is there a WinRM HTTPS listener (winrm enumerate winrm/config/listener), and does the firewall let "
     "this host pass?"},
    {CURLE_OPERATION_TIMEDOUT, SIGHT_TIMED_OUT, "no answer in time", NULL},
    {CURLE_SSL_CONNECT_ERROR, SIGHT_TLS_FAILED, "the TLS handshake failed",
     "does the host speak TLS 1.2, and does it accept the client certificate?"},
    {CURLE_PEER_FAILED_VERIFICATION, SIGHT_TLS_FAILED, "the certificate is not trusted",
     "name the right ca, or for a self-signed listener its pinned key"},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, SIGHT_TLS_FAILED, "the server's key is not the pinned one",
     "was the listener's certificate replaced? Then pin the new key"},
    {CURLE_SSL_CACERT_BADFILE, SIGHT_TLS_FAILED, "the ca cannot be read", NULL},
    {CURLE_SSL_CERTPROBLEM, SIGHT_TLS_FAILED, "the client certificate or its key cannot be used", NULL},
    {CURLE_SSL_CIPHER, SIGHT_TLS_FAILED, "no common TLS cipher", NULL},
    {CURLE_SSL_ISSUER_ERROR, SIGHT_TLS_FAILED, "the certificate's issuer is not the expected one", NULL},
    {CURLE_SSL_INVALIDCERTSTATUS, SIGHT_TLS_FAILED, "the certificate's status is bad", NULL},
    {CURLE_LOGIN_DENIED, SIGHT_LOGIN_FAILED, "the host refused the login", NULL},
    {CURLE_AUTH_ERROR, SIGHT_LOGIN_FAILED, "the login could not be made here",
     "is there a ticket (klist) or a keytab, and its mechanism installed?"},
    {CURLE_GOT_NOTHING, SIGHT_PROTOCOL_ERROR, "the connection was closed without an answer", HINT_CUT},
    {CURLE_SEND_ERROR, SIGHT_PROTOCOL_ERROR, "the connection was cut", HINT_CUT},
    {CURLE_RECV_ERROR, SIGHT_PROTOCOL_ERROR, "the connection was cut", HINT_CUT},
    {CURLE_SEND_FAIL_REWIND, SIGHT_PROTOCOL_ERROR, "the connection was closed without an answer", HINT_CUT},
    {CURLE_PARTIAL_FILE, SIGHT_PROTOCOL_ERROR, "the connection was cut within the answer", HINT_CUT},
    {CURLE_WRITE_ERROR, SIGHT_PROTOCOL_ERROR, "the answer is larger than any true one", NULL},
};

static const struct meaning *meaning_of(CURLcode code)
{
    static const struct meaning other = {CURLE_OK, SIGHT_PROTOCOL_ERROR,
                                         "what answers there does not speak HTTP",
                                         "is this the port of a WinRM HTTPS listener?"};

    for (size_t i = 0; i < COUNT(meanings); i++)
        if (meanings[i].code == code)
            return &meanings[i];
    return &other;
}

int curl_failure(const struct curl_result *result, struct arena *arena, struct winrm_failure *failure)
{
    const struct meaning *meaning = meaning_of(result->code);
    const char *details = one_line(arena, result->details);
    enum sight sight = meaning->sight;

    if (result->code == CURLE_COULDNT_CONNECT)
        sight = sight_of_connect((int)result->os_errno);
    *failure = (struct winrm_failure){
        .sight = sight,
        .text = *details ? arena_format(arena, "%s: %s", meaning->words, details) : meaning->words,
        .hint = meaning->hint,
    };
    return -1;
}
