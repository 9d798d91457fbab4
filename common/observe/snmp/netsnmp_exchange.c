#include "observe/snmp/netsnmp_exchange.h"

#include "observe/snmp/netsnmp_failure.h"

#include <errno.h>
#include <net-snmp/library/large_fd_set.h>
#include <poll.h>
#include <stdio.h>

/* How often a question is sent within the time there is, and what is too soon to send it again; how much
 * garbage is borne. */
enum { SENDINGS = 3, LEAST_REPEAT_MS = 200, MOST_GARBAGE = 1000 };

/* ---- what the library tells ---- */

/* Under the lock in which it happened: the library has one buffer for the words of all threads. */
static void note_words(struct exchange *exchange, int error)
{
    snprintf(exchange->words, sizeof(exchange->words), "%s", snmp_api_errstring(error));
}

/* Called by the library, under the lock.  1: the question is done with. */
static int take(int operation, netsnmp_session *session, int request, netsnmp_pdu *pdu, void *magic)
{
    struct exchange *exchange = ((struct agent *)magic)->exchange;

    (void)request;
    if (!exchange || exchange->state != EXCHANGE_WAITS)
        return 1;
    if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE) {
        answer_take(&exchange->answer, pdu, exchange->most, exchange->arena);
        if (exchange->answer.report)
            note_words(exchange, exchange->answer.report);
        exchange->state = EXCHANGE_ANSWERED;
    } else if (operation == NETSNMP_CALLBACK_OP_SEND_FAILED) {
        exchange->os_error = session->s_errno;
        exchange->state = EXCHANGE_GAVE_UP;
    } else if (operation == NETSNMP_CALLBACK_OP_TIMED_OUT)
        exchange->state = EXCHANGE_GAVE_UP;
    return 1;
}

/* ---- sending and receiving ---- */

static int64_t repeat_ms(const struct exchange *exchange)
{
    int64_t ms = deadline_left_ms(exchange->deadline) / SENDINGS;

    return ms > LEAST_REPEAT_MS ? ms : LEAST_REPEAT_MS;
}

static void send_question(struct exchange *exchange, struct agent *agent, netsnmp_pdu *question)
{
    agent_enter(agent);
    agent->exchange = exchange;
    agent->session->timeout = (long)repeat_ms(exchange) * 1000;
    if (!snmp_sess_async_send(agent->handle, question, take, agent)) {
        exchange->state = EXCHANGE_GAVE_UP;
        snmp_free_pdu(question);
    }
    agent_leave(agent);
}

static void note_trouble(struct exchange *exchange, const netsnmp_session *session)
{
    if (session->s_snmp_errno != SNMPERR_BAD_RECVFROM) {
        note_words(exchange, session->s_snmp_errno);
        if (++exchange->garbage >= MOST_GARBAGE)
            exchange->state = EXCHANGE_GAVE_UP;
    } else if (session->s_errno != EAGAIN && session->s_errno != EINTR) {
        exchange->os_error = session->s_errno;
        exchange->state = EXCHANGE_GAVE_UP;
    }
}

static void receive(struct exchange *exchange, struct agent *agent)
{
    netsnmp_large_fd_set readable;

    agent_enter(agent);
    netsnmp_large_fd_set_init(&readable, FD_SETSIZE);
    NETSNMP_LARGE_FD_SET(agent->fd, &readable);
    if (snmp_sess_read2(agent->handle, &readable) != 0 && exchange->state == EXCHANGE_WAITS)
        note_trouble(exchange, agent->session);
    netsnmp_large_fd_set_cleanup(&readable);
    agent_leave(agent);
}

/* Sends again what waits too long. */
static void repeat_if_due(struct agent *agent)
{
    agent_enter(agent);
    snmp_sess_timeout(agent->handle);
    agent_leave(agent);
}

static void wait_for_more(struct exchange *exchange, struct agent *agent)
{
    struct pollfd socket = {.fd = agent->fd, .events = POLLIN};
    int64_t left_ms = deadline_left_ms(exchange->deadline), step_ms = agent->session->timeout / 1000 + 1;

    if (left_ms == 0)
        exchange->state = EXCHANGE_GAVE_UP;
    else if (poll(&socket, 1, (int)(left_ms < step_ms ? left_ms : step_ms)) > 0)
        receive(exchange, agent);
    if (exchange->state == EXCHANGE_WAITS)
        repeat_if_due(agent);
}

int exchange_run(struct exchange *exchange, struct agent *agent, netsnmp_pdu *question,
                 struct snmp_failure *failure)
{
    exchange->state = EXCHANGE_WAITS;
    send_question(exchange, agent, question);
    while (exchange->state == EXCHANGE_WAITS)
        wait_for_more(exchange, agent);
    agent->exchange = NULL;
    if (exchange->state == EXCHANGE_GAVE_UP)
        return fail_silent(exchange, agent, failure);
    if (exchange->answer.report && !exchange->is_discovery)
        return fail_reported(exchange, agent, failure);
    return 0;
}
