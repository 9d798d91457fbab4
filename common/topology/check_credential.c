#include "base/cleanup.h"
#include "topology/check.h"
#include "topology/read.h"

#include <string.h>

/* ---- one credential: one way to log in, with all that it needs ---- */

enum way { BY_KERBEROS, BY_PASSWORD, BY_COMMUNITY, BY_SNMP_USER };

static const char *const way_names[] = {
    [BY_KERBEROS] = "kerberos: true",
    [BY_PASSWORD] = "sql_user",
    [BY_COMMUNITY] = "community_file",
    [BY_SNMP_USER] = "snmp_user",
};

static const struct part {
    const char *key;
    enum way way;
    const char *expected; /* NULL: it may be missing */
} parts[] = {
    {"kerberos", BY_KERBEROS, NULL},
    {"community_file", BY_COMMUNITY, "the path of a file"},
    {"snmp_user", BY_SNMP_USER, "a user of the SNMP agent"},
    {"auth", BY_SNMP_USER, NULL},
    {"auth_file", BY_SNMP_USER, "the path of a file"},
    {"privacy", BY_SNMP_USER, NULL},
    {"privacy_file", BY_SNMP_USER, "the path of a file, or privacy: none"},
    {"sql_user", BY_PASSWORD, "a SQL login, or another way to log in"},
    {"password_file", BY_PASSWORD, "the path of a file, or another way to log in"},
};

/* `kerberos: false` says nothing. */
static const struct node *part_of(const struct node *mapping, const struct topology_credential *credential,
                                  const struct part *part)
{
    return part->way == BY_KERBEROS && !credential->kerberos ? NULL : node_get(mapping, part->key);
}

/* The first that anything is given for; without anything, a password is missed. */
static enum way way_of(const struct node *mapping, const struct topology_credential *credential)
{
    for (size_t i = 0; i < COUNT(parts); i++)
        if (part_of(mapping, credential, &parts[i]))
            return parts[i].way;
    return BY_PASSWORD;
}

static int check_cipher(struct reader *reader, const struct node *mapping)
{
    const struct node *file = node_get(mapping, "privacy_file");

    return file ? node_fail(file, reader->err, "given with privacy none; expected it with privacy aes alone")
                : 0;
}

int check_credential(struct reader *reader, const struct node *mapping, void *object)
{
    const struct topology_credential *credential = object;
    enum way way = way_of(mapping, credential);
    bool is_clear = way == BY_SNMP_USER && credential->snmp_cipher == SNMP_CLEAR;

    for (size_t i = 0; i < COUNT(parts); i++) {
        const struct node *node = part_of(mapping, credential, &parts[i]);

        if (node && parts[i].way != way)
            return node_fail(node, reader->err, "given beside %s; expected one way to log in",
                             way_names[way]);
        if (!node && parts[i].way == way && parts[i].expected &&
            !(is_clear && strcmp(parts[i].key, "privacy_file") == 0))
            return node_fail_missing(mapping, parts[i].key, reader->err, "missing; expected %s",
                                     parts[i].expected);
    }
    return is_clear ? check_cipher(reader, mapping) : 0;
}

/* ---- who refers to it ---- */

int check_no_snmp_credential(struct reader *reader, const struct node *mapping,
                             const struct topology_credential *credential)
{
    if (!credential->community_file && !credential->snmp_user)
        return 0;
    return node_fail(node_get(mapping, "credential"), reader->err,
                     "is an SNMP credential; expected one with sql_user, or kerberos: true");
}

/* Both by community or both by user; a version that is not given is that of the credential. */
int check_snmp(struct reader *reader, const struct node *mapping, void *object)
{
    struct topology_snmp *snmp = object;
    const struct topology_credential *credential = snmp->credential;
    const struct node *version = node_get(mapping, "version");
    enum snmp_version due = credential->snmp_user ? SNMP_BY_USER : SNMP_BY_COMMUNITY;

    if (!credential->community_file && !credential->snmp_user)
        return node_fail(node_get(mapping, "credential"), reader->err,
                         "is no SNMP credential; expected one with community_file or snmp_user");
    if (version && snmp->version != due)
        return node_fail(version, reader->err, "is %s, but the credential has %s; expected %s",
                         snmp_version_name(snmp->version),
                         due == SNMP_BY_USER ? "an snmp_user" : "a community_file", snmp_version_name(due));
    snmp->version = due;
    return 0;
}
