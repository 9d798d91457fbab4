/*
 * What a site, a SQL instance and a host are for by design.  The current role of an instance is a fact of the
 * snapshot (mirroring role, database state), never this.
 */
#ifndef PCHAT_MODEL_ROLES_H
#define PCHAT_MODEL_ROLES_H

#include <stdbool.h>

enum site_role { SITE_PRIMARY, SITE_BACKUP, SITE_ROLE_COUNT };
#define SITE_NONE SITE_ROLE_COUNT /* of a vantage point that stands in no site of the pool */
/* A server with several duties is a host of each kind. */
enum host_kind {
    HOST_CHAT_SERVER,
    HOST_FRONT_END,
    HOST_MANAGEMENT,
    HOST_FILE_SERVER, /* holds the files posted to rooms */
    HOST_VANTAGE,
    HOST_KIND_COUNT
};
/* What a port is for, whatever its number: a host may listen elsewhere than the settings say. */
enum host_port { PORT_SIP, PORT_WCF, PORT_WEB, PORT_WEB_EXTERNAL, PORT_SMB, HOST_PORT_COUNT };
/* The ways in which a host is looked at. */
enum host_way { WAY_WINRM, WAY_SIP, WAY_TLS, WAY_WEB, WAY_TCP, WAY_SNMP, HOST_WAY_COUNT };
enum sql_role { SQL_PRINCIPAL, SQL_MIRROR, SQL_SECONDARY, SQL_SECONDARY_MIRROR, SQL_WITNESS, SQL_ROLE_COUNT };

/* As topology.yaml spells them: primary, backup / principal, mirror, secondary, secondary_mirror, witness. */
const char *site_role_name(enum site_role role);
const char *sql_role_name(enum sql_role role);
const char *
host_kind_name(enum host_kind kind);          /* chat_server, front_end, management, file_server, vantage */
const char *host_way_name(enum host_way way); /* winrm, sip, tls, web, tcp, snmp */
const char *host_port_name(enum host_port port); /* sip, wcf, web, web_external, smb */
bool site_role_parse(const char *name, enum site_role *ret_role);
bool sql_role_parse(const char *name, enum sql_role *ret_role);
bool host_kind_parse(const char *name, enum host_kind *ret_kind);

#endif
