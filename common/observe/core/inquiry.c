#include "observe/core/inquiry.h"

#include "observe/sql/denial.h"
#include "observe/sql/fact_query.h"
#include "observe/sql/row_reader.h"

#include <strings.h>

/* When a question went out and how long its answer took, by the host's clocks. */
struct exchange {
    int64_t sent_utc_ms;
    int64_t round_trip_ms;
};

static void set_sighting(struct pass_endpoint *endpoint, enum fact_group_id id, enum sight sight,
                         const char *detail)
{
    struct fact_rows facts = {{sight, detail}, NULL, 0};

    fact_rows_put(&endpoint->seen, id, &facts);
    endpoint->settled[id] = true;
}

static const char *login_name(const struct instance_snapshot *seen)
{
    return seen->server.count ? seen->server.rows[0].login : NULL;
}

static const char *failure_detail(struct pass_endpoint *endpoint, const struct sql_failure *failure)
{
    const char *text = failure->text ? row_safe_text(endpoint->arena, failure->text) : NULL;

    if (failure->sight != SIGHT_DENIED || !text)
        return text;
    return denial_from_message(endpoint->arena, failure->message_number, text, login_name(&endpoint->seen));
}

static void settle_failure(struct pass_endpoint *endpoint, enum fact_group_id id,
                           const struct sql_failure *failure)
{
    pthread_mutex_lock(&endpoint->pass->crew.lock);
    if (endpoint->arena)
        set_sighting(endpoint, id, failure->sight, failure_detail(endpoint, failure));
    pthread_mutex_unlock(&endpoint->pass->crew.lock);
}

static void set_reach(struct pass_endpoint *endpoint, const struct sql_failure *failure)
{
    const char *doing = atomic_load(&endpoint->doing);

    pthread_mutex_lock(&endpoint->pass->crew.lock);
    if (endpoint->arena) {
        const char *detail = failure_detail(endpoint, failure);

        if (failure->sight == SIGHT_TIMED_OUT && detail && doing)
            detail = arena_format(endpoint->arena, "%s, while %s", detail, doing);
        endpoint->seen.reach = (struct sighting){failure->sight, detail};
    }
    pthread_mutex_unlock(&endpoint->pass->crew.lock);
}

/* The server's clock is read about in the middle of the round trip. */
static void set_clock(struct instance_snapshot *seen, const struct exchange *exchange)
{
    const struct fact_num *now = &seen->server.rows[0].now_utc_ms;

    if (!now->known)
        return;
    seen->round_trip_ms = (struct fact_num){true, exchange->round_trip_ms};
    seen->clock_offset_ms =
        (struct fact_num){true, now->value - (exchange->sent_utc_ms + exchange->round_trip_ms / 2)};
}

/* With the server's first answer the endpoint is seen - unless that answer says that TLS is not what was
 * asked for. */
static void take_server(struct pass_endpoint *endpoint, const struct exchange *exchange)
{
    struct instance_snapshot *seen = &endpoint->seen;
    const struct server_facts *server = &seen->server;
    const char *encrypted = server->count ? server->rows[0].encrypt_option : NULL;

    seen->reach = server->sighting;
    if (server->sighting.sight != SIGHT_SEEN)
        return;
    if (!server->count) {
        seen->reach = (struct sighting){SIGHT_PROTOCOL_ERROR, "server.sql: the answer has no row"};
        return;
    }
    if (endpoint->sql->tls == TLS_REQUIRE && encrypted && strcasecmp(encrypted, "TRUE") != 0)
        seen->reach =
            (struct sighting){SIGHT_TLS_FAILED, "the server says that this session is not encrypted"};
    set_clock(seen, exchange);
}

/* No row, where a missing right would hide it, is no answer. */
static void judge_silence(struct pass_endpoint *endpoint, const struct fact_query *query)
{
    const struct fact_rows facts = fact_rows_of(&endpoint->seen, query->group);
    const char *right = facts.count ? NULL : right_missing(query->empty_right, &endpoint->seen);

    if (facts.sighting.sight == SIGHT_SEEN && right)
        set_sighting(endpoint, query->group, SIGHT_DENIED,
                     denial_of_server_right(endpoint->arena, right, login_name(&endpoint->seen)));
    if (fact_mirroring_is_hidden(&endpoint->seen))
        set_sighting(endpoint, FACT_mirroring, SIGHT_DENIED,
                     "sysadmin: of a database that is not open, sys.database_mirroring shows others nothing");
}

static void settle_answer(struct pass_endpoint *endpoint, const struct fact_query *query,
                          const struct sql_rows *rows, const struct exchange *exchange)
{
    struct fact_rows facts;

    pthread_mutex_lock(&endpoint->pass->crew.lock);
    if (endpoint->arena) {
        row_read_facts(rows, query->group, endpoint->arena, &facts);
        fact_rows_put(&endpoint->seen, query->group, &facts);
        endpoint->settled[query->group] = true;
        if (query->group == FACT_server)
            take_server(endpoint, exchange);
        judge_silence(endpoint, query);
    }
    pthread_mutex_unlock(&endpoint->pass->crew.lock);
}

/* Whether there is any use in asking; if not, the group is settled with the reason. */
static bool worth_asking(struct pass_endpoint *endpoint, const struct fact_query *query)
{
    bool worth = false;

    pthread_mutex_lock(&endpoint->pass->crew.lock);
    if (endpoint->arena) {
        const char *right = right_missing(query->right, &endpoint->seen);

        worth = !right && (!query->makes_sense || query->makes_sense(&endpoint->seen));
        if (right)
            set_sighting(endpoint, query->group, SIGHT_DENIED,
                         denial_of_server_right(endpoint->arena, right, login_name(&endpoint->seen)));
        else if (!worth)
            set_sighting(endpoint, query->group, SIGHT_NOT_ASKED, NULL);
    }
    pthread_mutex_unlock(&endpoint->pass->crew.lock);
    return worth;
}

