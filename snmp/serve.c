#include "snmp/serve.h"

#include "base/mem.h"

#include <string.h>

/* in this order */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <net-snmp/agent/agent_callbacks.h>

/* The session with snmpd, while there is one; net-snmp exports it without a header. */
extern netsnmp_session *main_session;

/* RFC 2741 6.1; net-snmp keeps its header to itself. */
enum { AGENTX_NOTIFY = 12, RECONNECT_S = 1, LINE_BYTES = 512 };
static const char agent_name[] = "pchat-agentx";

struct waiting {
    struct notice *notice;
    struct waiting *next;
};

struct serve {
    struct serve_config config;
    struct mib_tree tree;
    enum serve_state state;
    struct waiting *first, **last; /* notices that snmpd has not taken */
    bool sending;                  /* the first is on its way */
    oid base[OBJECT_ID_MAX_PARTS];
    char said[LINE_BYTES]; /* the last line of net-snmp's */
};

/* ---- requests ---- */

enum { WIRE_TYPES = WIRE_OCTETS + 1 };
static const u_char asn_types[WIRE_TYPES] = {[WIRE_INTEGER] = ASN_INTEGER,
                                             [WIRE_GAUGE] = ASN_GAUGE,
                                             [WIRE_COUNTER] = ASN_COUNTER,
                                             [WIRE_OCTETS] = ASN_OCTET_STR};

static void set_value(netsnmp_variable_list *variable, const struct value *value)
{
    long number = (long)value->number;

    if (value->type == WIRE_OCTETS)
        snmp_set_var_typed_value(variable, ASN_OCTET_STR, value->octets ? value->octets : value->made,
                                 value->length);
    else
        snmp_set_var_typed_value(variable, asn_types[value->type], &number, sizeof(number));
}

static size_t place_oid(const struct serve *serve, const struct place *place,
                        oid out[OBJECT_ID_MAX_PARTS + PLACE_MOST_PARTS])
{
    size_t base = serve->config.base.length;

    memcpy(out, serve->base, base * sizeof(out[0]));
    for (size_t i = 0; i < place->length; i++)
        out[base + i] = place->parts[i];
    return base + place->length;
}

/* What was asked for, below the base: at most as many parts as matter. */
struct asked {
    uint32_t parts[PLACE_MOST_PARTS + 1];
    size_t length;
};

static struct asked asked_for(const struct serve *serve, const netsnmp_variable_list *variable)
{
    struct asked asked = {.length = 0};
    size_t base = serve->config.base.length;

    if (snmp_oid_compare(variable->name, variable->name_length, serve->base, base) < 0)
        return asked;
    for (size_t i = base; i < variable->name_length && asked.length < COUNT(asked.parts); i++)
        asked.parts[asked.length++] = (uint32_t)variable->name[i];
    return asked;
}

static void get(const struct serve *serve, netsnmp_agent_request_info *info, netsnmp_request_info *request,
                struct mono_ms now)
{
    const struct asked asked = asked_for(serve, request->requestvb);
    struct value value;

    if (tree_get(&serve->tree, asked.parts, asked.length, now, &value))
        set_value(request->requestvb, &value);
    else
        netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
}

/* Behind the last one nothing is set: the agent goes on to whoever registered what follows. */
static void get_next(const struct serve *serve, netsnmp_request_info *request, struct mono_ms now)
{
    const struct asked asked = asked_for(serve, request->requestvb);
    oid name[OBJECT_ID_MAX_PARTS + PLACE_MOST_PARTS];
    struct value value;
    struct place place;
    size_t length;

    if (request->inclusive && tree_get(&serve->tree, asked.parts, asked.length, now, &value)) {
        set_value(request->requestvb, &value);
        return;
    }
    if (!tree_next(&serve->tree, asked.parts, asked.length, now, &place, &value))
        return;
    length = place_oid(serve, &place, name);
    snmp_set_var_objid(request->requestvb, name, length);
    set_value(request->requestvb, &value);
}

