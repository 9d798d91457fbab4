/*
 * topology.yaml: what the pools are made of, as its owner designed them, and with which credential references
 * to look.
 *
 * Read from libyaml's events (their marks give file:line) against one schema table (schema.h); anchors,
 * aliases and tags are refused; `include: FILE` (relative to the including file) takes a mapping's keys from
 * another file. Everything is validated before any packet is sent, and each mistake is one line: `FILE:LINE:
 * what, expected what`. Immutable after loading; may be read by many threads.
 */
#ifndef PCHAT_TOPOLOGY_H
#define PCHAT_TOPOLOGY_H

#include "base/cleanup.h"
#include "base/err.h"
#include "base/range.h"
#include "base/secret.h"
#include "model/limits.h"
#include "model/roles.h"
#include "model/settings.h"
#include "model/snmp_terms.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest topology file: beyond it is not a topology but an accident. */
enum { TOPOLOGY_MAX_BYTES = 4 * 1024 * 1024 };
/* Of one pool, at once ("Planning for Persistent Chat Server"). */
enum { ACTIVE_SERVERS_MAX = 4 };
#define TOPOLOGY_DEFAULT_PATH "/etc/pchat-plugins/topology.yaml"

enum tls_mode { TLS_REQUIRE, TLS_REQUEST, TLS_OFF, TLS_MODE_COUNT };
enum vantage_kind { VANTAGE_WINRM, VANTAGE_COMMAND, VANTAGE_SNMP, VANTAGE_SQL, VANTAGE_KIND_COUNT };

/* One way to log in: sql_user with his password, Kerberos, or one of SNMP's two. */
struct topology_credential {
    const char *name;
    const char *sql_user;       /* NULL: another way */
    const char *password_file;  /* with sql_user; absolute after loading, as all files */
    bool kerberos;              /* with the process's credential cache */
    const char *community_file; /* SNMP version 2c; NULL: another way */
    const char *snmp_user;      /* SNMP version 3, with all below; NULL: another way */
    enum snmp_digest snmp_digest;
    enum snmp_cipher snmp_cipher;
    const char *auth_file, *privacy_file; /* privacy_file: NULL with SNMP_CLEAR */
    /* Read and checked while loading; NULL where there is no such file, where nothing refers to the
     * credential, and where `acting` alone does and the topology was not loaded for acting. */
    const struct secret *password, *community, *auth_passphrase, *privacy_passphrase;
    int line;
};

struct topology_sql {
    const char *name;     /* how people and reports call it; unique in the pool */
    const char *host;     /* DNS name or address; never "host,port" */
    const char *fqdn;     /* as Lync's published topology names its computer; NULL: host */
    int port;             /* 1..65535; 0 when instance is given */
    const char *instance; /* named instance, resolved by SQL Browser; NULL when port is given */
    enum sql_role role;
    enum tls_mode tls; /* default TLS_REQUIRE */
    const char *ca;    /* absolute path of the CA file; required with TLS_REQUIRE */
    const char *spn;   /* Kerberos: the service's principal; NULL: MSSQLSvc/host:port */
    const struct topology_credential *credential;
    int line;
};

enum host_auth { HOST_AUTH_NEGOTIATE, HOST_AUTH_BASIC, HOST_AUTH_CERTIFICATE, HOST_AUTH_COUNT };

/* How a Windows host is asked over WS-Management. */
struct topology_winrm {
    int port;                                     /* default 5986 */
    enum host_auth auth;                          /* default HOST_AUTH_NEGOTIATE: whoever the process is */
    const struct topology_credential *credential; /* with HOST_AUTH_BASIC; else NULL */
    const char *ca;                               /* absolute path; NULL: those that this machine trusts */
    const char *pinned_key;                       /* "sha256//BASE64"; NULL: none */
    const char *certificate, *key;                /* absolute paths, with HOST_AUTH_CERTIFICATE; else NULL */
    int line;
};

/* How a host's SNMP agent is asked, where WS-Management may not be used. */
struct topology_snmp {
    int port; /* UDP; default SNMP_DEFAULT_PORT */
    enum snmp_version version;
    const struct topology_credential *credential; /* with a community, or with an snmp_user, by version */
    int line;
};

struct topology_host { /* chat servers, front ends, the management host, file servers */
    const char *name, *fqdn;
    const char *address;                /* where to connect, whomever TLS must prove; NULL: the fqdn */
    const struct topology_winrm *winrm; /* its own, or the pool's; NULL: not asked so */
    const struct topology_snmp *snmp;   /* likewise */
    int ports[HOST_PORT_COUNT];         /* 0: that of the settings */
    int line;
};

struct topology_site {
    const char *name;
    enum site_role role;
    struct topology_sql *sql;
    size_t sql_count;
    struct topology_host *chat_servers, *front_ends, *file_servers;
    size_t chat_server_count, front_end_count, file_server_count;
    struct topology_host *management; /* NULL: none named */
    /* Names of its chat servers to be active when it serves, at most ACTIVE_SERVERS_MAX; none: all of them,
     * which are no more than that where somebody acts. */
    const char **activate;
    size_t activate_count;
    int line;
};

/* Who may act, as the peer of the runner's socket. */
struct topology_person {
    const char *name;
    int64_t uid;   /* on the runner's host; his alone */
    bool approves; /* may approve plans and give words */
    int line;
};

