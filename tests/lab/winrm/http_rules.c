#include "lab/winrm/http_rules.h"

#include "base/base64.h"

#include <string.h>
#include <strings.h>

static bool is_soap(const char *content_type)
{
    static const char type[] = "application/soap+xml";
    size_t length = sizeof type - 1;

    return content_type && strncasecmp(content_type, type, length) == 0 &&
           (content_type[length] == '\0' || strchr("; \t", content_type[length]));
}

/* "HOST\name" and ".\name" are local accounts too. */
static bool is_account(const char *given, const char *name)
{
    const char *backslash = strchr(given, '\\');

    return strcasecmp(backslash ? backslash + 1 : given, name) == 0;
}

static bool basic_is_right(const char *encoded, const struct winrm_account *account)
{
    AUTO(strbuf) struct strbuf pair = STRBUF_INIT;

    if (!base64_add_decoded(&pair, encoded) || pair.length == 0)
        return false;
    char *colon = strchr(pair.text, ':');
    if (!colon)
        return false;
    *colon = '\0';
    bool right = is_account(pair.text, account->name) && strcmp(colon + 1, account->password) == 0;
    explicit_bzero(pair.text, pair.length);
    return right;
}

/* What follows "SCHEME "; NULL: another scheme. */
static const char *after_scheme(const char *authorization, const char *scheme)
{
    size_t length = strlen(scheme);

    return strncasecmp(authorization, scheme, length) == 0 && authorization[length] == ' '
               ? authorization + length + 1
               : NULL;
}

static enum http_verdict judge_basic(const struct http_logons *logons, const char *scheme,
                                     const char *encoded, const char **ret_user)
{
    (void)scheme;
    if (!basic_is_right(encoded, &logons->account))
        return HTTP_LOGON_FAILED;
    *ret_user = logons->account.name;
    return HTTP_PASS;
}

static enum http_verdict judge_negotiate(const struct http_logons *logons, const char *scheme,
                                         const char *encoded, const char **ret_user)
{
    return logons->negotiate ? logons->negotiate(logons->user, scheme, encoded, ret_user) : HTTP_LOGON_FAILED;
}

static enum http_verdict judge_authorization(const char *authorization, const struct http_logons *logons,
                                             const char **ret_user)
{
    static const struct {
        const char *scheme;
        enum http_verdict (*judge)(const struct http_logons *logons, const char *scheme, const char *encoded,
                                   const char **ret_user);
    } schemes[] = {{"Basic", judge_basic}, {"Negotiate", judge_negotiate}, {"Kerberos", judge_negotiate}};

    for (size_t i = 0; i < COUNT(schemes); i++) {
        const char *encoded = after_scheme(authorization, schemes[i].scheme);
        if (encoded)
            return schemes[i].judge(logons, schemes[i].scheme, encoded, ret_user);
    }
    return HTTP_LOGON_FAILED;
}

static enum http_verdict judge_logon(const struct http_request *request, const struct http_logons *logons,
                                     enum winrm_manner manner, const char **ret_user)
{
    if (!request->authorization && !logons->known) {
        bool anonymous =
            request->wsman_identify && strcasecmp(request->wsman_identify, "unauthenticated") == 0;
        return anonymous ? HTTP_PASS : HTTP_CHALLENGE;
    }
    if (manner == WINRM_UNAUTHORIZED)
        return HTTP_LOGON_FAILED;
    if (request->authorization)
        return judge_authorization(request->authorization, logons, ret_user);
    *ret_user = logons->known;
    return HTTP_PASS;
}

enum http_verdict http_judge(const struct http_request *request, const struct http_logons *logons,
                             enum winrm_manner manner, const char **ret_user)
{
    *ret_user = NULL;
    if (manner == WINRM_UNAVAILABLE)
        return HTTP_UNAVAILABLE;
    if (strcasecmp(request->path, "/wsman") != 0)
        return HTTP_NOT_FOUND;
    if (strcmp(request->method, "POST") != 0)
        return HTTP_NOT_ALLOWED;
    enum http_verdict verdict = judge_logon(request, logons, manner, ret_user);
    if (verdict != HTTP_PASS)
        return verdict;
    if (!is_soap(request->content_type))
        return HTTP_UNSUPPORTED;
    return manner == WINRM_NO_BODY ? HTTP_EMPTY_ERROR : HTTP_PASS;
}
