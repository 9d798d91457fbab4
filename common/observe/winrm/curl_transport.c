#include "observe/winrm/curl_transport.h"

#include "base/mem.h"
#include "observe/kerberos/ticket.h"
#include "observe/winrm/curl_failure.h"
#include "observe/winrm/one_line.h"
#include "observe/winrm/refused_login.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* One post on its way: what libcurl's callbacks see. */
struct transfer {
    const struct wsman_post *post;
    size_t offset; /* of the envelope, what libcurl has taken */
    int status;    /* of the newest status line; 0: none since the envelope began to go out */
    struct strbuf *body;
    struct strbuf offered;     /* schemes of WWW-Authenticate: "Negotiate, Kerberos" */
    struct strbuf gss_trouble; /* why GSS made no token */
    bool handshake_begun;
};

struct curl_transport {
    struct wsman_transport base;
    CURL *handle;
    struct curl_slist *headers, *anonymous_headers, *connect_to;
    enum winrm_auth auth;
    char *service;  /* as libcurl names it to GSS: "HTTP@pc1.example.com" */
    bool connected; /* once it was: later waits are for answers */
    char error[CURL_ERROR_SIZE];
    struct transfer transfer;
};

static size_t read_envelope(char *buffer, size_t size, size_t count, void *user)
{
    struct transfer *transfer = user;
    size_t left = transfer->post->length_bytes - transfer->offset;
    size_t taken = left < size * count ? left : size * count;

    memcpy(buffer, transfer->post->envelope + transfer->offset, taken);
    transfer->offset += taken;
    return taken;
}

/* Called where libcurl would send again.  Only a host that said 401 has certainly not acted on the envelope.
 */
static int rewind_envelope(void *user, curl_off_t offset, int origin)
{
    struct transfer *transfer = user;

    if (origin != SEEK_SET || offset != 0 || (transfer->offset && transfer->status != 401))
        return CURL_SEEKFUNC_FAIL;
    transfer->offset = 0;
    transfer->status = 0;
    return CURL_SEEKFUNC_OK;
}

static size_t write_body(char *bytes, size_t size, size_t count, void *user)
{
    struct transfer *transfer = user;

    if (transfer->body->length + size * count > WSMAN_ANSWER_MAX_BYTES)
        return 0;
    strbuf_add_n(transfer->body, bytes, size * count);
    return size * count;
}

static void add_offered(struct strbuf *offered, const char *value, size_t length)
{
    enum { OFFERED_MAX_BYTES = 200 };
    static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t start = 0, end;

    while (start < length && value[start] == ' ')
        start++;
    for (end = start; end < length && strchr(token, value[end]) && value[end];)
        end++;
    if (end == start || offered->length + end - start > OFFERED_MAX_BYTES)
        return;
    if (offered->length)
        strbuf_add(offered, ", ");
    strbuf_add_n(offered, value + start, end - start);
}

/* "HTTP/1.1 401 …"; 0 for any other line. */
static int status_of(const char *line, size_t length)
{
    enum { CODE_AT = 9 };
    int status = 0;

    if (length < CODE_AT + 3 || strncmp(line, "HTTP/", 5) != 0)
        return 0;
    for (size_t i = CODE_AT; i < CODE_AT + 3 && line[i] >= '0' && line[i] <= '9'; i++)
        status = status * 10 + (line[i] - '0');
    return status;
}

static size_t read_header(char *line, size_t size, size_t count, void *user)
{
    static const char challenge[] = "WWW-Authenticate:";
    struct transfer *transfer = user;
    size_t length = size * count, name_length = strlen(challenge);
    int status = status_of(line, length);

    if (status) {
        transfer->status = status;
        strbuf_truncate(&transfer->offered, 0);
        strbuf_truncate(transfer->body, 0);
    } else if (length > name_length && strncasecmp(line, challenge, name_length) == 0) {
        add_offered(&transfer->offered, line + name_length, length - name_length);
    }
    return length;
}