static int answer(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
                  netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
    const struct serve *serve = handler->myvoid;
    struct mono_ms now = clock_mono(clock_system());

    (void)registration;
    for (netsnmp_request_info *request = requests; request; request = request->next) {
        if (request->processed)
            continue;
        if (info->mode == MODE_GET)
            get(serve, info, request, now);
        else
            get_next(serve, request, now);
    }
    return SNMP_ERR_NOERROR;
}

static void register_tree(struct serve *serve)
{
    netsnmp_mib_handler *handler = netsnmp_create_handler("pchatMIB", answer);

    for (size_t i = 0; i < serve->config.base.length; i++)
        serve->base[i] = serve->config.base.parts[i];
    handler->myvoid = serve;
    netsnmp_register_handler(netsnmp_handler_registration_create(
        "pchatMIB", handler, serve->base, serve->config.base.length, HANDLER_CAN_RONLY));
}

/* ---- notices ---- */

static void add_trap_oid(netsnmp_pdu *pdu, const struct serve *serve, enum notice_kind kind)
{
    static const oid trap_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
    const struct place place = {{0, (uint32_t)kind}, 2};
    oid name[OBJECT_ID_MAX_PARTS + PLACE_MOST_PARTS];
    size_t length = place_oid(serve, &place, name);

    snmp_pdu_add_variable(pdu, trap_oid, OID_LENGTH(trap_oid), ASN_OBJECT_ID, name, length * sizeof(name[0]));
}

static netsnmp_pdu *notify_pdu(const struct serve *serve, const struct notice *notice)
{
    netsnmp_pdu *pdu = snmp_pdu_create(AGENTX_NOTIFY);
    struct notice_object objects[NOTICE_OBJECTS_MOST];
    size_t count = notice_objects(notice, objects);

    pdu->version = main_session->version;
    pdu->sessid = main_session->sessid;
    add_trap_oid(pdu, serve, notice->kind);
    for (size_t i = 0; i < count; i++) {
        oid name[OBJECT_ID_MAX_PARTS + PLACE_MOST_PARTS];
        size_t length = place_oid(serve, &objects[i].place, name);
        netsnmp_variable_list *variable = snmp_pdu_add_variable(pdu, name, length, ASN_NULL, NULL, 0);

        set_value(variable, &objects[i].value);
    }
    return pdu;
}

static void send_first(struct serve *serve);

/* snmpd has it: so it may be forgotten.  Anything else - an error, silence, a lost session - is tried again.
 */
static int hear_answer(int operation, netsnmp_session *session, int request, netsnmp_pdu *pdu, void *argument)
{
    struct serve *serve = argument;
    struct waiting *first = serve->first;

    (void)session;
    (void)request;
    serve->sending = false;
    if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || !pdu || pdu->errstat != SNMP_ERR_NOERROR ||
        !first)
        return 1;
    mailbox_answer(serve->config.mailbox,
                   (struct answer){first->notice->pool, first->notice->sequence.value});
    serve->first = first->next;
    if (!serve->first)
        serve->last = &serve->first;
    notice_free(first->notice);
    free(first);
    send_first(serve);
    return 1;
}

static void send_first(struct serve *serve)
{
    netsnmp_pdu *pdu;

    if (!serve->first || serve->sending || serve->state != SERVE_ANSWERS || !main_session)
        return;
    pdu = notify_pdu(serve, serve->first->notice);
    serve->sending = snmp_async_send(main_session, pdu, hear_answer, serve) != 0;
    if (!serve->sending)
        snmp_free_pdu(pdu);
}

static void take_notice(struct serve *serve, struct notice *notice)
{
    struct waiting *waiting = mem_alloc(sizeof(*waiting));

    waiting->notice = notice;
    *serve->last = waiting;
    serve->last = &waiting->next;
}

/* ---- between two requests ---- */

static void take_mail(int fd, void *argument)
{
    struct serve *serve = argument;
    struct mail mail;

    (void)fd;
    while (mailbox_take(serve->config.mailbox, &mail)) {
        if (mail.branch)
            tree_put(&serve->tree, mail.branch, mail.part);
        if (mail.removed)
            tree_remove(&serve->tree, mail.removed);
        if (mail.notice)
            take_notice(serve, mail.notice);
    }
    send_first(serve);
}

