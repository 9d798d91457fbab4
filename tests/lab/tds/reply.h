/*
 * The reply to one request: a tsql_sink that writes tokens.
 *
 * Every DONE says "more follows" except the last, and which one is the last is known only at the end.
 */
#ifndef PCHAT_LAB_TDS_REPLY_H
#define PCHAT_LAB_TDS_REPLY_H

#include "base/strbuf.h"
#include "lab/tds/login7.h"
#include "lab/tds/prelogin.h"
#include "lab/tsql/tsql.h"

struct tds_reply {
    enum tds_version version;
    const char *server_name;
    struct strbuf tokens;
    size_t last_done; /* offset of the last DONE; SIZE_MAX: none yet */
    bool in_error, has_return_status;
    struct tsql_column *columns; /* of the current result set; names are not kept */
    size_t column_count;
};

struct tds_reply tds_reply_new(enum tds_version version, const char *server_name);
void tds_reply_done(struct tds_reply *reply);

/* Good as long as the reply stays where it is. */
struct tsql_sink tds_reply_sink(struct tds_reply *reply);
void tds_reply_message(struct tds_reply *reply, const struct tsql_message *message);

/*
 * The ends of a reply: to a batch, to a procedure call, to an attention, to a login that succeeded (after
 * tsql told the database).
 */
void tds_reply_finish(struct tds_reply *reply);
void tds_reply_finish_procedure(struct tds_reply *reply);
void tds_reply_finish_attention(struct tds_reply *reply);
void tds_reply_logged_in(struct tds_reply *reply, struct tds_product_version product, size_t packet_bytes,
                         size_t packet_bytes_before);

#endif