/* Called once there is a connection, before libcurl asks GSS for a token: a host that is not there is no
 * matter of tickets. */
static int prepare_login(void *user, char *address, char *own_address, int port, int own_port)
{
    const struct curl_transport *transport = user;

    (void)address, (void)own_address, (void)port, (void)own_port;
    if (transport->auth == WINRM_AUTH_NEGOTIATE && !transport->transfer.post->anonymous)
        ticket_prepare();
    return CURL_PREREQFUNC_OK;
}

/* Two things that libcurl tells no other way: GSS's own words, the first time it says them, and that the
 * handshake has begun.  Nothing else of the trace is kept. */
static int note_trace(CURL *handle, curl_infotype type, char *bytes, size_t length, void *user)
{
    struct transfer *transfer = user;

    (void)handle;
    if (type == CURLINFO_SSL_DATA_OUT)
        transfer->handshake_begun = true;
    if (type == CURLINFO_TEXT && !transfer->gss_trouble.length && memmem(bytes, length, "gss_", 4))
        strbuf_add_n(&transfer->gss_trouble, bytes,
                     length < ONE_LINE_MAX_BYTES ? length : ONE_LINE_MAX_BYTES);
    return 0;
}

/* Options cannot fail but for a libcurl that was built without what Debian's has. */
static void require(CURLcode code)
{
    if (code == CURLE_OK)
        return;
    fprintf(stderr, "libcurl lacks an option that is needed: %s\n", curl_easy_strerror(code));
    abort();
}

static void set_number(CURL *handle, CURLoption option, long value)
{
    require(curl_easy_setopt(handle, option, value));
}

static void set_text(CURL *handle, CURLoption option, const char *value)
{
    require(curl_easy_setopt(handle, option, value));
}

static void set_fixed(CURL *handle)
{
    static const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_QUICK_EXIT, 1}, /* a resolver that hangs is left behind, not waited for */
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
        {CURLOPT_SSL_ENABLE_ALPN, 0},
        {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_MAXCONNECTS, 1},
        {CURLOPT_POST, 1},
        {CURLOPT_VERBOSE, 1}, /* for note_trace, which prints nothing */
    };

    for (size_t i = 0; i < COUNT(numbers); i++)
        set_number(handle, numbers[i].option, numbers[i].value);
    set_text(handle, CURLOPT_NOPROXY, "*");
    set_text(handle, CURLOPT_PROTOCOLS_STR, "https");
    set_text(handle, CURLOPT_USERAGENT, "pchat-plugins/" PCHAT_VERSION);
}

static void set_callbacks(struct curl_transport *transport)
{
    CURL *handle = transport->handle;
    struct transfer *transfer = &transport->transfer;

    require(curl_easy_setopt(handle, CURLOPT_READFUNCTION, read_envelope));
    require(curl_easy_setopt(handle, CURLOPT_READDATA, transfer));
    require(curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, rewind_envelope));
    require(curl_easy_setopt(handle, CURLOPT_SEEKDATA, transfer));
    require(curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, write_body));
    require(curl_easy_setopt(handle, CURLOPT_WRITEDATA, transfer));
    require(curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, read_header));
    require(curl_easy_setopt(handle, CURLOPT_HEADERDATA, transfer));
    require(curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, prepare_login));
    require(curl_easy_setopt(handle, CURLOPT_PREREQDATA, transport));
    require(curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, note_trace));
    require(curl_easy_setopt(handle, CURLOPT_DEBUGDATA, transfer));
    require(curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transport->error));
}

