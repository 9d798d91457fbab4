#include "lab/tds/token.h"

#include "lab/tds/wire.h"

enum { COMMAND_SELECT = 0xC1, INTERFACE_TSQL = 1 };

const uint8_t tds_collation[TDS_COLLATION_BYTES] = {0x09, 0x04, 0xD0, 0x00, 0x34};

/* Tokens with a two-byte length: begin, fill, end. */
static size_t begin(struct strbuf *out, enum tds_token token)
{
    wire_put_le(out, token, 1);
    wire_put_le(out, 0, 2);
    return out->length;
}

static void end(struct strbuf *out, size_t start)
{
    wire_patch_le(out, start - 2, out->length - start, 2);
}

void token_put_environment(struct strbuf *out, enum tds_environment what, const char *now, const char *before)
{
    size_t start = begin(out, TOKEN_ENVIRONMENT_CHANGE);

    wire_put_le(out, what, 1);
    wire_put_b_varchar(out, now);
    wire_put_b_varchar(out, before);
    end(out, start);
}

void token_put_collation(struct strbuf *out)
{
    size_t start = begin(out, TOKEN_ENVIRONMENT_CHANGE);

    wire_put_le(out, ENVIRONMENT_COLLATION, 1);
    wire_put_le(out, sizeof tds_collation, 1);
    wire_put_bytes(out, tds_collation, sizeof tds_collation);
    wire_put_le(out, 0, 1);
    end(out, start);
}

void token_put_sspi(struct strbuf *out, const void *bytes, size_t length)
{
    wire_put_le(out, TOKEN_SSPI, 1);
    wire_put_le(out, length, 2);
    wire_put_bytes(out, bytes, length);
}

void token_put_login_ack(struct strbuf *out, enum tds_version version, struct tds_product_version product)
{
    size_t start = begin(out, TOKEN_LOGIN_ACK);

    wire_put_le(out, INTERFACE_TSQL, 1);
    wire_put_be(out, tds_version_acknowledged(version), 4);
    wire_put_b_varchar(out, "Microsoft SQL Server");
    wire_put_le(out, product.major, 1);
    wire_put_le(out, product.minor, 1);
    wire_put_be(out, product.build, 2);
    end(out, start);
}

void token_put_message(struct strbuf *out, enum tds_version version, const struct tsql_message *message,
                       const char *server)
{
    size_t start = begin(out, message->severity > 10 ? TOKEN_ERROR : TOKEN_INFO);

    wire_put_le(out, (uint32_t)message->number, 4);
    wire_put_le(out, (uint8_t)message->state, 1);
    wire_put_le(out, (uint8_t)message->severity, 1);
    wire_put_us_varchar(out, message->text ? message->text : "");
    wire_put_b_varchar(out, server);
    wire_put_b_varchar(out, message->procedure ? message->procedure : "");
    wire_put_le(out, (uint32_t)message->line, version >= TDS_7_2 ? 4 : 2);
    end(out, start);
}

void token_put_return_status(struct strbuf *out, int32_t status)
{
    wire_put_le(out, TOKEN_RETURN_STATUS, 1);
    wire_put_le(out, (uint32_t)status, 4);
}

size_t token_put_done(struct strbuf *out, enum tds_version version, enum tds_token kind, unsigned status,
                      uint64_t row_count)
{
    size_t at = out->length;

    wire_put_le(out, kind, 1);
    wire_put_le(out, status, 2);
    wire_put_le(out, status & DONE_COUNT ? COMMAND_SELECT : 0, 2);
    wire_put_le(out, row_count, version >= TDS_7_2 ? 8 : 4);
    return at;
}

bool token_done_is_last(struct strbuf *out, enum tds_version version, size_t offset)
{
    size_t size = version >= TDS_7_2 ? 13 : 9;

    if (offset + size != out->length)
        return false;
    out->text[offset + 1] = (char)(out->text[offset + 1] & ~DONE_MORE);
    return true;
}
