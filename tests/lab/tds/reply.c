#include "lab/tds/reply.h"

#include "base/mem.h"
#include "lab/tds/column.h"
#include "lab/tds/token.h"

#include <stdio.h>
#include <string.h>

struct tds_reply tds_reply_new(enum tds_version version, const char *server_name)
{
    return (struct tds_reply){.version = version, .server_name = server_name, .last_done = SIZE_MAX};
}

void tds_reply_done(struct tds_reply *reply)
{
    strbuf_done(&reply->tokens);
    free(reply->columns);
    *reply = tds_reply_new(reply->version, reply->server_name);
}

static void put_done(struct tds_reply *reply, enum tds_token kind, unsigned status, uint64_t row_count)
{
    reply->last_done = token_put_done(&reply->tokens, reply->version, kind, status, row_count);
}

void tds_reply_message(struct tds_reply *reply, const struct tsql_message *message)
{
    token_put_message(&reply->tokens, reply->version, message, reply->server_name);
    reply->in_error = reply->in_error || message->severity > 10;
}

static void on_columns(void *user, const struct tsql_column *columns, size_t count)
{
    struct tds_reply *reply = user;

    reply->columns = mem_resize(reply->columns, count ? count : 1, sizeof *columns);
    memcpy(reply->columns, columns, count * sizeof *columns);
    reply->column_count = count;
    column_put_metadata(&reply->tokens, reply->version, columns, count);
}

static void on_row(void *user, const struct tsql_value *values, size_t count)
{
    struct tds_reply *reply = user;

    if (count == reply->column_count)
        column_put_row(&reply->tokens, reply->version, reply->columns, values, count);
}

static void on_message(void *user, const struct tsql_message *message)
{
    tds_reply_message(user, message);
}

static void on_database_changed(void *user, const char *from, const char *to)
{
    struct tds_reply *reply = user;

    token_put_environment(&reply->tokens, ENVIRONMENT_DATABASE, to, from);
}

static void on_return_status(void *user, int32_t status)
{
    struct tds_reply *reply = user;

    token_put_return_status(&reply->tokens, status);
    put_done(reply, TOKEN_DONE_PROCEDURE, DONE_MORE, 0);
    reply->has_return_status = true;
}

static void on_done(void *user, bool has_count, uint64_t row_count, bool in_error)
{
    unsigned status = DONE_MORE | (has_count ? DONE_COUNT : 0u) | (in_error ? DONE_ERROR : 0u);

    put_done(user, TOKEN_DONE, status, has_count ? row_count : 0);
}

struct tsql_sink tds_reply_sink(struct tds_reply *reply)
{
    return (struct tsql_sink){
        .user = reply,
        .columns = on_columns,
        .row = on_row,
        .message = on_message,
        .database_changed = on_database_changed,
        .return_status = on_return_status,
        .done = on_done,
    };
}

void tds_reply_finish(struct tds_reply *reply)
{
    if (reply->last_done == SIZE_MAX || !token_done_is_last(&reply->tokens, reply->version, reply->last_done))
        put_done(reply, TOKEN_DONE, reply->in_error ? DONE_ERROR : DONE_FINAL, 0);
}

void tds_reply_finish_procedure(struct tds_reply *reply)
{
    if (!reply->has_return_status)
        token_put_return_status(&reply->tokens, 0);
    put_done(reply, TOKEN_DONE_PROCEDURE, reply->in_error ? DONE_ERROR : DONE_FINAL, 0);
}

void tds_reply_finish_attention(struct tds_reply *reply)
{
    put_done(reply, TOKEN_DONE, DONE_ATTENTION, 0);
}

void tds_reply_logged_in(struct tds_reply *reply, struct tds_product_version product, size_t packet_bytes,
                         size_t packet_bytes_before)
{
    char now[24], before[24];

    snprintf(now, sizeof now, "%zu", packet_bytes);
    snprintf(before, sizeof before, "%zu", packet_bytes_before);
    token_put_collation(&reply->tokens);
    token_put_environment(&reply->tokens, ENVIRONMENT_LANGUAGE, "us_english", "");
    tds_reply_message(reply,
                      &(struct tsql_message){5703, 0, 1, 1, "Changed language setting to us_english.", ""});
    token_put_login_ack(&reply->tokens, reply->version, product);
    token_put_environment(&reply->tokens, ENVIRONMENT_PACKET_SIZE, now, before);
    tds_reply_finish(reply);
}