/* A pinned key without a ca stands for the whole chain. */
static void set_trust(CURL *handle, const struct winrm_endpoint *endpoint)
{
    bool by_chain = endpoint->ca || !endpoint->pinned_key;

    set_number(handle, CURLOPT_SSL_VERIFYPEER, by_chain);
    set_number(handle, CURLOPT_SSL_VERIFYHOST, by_chain ? 2 : 0);
    if (endpoint->ca) {
        set_text(handle, CURLOPT_CAINFO, endpoint->ca);
        set_text(handle, CURLOPT_CAPATH, NULL);
    }
    if (endpoint->pinned_key)
        set_text(handle, CURLOPT_PINNEDPUBLICKEY, endpoint->pinned_key);
    if (endpoint->certificate) {
        set_text(handle, CURLOPT_SSLCERT, endpoint->certificate);
        set_text(handle, CURLOPT_SSLKEY, endpoint->key);
    }
}

static void add_line(struct curl_slist **lines, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*lines, line);

    if (!longer)
        abort();
    *lines = longer;
}

static void make_headers(struct curl_transport *transport)
{
    static const char type[] = "Content-Type: application/soap+xml;charset=UTF-8";
    static const char mutual[] =
        "Authorization: http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual";

    add_line(&transport->headers, type);
    add_line(&transport->anonymous_headers, type);
    add_line(&transport->anonymous_headers, "WSMANIDENTIFY: unauthenticated");
    if (transport->auth == WINRM_AUTH_CERTIFICATE)
        add_line(&transport->headers, mutual);
}

/* "HOST:PORT:ADDRESS:PORT", with nothing for what may be any or stays. */
static void set_address(struct curl_transport *transport, const char *address)
{
    bool is_ipv6 = strchr(address, ':') != NULL;
    AUTO_FREE char *line = mem_format("::%s%s%s:", is_ipv6 ? "[" : "", address, is_ipv6 ? "]" : "");

    add_line(&transport->connect_to, line);
    require(curl_easy_setopt(transport->handle, CURLOPT_CONNECT_TO, transport->connect_to));
}

static const long auth_bits[] = {
    [WINRM_AUTH_NEGOTIATE] = (long)CURLAUTH_NEGOTIATE,
    [WINRM_AUTH_BASIC] = (long)CURLAUTH_BASIC,
    [WINRM_AUTH_CERTIFICATE] = (long)CURLAUTH_NONE,
};

/* libcurl copies the password into memory of its own, which it does not wipe: no process that holds it leaves
 * a core (secret_protect_process). */
static void set_identity(CURL *handle, const struct winrm_endpoint *endpoint)
{
    if (endpoint->auth == WINRM_AUTH_BASIC) {
        set_text(handle, CURLOPT_USERNAME, endpoint->user);
        set_text(handle, CURLOPT_PASSWORD, secret_text(endpoint->password));
    }
    if (endpoint->auth == WINRM_AUTH_NEGOTIATE)
        set_text(handle, CURLOPT_USERPWD, ":"); /* whom GSS says we are; libcurl wants to see a user */
    if (endpoint->service)
        set_text(handle, CURLOPT_SERVICE_NAME, endpoint->service);
    if (endpoint->delegate)
        set_number(handle, CURLOPT_GSSAPI_DELEGATION, CURLGSSAPI_DELEGATION_FLAG);
}

static void set_post(struct curl_transport *transport, const struct wsman_post *post)
{
    CURL *handle = transport->handle;
    int64_t left_ms = deadline_left_ms(post->deadline);
    long timeout_ms = left_ms < 1 ? 1 : left_ms > INT_MAX ? INT_MAX : (long)left_ms;

    set_number(handle, CURLOPT_HTTPAUTH, post->anonymous ? (long)CURLAUTH_NONE : auth_bits[transport->auth]);
    require(curl_easy_setopt(handle, CURLOPT_HTTPHEADER,
                             post->anonymous ? transport->anonymous_headers : transport->headers));
    require(curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->length_bytes));
    set_number(handle, CURLOPT_TIMEOUT_MS, timeout_ms);
    set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
}

static bool reached(const struct curl_transport *transport, CURLINFO phase)
{
    curl_off_t at_us = 0;

    return curl_easy_getinfo(transport->handle, phase, &at_us) == CURLE_OK && at_us > 0;
}

