#include "observe/sql/sql_freetds.h"

#include "base/mem.h"
#include "observe/kerberos/ticket.h"
#include "observe/sql/freetds_attempt.h"
#include "observe/sql/freetds_conf.h"
#include "observe/sql/freetds_session.h"
#include "observe/sql/freetds_spn.h"
#include "observe/sql/name_lookup.h"
#include "observe/sql/tls_probe.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

/* Of every string of a LOGINREC (FreeTDS: DBSETLPWD and its kind). */
enum { LOGIN_FIELD_MAX_BYTES = 128 };

enum { CHARSET_COUNT = 3 };

struct freetds {
    const struct topology_sql **endpoints;
    size_t endpoint_count;
    char *program_name;
    char host_name[LOGIN_FIELD_MAX_BYTES];
    int conf_fd;
    iconv_t charsets[CHARSET_COUNT];
};

/*
 * What FreeTDS converts from, whatever the collation: held open, so that the C library's conversion modules
 * are loaded once and not by each session anew, while others unload them.
 */
static const char *const charset_names[CHARSET_COUNT] = {"ISO-8859-1", "CP1252", "UTF-16LE"};

/* ---- login ---- */

static void login_auto(LOGINREC **login)
{
    if (*login)
        dbloginfree(*login);
}

/* The password goes into the login record alone, which dbloginfree() wipes. */
static bool set_credential(LOGINREC *login, const struct topology_credential *credential)
{
    if (!credential->sql_user)
        return DBSETLNETWORKAUTH(login, 1) == SUCCEED;
    return DBSETLUSER(login, credential->sql_user) == SUCCEED &&
           DBSETLPWD(login, secret_text(credential->password)) == SUCCEED;
}

/* What FreeTDS cannot carry is told before it is tried: it would fail in other words. */
static const char *unspeakable(const struct topology_sql *endpoint)
{
    const struct topology_credential *credential = endpoint->credential;

    if (credential->sql_user && strlen(credential->sql_user) > LOGIN_FIELD_MAX_BYTES)
        return "the user name is longer than the 128 bytes that FreeTDS can send";
    if (credential->password && strlen(secret_text(credential->password)) > LOGIN_FIELD_MAX_BYTES)
        return "the password is longer than the 128 bytes that FreeTDS can send";
    if (!freetds_conf_can_say(endpoint))
        return "FreeTDS reads no host, no SPN and no CA path of more than 240 bytes, or with brackets";
    return NULL;
}

static LOGINREC *make_login(const struct freetds *freetds, const struct topology_sql *endpoint)
{
    CLEANUP(login_auto) LOGINREC *login = dblogin();
    LOGINREC *made;

    if (!login || !set_credential(login, endpoint->credential) ||
        DBSETLAPP(login, freetds->program_name) != SUCCEED ||
        DBSETLHOST(login, freetds->host_name) != SUCCEED || DBSETLCHARSET(login, "UTF-8") != SUCCEED ||
        DBSETLDBNAME(login, "master") != SUCCEED || DBSETLVERSION(login, DBVERSION_74) != SUCCEED)
        return NULL;
    made = login;
    login = NULL;
    return made;
}

/* FreeTDS says "failed" for everything between TCP and the login: those are worth a look of our own. */
static bool needs_probe(const struct attempt *attempt, const struct topology_sql *endpoint)
{
    static const int vague[] = {SYBEFCON, SYBESEOF, SYBEREAD, SYBEWRIT};

    if (attempt_has_server_words(attempt) || !endpoint->port)
        return false;
    for (size_t i = 0; i < COUNT(vague); i++)
        if (attempt->library_error == vague[i])
            return true;
    return false;
}

/*
 * The second look found all layers good: then the login itself failed - or, where FreeTDS had no word at all,
 * something before it that is over now or that only FreeTDS minds.
 */
static struct sql_failure unexplained(const struct attempt *attempt, const struct topology_sql *endpoint)
{
    if (!endpoint->credential->sql_user)
        return (struct sql_failure){
            SIGHT_LOGIN_FAILED, 0,
            "the Kerberos login failed, though there is a ticket: does the SPN belong to "
            "the account that SQL Server runs as (setspn -Q)?"};
    if (attempt->library_error != SYBEFCON)
        return (struct sql_failure){SIGHT_PROTOCOL_ERROR, 0,
                                    "the server closed the connection during the login"};
    return (struct sql_failure){SIGHT_PROTOCOL_ERROR, 0,
                                "the connection failed before the login, but a second one was good up to "
                                "TLS: a passing fault, or something that only GnuTLS minds"};
}

