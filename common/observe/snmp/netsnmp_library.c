#include "observe/snmp/netsnmp_library.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void keep_to_itself(void)
{
    static const int switches[] = {NETSNMP_DS_LIB_DONT_READ_CONFIGS, NETSNMP_DS_LIB_DONT_PERSIST_STATE,
                                   NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD,
                                   NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE};

    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
        netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, switches[i], 1);
}

/*
 * Not init_snmp(), which looks for MIB and configuration files and sets the locale, but what of it USM needs:
 * users, and an engine ID of our own - a random one, made when premib configuration would have been read.
 */
static void initialise(void)
{
    static const char name[] = "pchat"; /* of configuration files that are not read */
    netsnmp_session ignored;

    netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
    keep_to_itself();
    netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_APPTYPE, name);
    snmp_sess_init(&ignored);
    init_snmpv3(name);
    snmp_call_callbacks(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_POST_PREMIB_READ_CONFIG, NULL);
}

void netsnmp_enter(void)
{
    pthread_mutex_lock(&lock);
    pthread_once(&once, initialise);
}

void netsnmp_leave(void)
{
    pthread_mutex_unlock(&lock);
}

netsnmp_pdu *netsnmp_question(int command)
{
    netsnmp_pdu *pdu;

    netsnmp_enter();
    pdu = snmp_pdu_create(command);
    netsnmp_leave();
    return pdu;
}
