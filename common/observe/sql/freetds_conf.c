#include "observe/sql/freetds_conf.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static const char *const encryption[TLS_MODE_COUNT] = {
    [TLS_REQUIRE] = "require",
    [TLS_REQUEST] = "request",
    [TLS_OFF] = "off",
};

const char *freetds_conf_section_name(size_t index, char out[FREETDS_SECTION_BYTES])
{
    snprintf(out, FREETDS_SECTION_BYTES, "pcha_%zu", index);
    return out;
}

/*
 * What the file's reader gives back as it was written: it trims blanks, lines and brackets are its grammar,
 * and what does not fit into a line of 256 bytes (key, blank, newline and NUL included) would be cut in two.
 */
static bool is_plain(const char *value)
{
    enum { VALUE_MAX_BYTES = 240 };
    size_t length = strlen(value);

    for (size_t i = 0; i < length; i++)
        if ((unsigned char)value[i] < ' ' || strchr("[]\x7f", value[i]))
            return false;
    return length && length <= VALUE_MAX_BYTES && value[0] != ' ' && value[length - 1] != ' ';
}

bool freetds_conf_can_say(const struct topology_sql *endpoint)
{
    return is_plain(endpoint->host) && (!endpoint->instance || is_plain(endpoint->instance)) &&
           (!endpoint->ca || is_plain(endpoint->ca)) && (!endpoint->spn || is_plain(endpoint->spn));
}

/* Kerberos proves the server too; of NTLM only what Windows still takes. */
static void add_login(struct strbuf *conf, const struct topology_sql *endpoint)
{
    const struct topology_credential *credential = endpoint->credential;

    if (!credential)
        return;
    if (!credential->sql_user)
        strbuf_add(conf, "\tmutual authentication = yes\n");
    else if (strchr(credential->sql_user, '\\'))
        strbuf_add(conf, "\tuse ntlmv2 = yes\n");
    if (!credential->sql_user && endpoint->spn)
        strbuf_format(conf, "\tspn = %s\n", endpoint->spn);
}

bool freetds_conf_add(struct strbuf *conf, size_t index, const struct topology_sql *endpoint)
{
    char section[FREETDS_SECTION_BYTES];

    if (!freetds_conf_can_say(endpoint))
        return false;
    strbuf_format(conf, "[%s]\n\thost = %s\n", freetds_conf_section_name(index, section), endpoint->host);
    if (endpoint->instance)
        strbuf_format(conf, "\tinstance = %s\n", endpoint->instance);
    else
        strbuf_format(conf, "\tport = %d\n", endpoint->port);
    strbuf_format(conf, "\ttds version = 7.4\n\tclient charset = UTF-8\n\tencryption = %s\n",
                  encryption[endpoint->tls]);
    if (endpoint->ca)
        strbuf_format(conf, "\tca file = %s\n\tcheck certificate hostname = yes\n", endpoint->ca);
    add_login(conf, endpoint);
    return true;
}

int freetds_conf_publish(const char *conf, char out[FREETDS_PATH_BYTES])
{
    size_t length = strlen(conf);
    int fd = memfd_create("pchat-freetds.conf", MFD_CLOEXEC);

    if (fd < 0)
        return -1;
    if (write(fd, conf, length) != (ssize_t)length) {
        close(fd);
        errno = ENOSPC;
        return -1;
    }
    snprintf(out, FREETDS_PATH_BYTES, "/proc/self/fd/%d", fd);
    return fd;
}
