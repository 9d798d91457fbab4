/*
 * snmp_port by net-snmp: SNMPv2c and SNMPv3 over UDP.
 *
 * net-snmp is used without its configuration, MIB files, persistent state and log: nothing of the environment
 * or of /etc/snmp changes what is asked, nothing is written.  Its lists of users and engines belong to the
 * whole process and have no lock: all its functions are called under one of ours (netsnmp_library.h), which
 * is never held while a port waits, and a user stands in them only while his port does something.  So ports
 * of several threads do not hinder each other, nor do users of one name with different passphrases.
 *
 * A question is asked again when nothing came for a third of the time that is left.  Datagrams that are no
 * answer are counted and told, but end nothing before the deadline, since anybody may send them.
 *
 * Sources: net-snmp 5.9, snmp_sess_api(3); RFC 3414 (discovery, reports), RFC 3416.
 */
#ifndef PCHAT_OBSERVE_SNMP_NETSNMP_H
#define PCHAT_OBSERVE_SNMP_NETSNMP_H

#include "base/err.h"
#include "base/secret.h"
#include "model/snmp_terms.h"
#include "observe/snmp/snmp_port.h"

/* Texts and secrets must outlive the port. */
struct snmp_endpoint {
    const char *host; /* DNS name, IPv4 or IPv6 address */
    int port;         /* UDP; 0: SNMP_DEFAULT_PORT */
    enum snmp_version version;
    const struct secret *community; /* SNMP_BY_COMMUNITY */
    const char *user;               /* SNMP_BY_USER, as all below */
    enum snmp_digest digest;
    const struct secret *auth_passphrase; /* at least SNMP_MIN_PASSPHRASE_BYTES */
    enum snmp_cipher cipher;
    const struct secret *privacy_passphrase; /* likewise; NULL with SNMP_CLEAR */
};

/* Sends nothing yet.  NULL with ERR_CONFIG where the endpoint is not complete.  May be called by several
 * threads. */
struct snmp_port *snmp_netsnmp_open(const struct snmp_endpoint *endpoint, struct err *err);

#endif