/* What whoever acts must know beyond what is watched.  Only the runner reads its secrets. */
struct topology_acting {
    const struct topology_credential *credential; /* SQL login with sysadmin on every instance */
    const struct topology_winrm *winrm; /* how hosts are told to do something; NULL: as they are asked */
    /* For the standby's own log backups once it serves, as it sees it: a full Windows or UNC path, neither in
     * the share nor in copy_folder, where log shipping deletes; NULL only without a backup site. */
    const char *log_folder;
    const char *copy_folder; /* where LSCopy puts log backups on the secondary, should its rows be gone; NULL:
                                not said */
    const char **folders;    /* further places to look for log backups, as the secondary sees them */
    size_t folder_count;
    const char *mirror_share; /* for Install-CsMirrorDatabase; NULL: no mirror is set up by us */
    const char
        *store_task; /* scheduled task on the management host that writes the store; NULL: in the shell */
    const char *fence_off, *fence_status; /* programs, absolute; called with the object's name; NULL: none */
    const char *notify, *before_commit;   /* likewise; NULL: none */
    const char *runbooks;                 /* folder of overridden scripts; NULL: none */
    struct topology_person *people;
    size_t person_count;
    bool automatic_mirror_switch, automatic_failover, automatic_fence;
    int64_t ship_every_min; /* how often the jobs of log shipping that we set up run */
    int64_t loss_limit_s;   /* a failover by a handler may lose that much unasked; -1: must be accepted */
    int64_t approval_valid_s, fence_word_valid_s, anti_flap_s, partner_timeout_s, write_proof_valid_s;
    int64_t failback_after_s; /* the site that was left must be seen well for so long before the way back is
                                 planned */
    int line;
};

/* Where backups are proven by restoring them (`pchatctl drill`). */
struct topology_drill {
    const char *instance; /* by its name; neither the principal's nor the mirror's */
    /* Where the site's full backups of the chat database are, as that instance sees them: a folder, in which
     * *.bak counts, or one with a pattern of * and ? behind its last backslash. */
    const char *full_backup;
    const char *folder; /* for the files of the side database, on a disk of that instance */
    int line;
};

/* What one SNMP object of a vantage point says about one object of the pool. */
struct topology_vantage_object {
    const char *object;          /* a SQL instance or host of the pool, by its name */
    const char *oid;             /* "1.3.6.1..." */
    const char *seen, *not_seen; /* values, commas between; whatever else means neither */
    int line;
};

/* Keys that its kind does not have are NULL. */
struct topology_vantage {
    const char *name, *failure_domain;
    enum vantage_kind kind;
    const char *host;                   /* winrm, snmp: the name that TLS or Kerberos must prove */
    const char *address;                /* where to connect; NULL: the host */
    const struct topology_winrm *winrm; /* winrm: its own, or the pool's */
    const struct topology_snmp *snmp;   /* snmp: likewise */
    const char *command;                /* command: absolute path; args: what it is called with */
    const char **args;
    size_t arg_count;
    const char *instance;  /* sql: a SQL instance of the pool */
    const char *reference; /* "HOST:PORT" that it must see for a "not seen" to count; NULL: none */
    struct topology_vantage_object *objects; /* snmp */
    size_t object_count;
    int line;
};

/* How pchat-observer looks at the pool. */
struct topology_observer {
    int64_t interval_s; /* from the beginning of one pass to that of the next */
    int64_t timeout_s;  /* of a pass */
};

struct topology_pool {
    const char *fqdn;
    const char *database;        /* default "mgc" */
    const char *share;           /* UNC path of the log-shipping share */
    struct topology_site *sites; /* primary first, then backup */
    size_t site_count;
    struct topology_vantage *vantages;
    size_t vantage_count;
    struct limits limits;     /* file's values over the defaults */
    struct settings settings; /* likewise */
    struct topology_observer observer;
    const struct topology_winrm *winrm; /* of hosts that have none of their own; NULL: none */
    const struct topology_snmp *snmp;   /* likewise */
    /* For TLS ports and web pages of hosts: absolute paths; NULL: those that this machine trusts, and none.
     */
    const char *host_ca, *client_certificate, *client_key;
    const struct topology_acting *acting; /* NULL: nobody acts on this pool */
    const struct topology_drill *drill;   /* NULL: nothing is restored for proof; never without acting */
    int line;
};

struct topology {
    const char *path;
    struct topology_pool *pools;
    size_t pool_count;
    struct topology_credential *credentials;
    size_t credential_count;
    struct arena *arena;
};

/*
 * NULL with *err set (ERR_CONFIG or ERR_SECRET; the text starts with FILE:LINE).  `acting` is checked, but no
 * secret or certificate that it alone refers to is opened: whoever watches has no right to.
 */
struct topology *topology_load(const char *path, struct err *err);
/* For the runner: those secrets too. */
struct topology *topology_load_for_acting(const char *path, struct err *err);
/* For who wants to know what there is, and asks nobody: no secret and no certificate is opened, and passwords
 * stay NULL. */
struct topology *topology_load_alone(const char *path, struct err *err);
/*
 * The same from memory, for tests and fuzzing: names of files are resolved against dir (absolute).  With dir
 * NULL nothing on disk is touched: an include is refused, CA and secret files are not looked at, passwords
 * stay NULL.
 */
struct topology *topology_parse(const char *text, size_t length, const char *path, const char *dir,
                                struct err *err);
void topology_free(struct topology *topology); /* wipes the secrets */
AUTO_DEFINE_FREE(topology, struct topology)

/* The pool of that FQDN, or the only pool when fqdn is NULL; NULL with *err set otherwise. */
const struct topology_pool *topology_find_pool(const struct topology *topology, const char *fqdn,
                                               struct err *err);

const char *tls_mode_name(enum tls_mode mode);
const char *host_auth_name(enum host_auth auth);
const char *vantage_kind_name(enum vantage_kind kind);

#endif