/* What the time went into, when it ran out. */
static const char *waiting_for(const struct curl_transport *transport)
{
    if (transport->connected || reached(transport, CURLINFO_APPCONNECT_TIME_T))
        return "waiting for the answer";
    if (transport->transfer.handshake_begun)
        return "in the TLS handshake";
    return reached(transport, CURLINFO_NAMELOOKUP_TIME_T) ? "connecting" : "resolving the name";
}

static int fail_post(struct curl_transport *transport, CURLcode code, struct arena *arena,
                     struct winrm_failure *failure)
{
    struct curl_result result = {.code = code, .details = transport->error};

    curl_easy_getinfo(transport->handle, CURLINFO_OS_ERRNO, &result.os_errno);
    if (code == CURLE_OPERATION_TIMEDOUT)
        result.details = waiting_for(transport);
    return curl_failure(&result, arena, failure);
}

static void explain_login(const struct curl_transport *transport, struct arena *arena,
                          struct wsman_reply *reply)
{
    const struct refused_login login = {
        .auth = transport->auth,
        .service = transport->service,
        .offered = strbuf_text(&transport->transfer.offered),
        .gss_trouble = strbuf_text(&transport->transfer.gss_trouble),
        .deadline = transport->transfer.post->deadline,
    };

    refused_login_explain(&login, arena, reply);
}

static int post_once(struct wsman_transport *base, const struct wsman_post *post, struct arena *arena,
                     struct wsman_reply *ret_reply, struct winrm_failure *ret_failure)
{
    struct curl_transport *transport = (struct curl_transport *)base;
    struct transfer *transfer = &transport->transfer;
    long status = 0;
    CURLcode code;

    *transfer = (struct transfer){
        .post = post, .body = &ret_reply->body, .offered = STRBUF_INIT, .gss_trouble = STRBUF_INIT};
    transport->error[0] = '\0';
    set_post(transport, post);
    code = curl_easy_perform(transport->handle);
    if (code == CURLE_OK) {
        transport->connected = true;
        curl_easy_getinfo(transport->handle, CURLINFO_RESPONSE_CODE, &status);
        ret_reply->status = (int)status;
        if (status == 401)
            explain_login(transport, arena, ret_reply);
    } else {
        fail_post(transport, code, arena, ret_failure);
    }
    strbuf_done(&transfer->offered);
    strbuf_done(&transfer->gss_trouble);
    return code == CURLE_OK ? 0 : -1;
}

static void close_transport(struct wsman_transport *base)
{
    struct curl_transport *transport = (struct curl_transport *)base;

    curl_easy_cleanup(transport->handle);
    curl_slist_free_all(transport->headers);
    curl_slist_free_all(transport->anonymous_headers);
    curl_slist_free_all(transport->connect_to);
    free(transport->service);
    free(transport);
}

static void initialise(void)
{
    require(curl_global_init(CURL_GLOBAL_DEFAULT));
}

struct wsman_transport *curl_transport_new(const struct winrm_endpoint *endpoint, const char *url)
{
    static const struct wsman_transport_ops ops = {post_once, close_transport};
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct curl_transport *transport = mem_alloc(sizeof(*transport));

    pthread_once(&once, initialise);
    transport->base.ops = &ops;
    transport->auth = endpoint->auth;
    transport->service = mem_format("%s@%s", endpoint->service ? endpoint->service : "HTTP", endpoint->host);
    transport->handle = curl_easy_init();
    if (!transport->handle)
        abort();
    set_fixed(transport->handle);
    set_text(transport->handle, CURLOPT_URL, url);
    if (endpoint->address)
        set_address(transport, endpoint->address);
    set_callbacks(transport);
    set_trust(transport->handle, endpoint);
    set_identity(transport->handle, endpoint);
    make_headers(transport);
    return &transport->base;
}