/* What SQL Server says of Windows logins, whatever the matter is, is long and no help; its own log knows
 * more. */
static struct sql_failure refused(const struct attempt *attempt, const struct topology_sql *endpoint,
                                  struct arena *arena)
{
    enum { UNTRUSTED_DOMAIN = 18452 };
    const bool by_kerberos = !endpoint->credential->sql_user;
    struct sql_failure failure = attempt_login_failure(attempt, arena);

    if (failure.message_number == UNTRUSTED_DOMAIN)
        failure.text =
            by_kerberos ? "no Windows login (Msg 18452, untrusted domain): is the SPN that of SQL Server's "
                          "account (setspn -Q), and are the clocks right?"
                        : "no Windows login (Msg 18452, untrusted domain): are domain, user and password "
                          "right, and is NTLM allowed?";
    return failure;
}

static struct sql_failure explain(const struct attempt *attempt, const struct topology_sql *endpoint,
                                  struct deadline deadline, struct arena *arena, const char *_Atomic *doing)
{
    struct sql_failure failure;

    if (!needs_probe(attempt, endpoint))
        return refused(attempt, endpoint, arena);
    atomic_store(doing, "finding out why the connection failed");
    tls_probe(endpoint, deadline, arena, &failure);
    return failure.sight == SIGHT_SEEN ? unexplained(attempt, endpoint) : failure;
}

/* Without a ticket FreeTDS would fail too, and not say why; the layers below may have failed before. */
static struct sql_failure ticketless(const struct ticket_trouble *trouble,
                                     const struct topology_sql *endpoint, struct deadline deadline,
                                     struct arena *arena, const char *_Atomic *doing)
{
    struct sql_failure failure = {.sight = SIGHT_SEEN};

    atomic_store(doing, "looking what answers there");
    if (endpoint->port)
        tls_probe(endpoint, deadline, arena, &failure);
    if (failure.sight != SIGHT_SEEN)
        return failure;
    return (struct sql_failure){SIGHT_LOGIN_FAILED, 0,
                                trouble->hint ? arena_format(arena, "%s; %s", trouble->words, trouble->hint)
                                              : trouble->words};
}

static DBPROCESS *log_in(const struct freetds *freetds, size_t index, struct attempt *attempt)
{
    CLEANUP(login_auto) LOGINREC *login = make_login(freetds, freetds->endpoints[index]);
    char section[FREETDS_SECTION_BYTES];
    DBPROCESS *process;

    attempt_begin(attempt);
    process = login ? dbopen(login, freetds_conf_section_name(index, section)) : NULL;
    attempt_end();
    return process;
}

static size_t find_endpoint(const struct freetds *freetds, const struct topology_sql *endpoint)
{
    size_t i = 0;

    while (i < freetds->endpoint_count && freetds->endpoints[i] != endpoint)
        i++;
    return i;
}

/* FreeTDS resolves once more, but says less when that fails. */
static bool resolves(const struct topology_sql *endpoint, struct arena *arena, const char **ret_canonical,
                     struct sql_failure *ret_failure)
{
    AUTO(name_lookup)
    struct addrinfo *addresses = name_lookup(endpoint->host, endpoint->port, arena, ret_failure);

    *ret_canonical = addresses && addresses->ai_canonname ? arena_text(arena, addresses->ai_canonname) : NULL;
    return addresses != NULL;
}

/* Where the ticket is needed and its name known, it then lies in the cache for FreeTDS. */
static bool has_ticket(const struct topology_sql *endpoint, const char *canonical, struct arena *arena,
                       struct ticket_trouble *ret_trouble)
{
    const char *spn;

    if (endpoint->credential->sql_user)
        return true;
    spn = freetds_spn(endpoint, canonical, arena);
    if (spn)
        return ticket_get(spn, arena, ret_trouble);
    ticket_prepare();
    return true;
}

