/*
 * How the texts of a topology are spelled: names, DNS names, addresses, UNC paths.  Pure, thread-safe.
 */
#ifndef PCHAT_TOPOLOGY_VALUE_H
#define PCHAT_TOPOLOGY_VALUE_H

#include <stdbool.h>
#include <stddef.h>

struct syntax {
    const char *noun;     /* `"x y" is not NOUN` */
    const char *expected; /* `; expected EXPECTED` */
    size_t max_bytes;
    bool (*fits)(const char *text);
    /* What is wrong in a way worth a sentence of its own, up to "; expected …"; NULL otherwise.  May be NULL.
     */
    const char *(*mistake)(const char *text);
};

extern const struct syntax syntax_name;     /* what reports call a thing; fit for labels and perfdata */
extern const struct syntax syntax_fqdn;     /* a DNS name */
extern const struct syntax syntax_host;     /* a DNS name, an IPv4 or IPv6 address */
extern const struct syntax syntax_instance; /* a SQL Server instance name without its host */
extern const struct syntax syntax_database; /* a SQL Server identifier */
extern const struct syntax syntax_user;     /* a SQL login, or DOMAIN\user */
extern const struct syntax syntax_spn;      /* SERVICE/HOST, perhaps with :PORT or :INSTANCE and @REALM */
extern const struct syntax syntax_share;    /* \\SERVER\SHARE, perhaps with folders */
extern const struct syntax syntax_folder;   /* of a Windows host: X:\… or \\SERVER\SHARE, without ".." */
extern const struct syntax syntax_files;    /* the same, or with wildcards behind its last backslash */
extern const struct syntax syntax_local_folder; /* X:\… */
extern const struct syntax syntax_path;         /* of a file here */
extern const struct syntax syntax_pin;          /* the SHA-256 of a public key */
extern const struct syntax syntax_text;         /* whatever is no empty text */
extern const struct syntax syntax_clock;        /* utc, local or unknown */
extern const struct syntax syntax_endpoint;     /* HOST:PORT, [IPV6]:PORT */
extern const struct syntax syntax_oid;          /* an object identifier in numbers */
extern const struct syntax syntax_argument;     /* of a program; may be empty */
extern const struct syntax syntax_command;      /* a program here, with its full path */
extern const struct syntax syntax_here;         /* a folder here, with its full path */

/* A user of SNMP version 3. */
extern const struct syntax syntax_snmp_user;

#endif
