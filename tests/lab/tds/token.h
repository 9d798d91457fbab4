/*
 * Tokens of a reply that are no data: changes of environment, messages, ends of statements.
 * Source: [MS-TDS] 2.2.7 "Packet Data Token Stream Definition".
 */
#ifndef PCHAT_LAB_TDS_TOKEN_H
#define PCHAT_LAB_TDS_TOKEN_H

#include "base/strbuf.h"
#include "lab/tds/login7.h"
#include "lab/tds/prelogin.h"
#include "lab/tsql/tsql.h"

enum tds_token {
    TOKEN_RETURN_STATUS = 0x79,
    TOKEN_COLUMN_METADATA = 0x81,
    TOKEN_ERROR = 0xAA,
    TOKEN_INFO = 0xAB,
    TOKEN_LOGIN_ACK = 0xAD,
    TOKEN_ROW = 0xD1,
    TOKEN_ENVIRONMENT_CHANGE = 0xE3,
    TOKEN_SSPI = 0xED,
    TOKEN_DONE = 0xFD,
    TOKEN_DONE_PROCEDURE = 0xFE,
    TOKEN_DONE_IN_PROCEDURE = 0xFF
};

enum tds_environment {
    ENVIRONMENT_DATABASE = 1,
    ENVIRONMENT_LANGUAGE = 2,
    ENVIRONMENT_PACKET_SIZE = 4,
    ENVIRONMENT_COLLATION = 7
};

enum tds_done_status {
    DONE_FINAL = 0x00,
    DONE_MORE = 0x01,
    DONE_ERROR = 0x02,
    DONE_COUNT = 0x10,
    DONE_ATTENTION = 0x20
};

/* SQL_Latin1_General_CP1_CI_AS: LCID 0x0409, ignoring case, kana and width; sort id 52. */
enum { TDS_COLLATION_BYTES = 5 };
extern const uint8_t tds_collation[TDS_COLLATION_BYTES];

void token_put_environment(struct strbuf *out, enum tds_environment what, const char *now,
                           const char *before);
void token_put_collation(struct strbuf *out);
void token_put_sspi(struct strbuf *out, const void *bytes, size_t length);
void token_put_login_ack(struct strbuf *out, enum tds_version version, struct tds_product_version product);
/* Severity above 10 is an ERROR, the rest INFO. */
void token_put_message(struct strbuf *out, enum tds_version version, const struct tsql_message *message,
                       const char *server);
void token_put_return_status(struct strbuf *out, int32_t status);
/* Returns the offset of the token, for token_done_is_last. */
size_t token_put_done(struct strbuf *out, enum tds_version version, enum tds_token kind, unsigned status,
                      uint64_t row_count);
/* Takes DONE_MORE out of the DONE at that offset if nothing follows it; false if something does. */
bool token_done_is_last(struct strbuf *out, enum tds_version version, size_t offset);

#endif