static struct sql_port *freetds_open(void *user, const struct topology_sql *endpoint,
                                     struct deadline deadline, struct arena *arena,
                                     const char *_Atomic *doing, struct sql_failure *ret_failure)
{
    const struct freetds *freetds = user;
    size_t index = find_endpoint(freetds, endpoint);
    const char *refusal = unspeakable(endpoint), *canonical;
    struct ticket_trouble trouble;
    struct attempt attempt;
    DBPROCESS *process;

    if (refusal || index == freetds->endpoint_count) {
        *ret_failure = (struct sql_failure){SIGHT_NOT_ASKED, 0, refusal ? refusal : "no such endpoint"};
        return NULL;
    }
    atomic_store(doing, "resolving the name");
    if (!resolves(endpoint, arena, &canonical, ret_failure))
        return NULL;
    atomic_store(doing, "asking the KDC for a Kerberos ticket");
    if (!has_ticket(endpoint, canonical, arena, &trouble)) {
        *ret_failure = ticketless(&trouble, endpoint, deadline, arena, doing);
        return NULL;
    }
    atomic_store(doing, "connecting and logging in");
    process = log_in(freetds, index, &attempt);
    if (process)
        return freetds_session_new(process, deadline);
    *ret_failure = explain(&attempt, endpoint, deadline, arena, doing);
    return NULL;
}

/* ---- the library ---- */

/* A daemon's FreeTDS obeys its topology alone; TDSDUMP would write every statement to a file. */
static void clear_environment(void)
{
    static const char *const names[] = {"TDSVER",      "TDSPORT", "TDSHOST", "TDSQUERY",     "DSQUERY",
                                        "FREETDSCONF", "FREETDS", "TDSDUMP", "TDSDUMPCONFIG"};

    for (size_t i = 0; i < COUNT(names); i++)
        unsetenv(names[i]);
}

static int publish_conf(struct freetds *freetds, struct err *err)
{
    AUTO(strbuf) struct strbuf conf = STRBUF_INIT;
    char path[FREETDS_PATH_BYTES];

    for (size_t i = 0; i < freetds->endpoint_count; i++)
        if (freetds->endpoints[i])
            (void)freetds_conf_add(&conf, i, freetds->endpoints[i]);
    freetds->conf_fd = freetds_conf_publish(strbuf_text(&conf), path);
    if (freetds->conf_fd < 0)
        return err_set_errno(err, ERR_IO, errno, "FreeTDS's configuration");
    dbsetifile(path);
    return 0;
}

static void hold_charsets(struct freetds *freetds)
{
    for (int i = 0; i < CHARSET_COUNT; i++)
        freetds->charsets[i] = iconv_open("UTF-8", charset_names[i]);
}

static void release_charsets(struct freetds *freetds)
{
    for (int i = 0; i < CHARSET_COUNT; i++)
        if (freetds->charsets[i] != (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr): POSIX says so */
            iconv_close(freetds->charsets[i]);
}

/* Whole seconds, since DB-Library has no smaller; nine tenths, so that a failed login leaves time to say why.
 */
static int login_timeout_s(struct deadline deadline)
{
    int64_t timeout_s = deadline_left_ms(deadline) * 9 / 10000;

    return timeout_s < 1 ? 1 : (int)timeout_s;
}

struct freetds *freetds_new(const struct topology_sql *const *endpoints, size_t count,
                            const char *program_name, struct deadline deadline, struct err *err)
{
    AUTO(freetds) struct freetds *freetds = NULL;
    struct freetds *made;

    clear_environment();
    if (dbinit() != SUCCEED) {
        err_set(err, ERR_INTERNAL, "FreeTDS cannot be initialised");
        return NULL;
    }
    attempt_install_handlers();
    freetds = mem_alloc(sizeof(*freetds));
    freetds->conf_fd = -1;
    hold_charsets(freetds);
    freetds->endpoints = mem_alloc(count * sizeof(const struct topology_sql *));
    memcpy(freetds->endpoints, endpoints, count * sizeof(const struct topology_sql *));
    freetds->endpoint_count = count;
    freetds->program_name = strndup(program_name, LOGIN_FIELD_MAX_BYTES);
    if (gethostname(freetds->host_name, sizeof(freetds->host_name) - 1) != 0)
        freetds->host_name[0] = '\0';
    if (publish_conf(freetds, err) != 0)
        return NULL;
    dbsetlogintime(login_timeout_s(deadline));
    made = freetds;
    freetds = NULL;
    return made;
}

void freetds_free(struct freetds *freetds)
{
    if (!freetds)
        return;
    dbexit();
    release_charsets(freetds);
    if (freetds->conf_fd >= 0)
        close(freetds->conf_fd);
    free(freetds->program_name);
    free(freetds->endpoints);
    free(freetds);
}

struct sql_opener freetds_opener(struct freetds *freetds)
{
    return (struct sql_opener){freetds_open, freetds};
}
