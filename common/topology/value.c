#include "topology/value.h"

#include "base/object_id.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * 128 bytes: what FreeTDS takes of a user name, and SQL Server's sysname.  253 and 63: RFC 1035.  16:
 * "Instance Configuration", SQL Server Setup.  260: MAX_PATH, beyond which sqllogship.exe does not reach.
 * 32: RFC 3414 2.4.
 */
enum {
    NAME_MAX_BYTES = 64,
    DNS_MAX_BYTES = 253,
    DNS_LABEL_MAX_BYTES = 63,
    INSTANCE_MAX_BYTES = 16,
    SYSNAME_MAX_BYTES = 128,
    SNMP_USER_MAX_BYTES = 32,
    SPN_MAX_BYTES = 240, /* what FreeTDS reads */
    UNC_MAX_BYTES = 260,
    PATH_MAX_BYTES = 1024
};

static bool is_letter_or_digit(char c)
{
    return isascii(c) && isalnum((unsigned char)c);
}

/* All of the text from these characters besides letters and digits, and at least one. */
static bool is_made_of(const char *text, const char *others)
{
    if (*text == '\0')
        return false;
    for (; *text; text++)
        if (!is_letter_or_digit(*text) && !strchr(others, *text))
            return false;
    return true;
}

static bool is_name(const char *text)
{
    return is_made_of(text, "._-\\");
}

/* No hyphen at either end; underscores occur in Windows host names. */
static bool is_dns_label(const char *label, size_t length)
{
    if (length == 0 || length > DNS_LABEL_MAX_BYTES || label[0] == '-' || label[length - 1] == '-')
        return false;
    for (size_t i = 0; i < length; i++)
        if (!is_letter_or_digit(label[i]) && label[i] != '-' && label[i] != '_')
            return false;
    return true;
}

/* A last label of digits alone is a mistyped address, not a name. */
static bool is_dns_name(const char *text)
{
    const char *label = text;
    size_t length;

    while (length = strcspn(label, "."), is_dns_label(label, length) && label[length] == '.')
        label += length + 1;
    return is_dns_label(label, length) && strspn(label, "0123456789") != length;
}

static bool is_host(const char *text)
{
    unsigned char address[sizeof(struct in6_addr)];

    return is_dns_name(text) || inet_pton(AF_INET, text, address) == 1 ||
           inet_pton(AF_INET6, text, address) == 1;
}

static const char *host_mistake(const char *text)
{
    if (strchr(text, ','))
        return "holds a port; expected the name alone, and port: NUMBER as a key of its own";
    if (strchr(text, '\\'))
        return "holds an instance; expected the name alone, and instance: NAME as a key of its own";
    if (strchr(text, ':') && strchr(text, ':') == strrchr(text, ':'))
        return "holds a port; expected the name alone, and port: NUMBER as a key of its own";
    return NULL;
}

static bool is_instance(const char *text)
{
    return is_made_of(text, "_$#") && !strchr("0123456789$#", *text);
}

static const char *instance_mistake(const char *text)
{
    return strchr(text, '\\') ? "holds a host; expected the instance's name alone" : NULL;
}

static bool is_spn(const char *text)
{
    size_t service = strcspn(text, "/");

    return service > 0 && text[service] == '/' && text[service + 1] != '\0' && is_made_of(text, "/.-_:@$");
}

static bool is_not_empty(const char *text)
{
    return *text != '\0';
}

static bool is_share(const char *text)
{
    size_t server;

    if (strncmp(text, "\\\\", 2) != 0)
        return false;
    server = strcspn(text + 2, "\\/");
    return server > 0 && text[2 + server] == '\\' && text[3 + server] != '\0' && text[3 + server] != '\\';
}

static bool has_part(const char *path, const char *part)
{
    size_t length;

    for (; *path; path += length + strspn(path + length, "\\")) {
        length = strcspn(path, "\\");
        if (length == strlen(part) && strncmp(path, part, length) == 0)
            return true;
    }
    return false;
}

/* What Windows takes in no name; and no way up, so that where a folder lies can be read from its text. */
static bool is_folder(const char *text)
{
    bool has_drive = isascii(*text) && isalpha((unsigned char)*text) && strncmp(text + 1, ":\\", 2) == 0;

    return (has_drive || is_share(text)) && !strpbrk(text + 2, "/:*?\"<>|") && !has_part(text, "..");
}

/* A folder, or files of one: wildcards stand behind the last backslash alone. */
static bool is_files(const char *text)
{
    const char *last = strrchr(text, '\\');
    char folder[UNC_MAX_BYTES + 1];

    if (!last || !strpbrk(last, "*?"))
        return is_folder(text);
    snprintf(folder, sizeof(folder), "%.*s", (int)(last - text), text);
    return is_folder(folder) && !strpbrk(last + 1, "/:\"<>|");
}

