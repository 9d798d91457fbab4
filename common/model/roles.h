/*
 * What a site and a SQL instance are for by design.  The current role of an instance is a fact of the
 * snapshot (mirroring role, database state), never this.
 */
#ifndef PCHAT_MODEL_ROLES_H
#define PCHAT_MODEL_ROLES_H

#include <stdbool.h>

enum site_role { SITE_PRIMARY, SITE_BACKUP, SITE_ROLE_COUNT };
enum sql_role { SQL_PRINCIPAL, SQL_MIRROR, SQL_SECONDARY, SQL_SECONDARY_MIRROR, SQL_WITNESS, SQL_ROLE_COUNT };

/* As topology.yaml spells them: primary, backup / principal, mirror, secondary, secondary_mirror, witness. */
const char *site_role_name(enum site_role role);
const char *sql_role_name(enum sql_role role);
bool site_role_parse(const char *name, enum site_role *ret_role);
bool sql_role_parse(const char *name, enum sql_role *ret_role);

#endif