static void tick(unsigned int alarm, void *argument)
{
    (void)alarm;
    send_first(argument);
}

/* ---- the session ---- */

/* Registrations follow at once; one that is refused is told by the log alone. */
static int connected(int major, int minor, void *server, void *argument)
{
    struct serve *serve = argument;

    (void)major;
    (void)minor;
    (void)server;
    if (serve->state == SERVE_AWAY)
        serve->state = SERVE_ANSWERS;
    serve->sending = false;
    return SNMP_ERR_NOERROR;
}

static int disconnected(int major, int minor, void *server, void *argument)
{
    struct serve *serve = argument;

    (void)major;
    (void)minor;
    (void)server;
    serve->state = SERVE_AWAY;
    serve->sending = false;
    return SNMP_ERR_NOERROR;
}

/* net-snmp's words, one line each, on stderr, and once: while snmpd is away it says so each second.  It says
 * in its log alone that snmpd refuses a registration. */
static int log_line(int major, int minor, void *server, void *argument)
{
    const struct snmp_log_message *message = server;
    struct serve *serve = argument;
    char line[LINE_BYTES];

    (void)major;
    (void)minor;
    if (strstr(message->msg, "registering pdu failed"))
        serve->state = SERVE_REFUSED;
    snprintf(line, sizeof(line), "%.*s", (int)strcspn(message->msg, "\n"), message->msg);
    if (*line && strcmp(line, serve->said) != 0)
        fprintf(stderr, "pchat-agentx: %s\n", line);
    memcpy(serve->said, line, sizeof(line));
    return SNMP_ERR_NOERROR;
}

static const struct {
    int major, minor;
    SNMPCallback *call;
} callbacks[] = {
    {SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, log_line},
    {SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_START, connected},
    {SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_STOP, disconnected},
};

/* No files of net-snmp are read, and none is written. */
static void set_up_library(void)
{
    static const struct {
        int store, which;
    } switches[] = {
        {NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE}, /* a subagent */
        {NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS},
        {NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE},
        {NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD},
        {NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE},
    };

    for (size_t i = 0; i < COUNT(switches); i++)
        netsnmp_ds_set_boolean(switches[i].store, switches[i].which, 1);
    setenv("MIBS", "", 1);
    setenv("MIBDIRS", "", 1);
}

struct serve *serve_start(const struct serve_config *config)
{
    struct serve *serve = mem_alloc(sizeof(*serve));

    serve->config = *config;
    serve->last = &serve->first;
    snmp_disable_log();
    snmp_enable_calllog();
    for (size_t i = 0; i < COUNT(callbacks); i++)
        snmp_register_callback(callbacks[i].major, callbacks[i].minor, callbacks[i].call, serve);
    set_up_library();
    netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, config->agentx_socket);
    init_agent(agent_name);
    /* Not before init_agent, which sets 15. */
    netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_AGENTX_PING_INTERVAL, RECONNECT_S);
    register_tree(serve);
    register_readfd(mailbox_mail_fd(config->mailbox), take_mail, serve);
    snmp_alarm_register_hr((struct timeval){.tv_usec = 500000}, SA_REPEAT, tick, serve);
    init_snmp(agent_name);
    return serve;
}

enum serve_state serve_state(const struct serve *serve)
{
    return serve->state;
}

void serve_work(struct serve *serve)
{
    (void)serve;
    agent_check_and_process(1);
}

void serve_stop(struct serve *serve)
{
    unregister_readfd(mailbox_mail_fd(serve->config.mailbox));
    /* What is still registered when it ends, net-snmp frees: its argument too. */
    for (size_t i = 0; i < COUNT(callbacks); i++)
        snmp_unregister_callback(callbacks[i].major, callbacks[i].minor, callbacks[i].call, serve, 1);
    snmp_shutdown(agent_name);
    shutdown_agent();
    while (serve->first) {
        struct waiting *next = serve->first->next;

        notice_free(serve->first->notice);
        free(serve->first);
        serve->first = next;
    }
    tree_done(&serve->tree);
    free(serve);
}