/* SQL Server keeps the files of a database on disks of its own. */
static bool is_local_folder(const char *text)
{
    return *text != '\\' && is_folder(text);
}

static bool is_absolute(const char *text)
{
    return *text == '/';
}

/* As curl writes it: 32 bytes are 44 characters of base64. */
static bool is_pin(const char *text)
{
    static const char prefix[] = "sha256//";
    size_t start = sizeof(prefix) - 1;

    return strncmp(text, prefix, start) == 0 && strlen(text) == start + 44 && text[start + 43] == '=' &&
           is_made_of(text + start, "+/=");
}

static bool is_clock(const char *text)
{
    return strcmp(text, "utc") == 0 || strcmp(text, "local") == 0 || strcmp(text, "unknown") == 0;
}

static bool is_port(const char *text)
{
    return *text && *text != '0' && strspn(text, "0123456789") == strlen(text) && strlen(text) <= 5 &&
           atoi(text) <= UINT16_MAX;
}

static bool is_endpoint(const char *text)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    bool bracketed = length >= 2 && text[0] == '[' && text[length - 1] == ']';
    char host[DNS_MAX_BYTES + 1];

    if (!colon || length > DNS_MAX_BYTES || !is_port(colon + 1))
        return false;
    snprintf(host, sizeof(host), "%.*s", (int)(bracketed ? length - 2 : length), text + bracketed);
    return is_host(host) && bracketed == (strchr(host, ':') != NULL);
}

static bool is_anything(const char *text)
{
    (void)text;
    return true;
}

const struct syntax syntax_name = {"a name", "a name of letters, digits, \".\", \"_\", \"-\" or \"\\\"",
                                   NAME_MAX_BYTES, is_name, NULL};
const struct syntax syntax_fqdn = {"a DNS name", "a name like pc1.example.com", DNS_MAX_BYTES, is_dns_name,
                                   NULL};
const struct syntax syntax_host = {"a host", "a DNS name or an IP address", DNS_MAX_BYTES, is_host,
                                   host_mistake};
const struct syntax syntax_instance = {"an instance", "a name like SQLEXPRESS", INSTANCE_MAX_BYTES,
                                       is_instance, instance_mistake};
const struct syntax syntax_database = {"a database", "a name", SYSNAME_MAX_BYTES, is_not_empty, NULL};
const struct syntax syntax_user = {"a login", "a SQL login", SYSNAME_MAX_BYTES, is_not_empty, NULL};
const struct syntax syntax_snmp_user = {"a user", "a user of the SNMP agent", SNMP_USER_MAX_BYTES,
                                        is_not_empty, NULL};
const struct syntax syntax_spn = {"an SPN", "a principal like MSSQLSvc/sqlpri1.example.com:1433",
                                  SPN_MAX_BYTES, is_spn, NULL};
const struct syntax syntax_share = {"a share", "'\\\\SERVER\\SHARE' in single quotes", UNC_MAX_BYTES,
                                    is_share, NULL};
const struct syntax syntax_folder = {"a folder", "a full path like 'D:\\pchat' in single quotes",
                                     UNC_MAX_BYTES, is_folder, NULL};
const struct syntax syntax_files = {
    "a folder or files of one",
    "a full path like '\\\\SERVER\\SHARE\\full' or 'E:\\full\\mgc_*.bak' in single "
    "quotes",
    UNC_MAX_BYTES, is_files, NULL};
const struct syntax syntax_local_folder = {"a folder of the instance's own disks",
                                           "a full path like 'D:\\pchat' in single quotes", UNC_MAX_BYTES,
                                           is_local_folder, NULL};
const struct syntax syntax_path = {"a path", "the path of a file", PATH_MAX_BYTES, is_not_empty, NULL};
const struct syntax syntax_command = {"a command", "a full path like /usr/lib/pchat-plugins/look",
                                      PATH_MAX_BYTES, is_absolute, NULL};
const struct syntax syntax_here = {"a folder", "a full path like /etc/pchat-plugins/runbooks", PATH_MAX_BYTES,
                                   is_absolute, NULL};
const struct syntax syntax_endpoint = {"a host and port", "HOST:PORT, like ns1.example.net:53",
                                       DNS_MAX_BYTES + 8, is_endpoint, NULL};
const struct syntax syntax_oid = {"an object identifier", "numbers like 1.3.6.1.2.1.2.2.1.8.3", 512,
                                  object_id_valid, NULL};
const struct syntax syntax_argument = {"an argument", "a text", PATH_MAX_BYTES, is_anything, NULL};
const struct syntax syntax_pin = {"a pinned key", "\"sha256//\" and 44 characters of base64", 64, is_pin,
                                  NULL};
const struct syntax syntax_text = {"a text", "a text", PATH_MAX_BYTES, is_not_empty, NULL};
const struct syntax syntax_clock = {"a clock", "utc, local or unknown", PATH_MAX_BYTES, is_clock, NULL};
