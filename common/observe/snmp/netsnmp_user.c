#include "observe/snmp/netsnmp_user.h"

#include "observe/snmp/netsnmp_exchange.h"

#include <string.h>

enum { ENGINE_ID_MIN_BYTES = 5, ENGINE_ID_MAX_BYTES = 32 }; /* RFC 3411 5, SnmpEngineID */

static const struct {
    oid *id;
    size_t length;
} digests[SNMP_DIGESTS] =
    {
        [SNMP_SHA256] = {usmHMAC192SHA256AuthProtocol, OID_LENGTH(usmHMAC192SHA256AuthProtocol)},
        [SNMP_SHA1] = {usmHMACSHA1AuthProtocol, OID_LENGTH(usmHMACSHA1AuthProtocol)},
},
  ciphers[SNMP_CIPHERS] = {
      [SNMP_AES128] = {usmAESPrivProtocol, OID_LENGTH(usmAESPrivProtocol)},
      [SNMP_CLEAR] = {usmNoPrivProtocol, OID_LENGTH(usmNoPrivProtocol)},
};

/* Privacy keys are made with the digest, too.  It cannot fail: the passphrase is long enough. */
static void make_key(enum snmp_digest digest, const struct secret *passphrase, u_char *key, size_t *length)
{
    const char *text = secret_text(passphrase);

    generate_Ku(digests[digest].id, (u_int)digests[digest].length, (const u_char *)text, strlen(text), key,
                length);
}

void user_describe(const struct snmp_endpoint *endpoint, netsnmp_session *session)
{
    bool is_private = endpoint->cipher != SNMP_CLEAR;

    session->version = SNMP_VERSION_3;
    session->securityModel = SNMP_SEC_MODEL_USM;
    session->securityLevel = is_private ? SNMP_SEC_LEVEL_AUTHPRIV : SNMP_SEC_LEVEL_AUTHNOPRIV;
    session->securityName = (char *)endpoint->user;
    session->securityNameLen = strlen(endpoint->user);
    session->securityAuthProto = digests[endpoint->digest].id;
    session->securityAuthProtoLen = digests[endpoint->digest].length;
    session->securityPrivProto = ciphers[endpoint->cipher].id;
    session->securityPrivProtoLen = ciphers[endpoint->cipher].length;
    session->securityAuthKeyLen = sizeof(session->securityAuthKey);
    make_key(endpoint->digest, endpoint->auth_passphrase, session->securityAuthKey,
             &session->securityAuthKeyLen);
    if (!is_private)
        return;
    session->securityPrivKeyLen = sizeof(session->securityPrivKey);
    make_key(endpoint->digest, endpoint->privacy_passphrase, session->securityPrivKey,
             &session->securityPrivKeyLen);
}

/* A question of nobody, which the agent answers by a report that names its engine. */
static netsnmp_pdu *make_probe(void)
{
    netsnmp_pdu *probe = netsnmp_question(SNMP_MSG_GET);

    probe->version = SNMP_VERSION_3;
    probe->securityModel = SNMP_SEC_MODEL_USM;
    probe->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
    probe->securityName = strdup("");
    return probe;
}

static bool engine_is_named(const netsnmp_session *session)
{
    return session->securityEngineIDLen >= ENGINE_ID_MIN_BYTES &&
           session->securityEngineIDLen <= ENGINE_ID_MAX_BYTES;
}

/* The library makes users only within its list; agent_leave takes this one out of it. */
static void make_user(struct agent *agent)
{
    netsnmp_session *session = agent->session;

    agent_enter(agent);
    if (usm_create_user_from_session(session) == SNMPERR_SUCCESS)
        agent->user =
            usm_get_user(session->securityEngineID, session->securityEngineIDLen, session->securityName);
    agent_leave(agent);
}

int user_discover(struct agent *agent, struct deadline deadline, struct arena *arena,
                  struct snmp_failure *failure)
{
    struct exchange exchange = {.deadline = deadline, .arena = arena, .is_discovery = true};

    if (exchange_run(&exchange, agent, make_probe(), failure) != 0)
        return -1;
    if (!engine_is_named(agent->session))
        return snmp_fail(failure, SIGHT_PROTOCOL_ERROR,
                         "the agent answers the discovery without an engine ID", NULL);
    make_user(agent);
    if (!agent->user)
        return snmp_fail(failure, SIGHT_PROTOCOL_ERROR, "no keys can be made for the agent's engine ID",
                         NULL);
    return 0;
}