static int exchange(struct pass_endpoint *endpoint, struct sql_port *port, const struct fact_query *query,
                    const char *sql, struct arena *scratch, struct sql_rows *ret_rows,
                    struct exchange *ret_exchange, struct sql_failure *ret_failure)
{
    struct pass *pass = endpoint->pass;
    struct clock *clock = pass->crew.deadline.clock;
    AUTO(strbuf) struct strbuf batch = STRBUF_INIT;
    struct mono_ms sent;
    int status;

    fact_query_batch(&batch, sql, query->of_compliance ? pass->compliance_database : pass->database);
    ret_exchange->sent_utc_ms = clock_utc_ms(clock);
    sent = clock_mono(clock);
    status = port->ops->query(port, strbuf_text(&batch), fact_group(query->group)->most_rows,
                              pass->crew.deadline, scratch, ret_rows, ret_failure);
    ret_exchange->round_trip_ms = clock_mono(clock).ms - sent.ms;
    return status;
}

/* Returns 0, or -1 with *ret_failure once the session is of no more use. */
static int ask(struct pass_endpoint *endpoint, struct sql_port *port, const struct fact_query *query,
               struct sql_failure *ret_failure)
{
    AUTO(arena) struct arena *scratch = arena_new();
    struct sql_failure failure = {.sight = SIGHT_SEEN};
    struct sql_rows rows;
    struct exchange timing;
    int status;

    status = exchange(endpoint, port, query, query->sql, scratch, &rows, &timing, &failure);
    if (status != 0 && fact_query_has_fallback(query, failure.message_number))
        status = exchange(endpoint, port, query, query->fallback_sql, scratch, &rows, &timing, &failure);
    if (status == 0) {
        settle_answer(endpoint, query, &rows, &timing);
        return 0;
    }
    settle_failure(endpoint, query->group, &failure);
    if (query->group == FACT_server)
        set_reach(endpoint, &failure);
    if (failure.message_number)
        return 0;
    *ret_failure =
        (struct sql_failure){failure.sight, 0,
                             failure.sight == SIGHT_TIMED_OUT ? "no time left to ask"
                                                              : "the session was lost before this was asked"};
    return -1;
}

static bool reached(struct pass_endpoint *endpoint)
{
    bool is_seen;

    pthread_mutex_lock(&endpoint->pass->crew.lock);
    is_seen = endpoint->seen.reach.sight == SIGHT_SEEN;
    pthread_mutex_unlock(&endpoint->pass->crew.lock);
    return is_seen;
}

/* Until a second sample may be taken; false, the group settled, when the pass ends before. */
static bool wait_for_gap(struct pass_endpoint *endpoint, const struct fact_query *query,
                         struct mono_ms first_sample)
{
    static const struct sql_failure no_time = {
        SIGHT_TIMED_OUT, 0, "no time for a second sample: raise --timeout or lower ping_gap_s"};
    const struct pass *pass = endpoint->pass;
    struct clock *clock = pass->crew.deadline.clock;
    int64_t left_ms;

    while ((left_ms = first_sample.ms + pass->sample_gap_ms - clock_mono(clock).ms) > 0) {
        if (left_ms >= deadline_left_ms(pass->crew.deadline)) {
            settle_failure(endpoint, query->group, &no_time);
            return false;
        }
        clock_sleep_ms(clock, left_ms);
    }
    return true;
}

static void ask_all(struct pass_endpoint *endpoint, struct sql_port *port)
{
    struct sql_failure lost = {.sight = SIGHT_SEEN};
    struct mono_ms asked[FACT_GROUP_COUNT] = {0};

    for (size_t i = 0; i < fact_query_count; i++) {
        const struct fact_query *query = &fact_queries[i];

        if (!fact_query_is_for(query, endpoint->sql->role) ||
            !fact_query_is_wanted(query, endpoint->pass->fact_sets) || !worth_asking(endpoint, query))
            continue;
        if (lost.sight != SIGHT_SEEN)
            settle_failure(endpoint, query->group, &lost);
        else if (!query->second_sample_of || wait_for_gap(endpoint, query, asked[query->second_sample_of]))
            ask(endpoint, port, query, &lost);
        asked[query->group] = clock_mono(endpoint->pass->crew.deadline.clock);
        if (query->group == FACT_server && !reached(endpoint))
            return;
    }
}

/* While others may interrupt the port; false once nobody waits for it any more. */
static bool show_port(struct pass_endpoint *endpoint, struct sql_port *port)
{
    bool wanted;

    pthread_mutex_lock(&endpoint->pass->crew.lock);
    endpoint->port = port;
    wanted = endpoint->arena != NULL;
    pthread_mutex_unlock(&endpoint->pass->crew.lock);
    return wanted;
}

void inquiry_run(struct pass_endpoint *endpoint)
{
    struct pass *pass = endpoint->pass;
    AUTO(arena) struct arena *scratch = arena_new();
    struct sql_failure failure = {.sight = SIGHT_PROTOCOL_ERROR};
    struct sql_port *port = pass->opener.open(pass->opener.user, endpoint->sql, pass->crew.deadline, scratch,
                                              &endpoint->doing, &failure);

    if (!port) {
        set_reach(endpoint, &failure);
        return;
    }
    atomic_store(&endpoint->doing, "waiting for its first answer");
    if (show_port(endpoint, port))
        ask_all(endpoint, port);
    show_port(endpoint, NULL);
    sql_port_close(port);
}
