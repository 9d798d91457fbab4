/*
 * Logins, database users, permissions and roles of one instance.
 */
#ifndef PCHAT_LAB_WORLD_SECURITY_H
#define PCHAT_LAB_WORLD_SECURITY_H

#include "lab/world/kinds.h"

struct instance;

enum { SID_BYTES_MAX = 28, LOGIN_PASSWORD_BYTES = 132 };

struct sid {
    unsigned char bytes[SID_BYTES_MAX];
    size_t length_bytes;
};

struct login {
    char name[WORLD_NAME_BYTES];
    int principal_id;
    char password[LOGIN_PASSWORD_BYTES];
    struct sid sid;
    char default_database[WORLD_NAME_BYTES];
    bool is_sysadmin, disabled, is_windows;
    int64_t create_date; /* [L] */
};

struct database_user {
    char database[WORLD_NAME_BYTES], name[WORLD_NAME_BYTES];
    int principal_id;
    struct sid sid;
};

enum grant_state { GRANT_GRANT, GRANT_DENY };

/* A server permission has database ""; a database permission has object "". */
struct grant {
    char grantee[WORLD_NAME_BYTES]; /* login name (server) or user name (database); "public" too */
    char permission[64];            /* upper case: "VIEW SERVER STATE", "SELECT", "EXECUTE" */
    char database[WORLD_NAME_BYTES], object[WORLD_NAME_BYTES]; /* object as "dbo.sysjobs" */
    enum grant_state state;
};

/* A member of a role; server roles have database "". */
struct role_member {
    char database[WORLD_NAME_BYTES], role[WORLD_NAME_BYTES], member[WORLD_NAME_BYTES];
};

struct security {
    LIST(struct login) logins;
    LIST(struct database_user) users;
    LIST(struct grant) grants;
    LIST(struct role_member) members;
    LIST(struct role_member) roles; /* roles that exist beside the fixed ones (member = "") */
    int next_principal_id;
    unsigned changes; /* how often users, grants, roles or members changed */
};

struct login *security_login(struct instance *instance, const char *name);
/* The user of a login in a database ("dbo" for sysadmin and the owner, "guest" in master and tempdb); NULL:
 * 916. */
const char *security_user(struct instance *instance, const struct login *login, const char *database);
/* database "": a server role. */
bool security_in_role(const struct instance *instance, const struct login *login, const char *database,
                      const char *role);
/* Server permission, through sysadmin, a grant or public; DENY wins except over sysadmin. */
bool security_may_server(const struct instance *instance, const struct login *login, const char *permission);
/* Object permission in a database, through sysadmin, dbo, db_datareader/SQLAgentReaderRole/..., or a grant.
 */
bool security_may_object(struct instance *instance, const struct login *login, const char *permission,
                         const char *database, const char *object);

/* CREATE/ALTER/DROP LOGIN, CREATE/DROP USER, GRANT/DENY/REVOKE, role membership; 15025, 15151, 15023, 15118
 * ... */
struct login *security_create_login(struct instance *instance, const char *name, const char *password,
                                    const struct sid *sid, const char *default_database,
                                    struct world_result *result);
void security_drop_login(struct instance *instance, const char *name, struct world_result *result);
void security_create_user(struct instance *instance, const char *database, const char *user,
                          const char *login, struct world_result *result);
void security_drop_user(struct instance *instance, const char *database, const char *user,
                        struct world_result *result);
void security_grant(struct instance *instance, const struct grant *grant, struct world_result *result);
void security_revoke(struct instance *instance, const struct grant *grant, struct world_result *result);
void security_create_role(struct instance *instance, const char *database, const char *role,
                          struct world_result *result);
void security_add_member(struct instance *instance, const char *database, const char *role,
                         const char *member, struct world_result *result);
void security_drop_member(struct instance *instance, const char *database, const char *role,
                          const char *member, struct world_result *result);

#endif
