#include "snmp/look.h"

#define ROW_COLUMNS(TEXT, NUM)                                                                               \
    TEXT(1, pchatAgentVersion, version)                                                                      \
    NUM(2, pchatAgentFeedConnected, TRUTH, feed_connected)                                                   \
    NUM(3, pchatAgentFeedAge, AGE, heard)                                                                    \
    TEXT(4, pchatAgentObserverVersion, observer_version)                                                     \
    NUM(5, pchatAgentObserverStarted, TIME, observer_started)                                                \
    TEXT(6, pchatAgentTopology, topology)                                                                    \
    TEXT(7, pchatAgentTopologyError, topology_error)                                                         \
    NUM(8, pchatAgentPools, GAUGE, pools)                                                                    \
    NUM(9, pchatAgentPasses, COUNTER, passes)                                                                \
    NUM(10, pchatAgentPassesFailed, COUNTER, passes_failed)                                                  \
    NUM(11, pchatAgentLongestPass, GAUGE, longest_pass_ms)                                                   \
    NUM(12, pchatAgentNotificationsSent, COUNTER, sent)                                                      \
    NUM(13, pchatAgentNotificationsWaiting, GAUGE, waiting)                                                  \
    NUM(14, pchatAgentNotificationsDropped, COUNTER, dropped)                                                \
    TEXT(15, pchatAgentRunsUnknown, runs_unknown)                                                            \
    NUM(16, pchatAgentEpisodesWaiting, GAUGE, episodes_waiting)

ROW_STRUCT(agent_row, ROW_COLUMNS);
#define ROW struct agent_row

/* Once an observer was heard, what it said stays; its age says how old it is. */
static void fill(const struct look *look, struct rows *rows)
{
    const struct agent_state *agent = look->agent;
    struct agent_row *row = rows_push(rows, 0, 0, 0);

    row->version = PCHAT_VERSION;
    row->feed_connected = known(agent->connected);
    row->heard = agent->heard;
    row->pools = known(agent->pools);
    row->passes = known(agent->passes);
    row->passes_failed = known(agent->passes_failed);
    row->longest_pass_ms = agent->longest_pass_ms;
    row->sent = known(agent->sent);
    row->waiting = known(agent->waiting);
    row->dropped = known(agent->dropped);
    if (agent->observer) {
        row->observer_version = agent->observer->version;
        row->observer_started = known(agent->observer->started_utc_ms);
        row->topology = agent->observer->topology;
        row->topology_error = agent->observer->topology_error;
    }
    row->runs_unknown = agent->runs ? agent->runs->unknown : "nothing was heard of them yet";
    if (agent->runs)
        row->episodes_waiting = agent->runs->episodes_waiting;
}

TABLE(pchatAgent, 1, PART_AGENT, 0, ROW_COLUMNS, fill)
