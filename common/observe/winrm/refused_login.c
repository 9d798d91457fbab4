#include "observe/winrm/refused_login.h"

#include "observe/kerberos/ticket.h"
#include "observe/winrm/one_line.h"

#include <string.h>

static const struct way {
    const char *scheme; /* as the host offers it; NULL: not offered by a header */
    const char *refused_hint, *missing_hint;
} ways[] = {
    [WINRM_AUTH_NEGOTIATE] =
        {"Negotiate", "is the host named by its FQDN, the clock within 5 min, CbtHardeningLevel not Strict?",
         "enable Negotiate for WinRM on the host"},
    [WINRM_AUTH_BASIC] = {"Basic", "is the password right? Basic knows only accounts local to the host",
                          "enable Basic for WinRM on the host, or log in by Negotiate"},
    [WINRM_AUTH_CERTIFICATE] = {NULL,
                                "is the certificate mapped to a local account on the host (winrm/config/"
                                "service/certmapping)?",
                                NULL},
};

/* GSS tells libcurl about the last of its mechanisms; the one that was meant may have had another reason. */
static void explain_ticket(const struct refused_login *login, struct arena *arena, struct wsman_reply *reply)
{
    struct ticket_trouble trouble = {NULL, NULL};

    if (deadline_left_ms(login->deadline) > 0)
        (void)ticket_get(login->service, arena, &trouble);
    reply->login_words = trouble.words ? trouble.words
                                       : arena_format(arena, "no ticket to log in with: %s",
                                                      one_line(arena, login->gss_trouble));
    reply->login_hint = trouble.hint
                            ? trouble.hint
                            : "is there a ticket (klist) or a keytab for the SPN HTTP/<the host's FQDN>?";
}

void refused_login_explain(const struct refused_login *login, struct arena *arena, struct wsman_reply *reply)
{
    const struct way *way = &ways[login->auth];

    if (*login->gss_trouble) {
        explain_ticket(login, arena, reply);
    } else if (way->scheme && *login->offered && !strcasestr(login->offered, way->scheme)) {
        reply->login_words =
            arena_format(arena, "the host offers %s, but this login is %s", login->offered, way->scheme);
        reply->login_hint = way->missing_hint;
    } else {
        reply->login_words = "the host accepts no such login (HTTP 401)";
        reply->login_hint = way->refused_hint;
    }
}
