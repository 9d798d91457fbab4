#include "lab/tds/login7.h"

#include "base/mem.h"
#include "lab/tds/wire.h"

#include <string.h>

enum {
    LOGIN_STRINGS_AT = 36,  /* the table of offsets and lengths */
    LOGIN_SSPI_AT = 78,     /* a row of that table, behind the client's id */
    LOGIN_FIXED_BYTES = 86, /* TDS 7.0 and 7.1 end here */
    LOGIN_SSPI_LONG_AT = 90,
    SSPI_IS_LONG = 0xFFFF,
    FLAGS2_INTEGRATED = 0x80,
    FLAGS3_EXTENSION = 0x10,
    FEATURE_FEDAUTH = 0x02,
    FEATURE_END = 0xFF,
    LOGIN_TEXT_MAX_BYTES = 256 /* 128 characters */
};

/* Rows of the offset table, in its order. */
enum login_string {
    STRING_HOST,
    STRING_USER,
    STRING_PASSWORD,
    STRING_PROGRAM,
    STRING_SERVER,
    STRING_EXTENSION,
    STRING_LIBRARY,
    STRING_LANGUAGE,
    STRING_DATABASE
};

static struct wire_reader string_slice(const void *message, size_t length, enum login_string which,
                                       size_t unit_bytes)
{
    struct wire_reader row = wire_slice(message, length, LOGIN_STRINGS_AT + 4 * (size_t)which, 4);
    size_t at = (size_t)wire_get_le(&row, 2);
    size_t units = (size_t)wire_get_le(&row, 2);

    /* An empty string may point anywhere. */
    return units == 0 ? wire_reader_of(message, 0) : wire_slice(message, length, at, units * unit_bytes);
}

static char *read_text(const void *message, size_t length, enum login_string which)
{
    struct wire_reader slice = string_slice(message, length, which, 2);
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (slice.past_end || slice.left > LOGIN_TEXT_MAX_BYTES)
        return NULL;
    wire_utf8_from_utf16(&text, slice.at, slice.left);
    return mem_copy_text(strbuf_text(&text));
}

static char *read_password(const void *message, size_t length)
{
    struct wire_reader slice = string_slice(message, length, STRING_PASSWORD, 2);
    uint8_t clear[LOGIN_TEXT_MAX_BYTES];
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    if (slice.past_end || slice.left > sizeof clear)
        return NULL;
    for (size_t i = 0; i < slice.left; i++) {
        uint8_t byte = slice.at[i] ^ 0xA5;
        clear[i] = (uint8_t)(byte << 4 | byte >> 4);
    }
    wire_utf8_from_utf16(&text, clear, slice.left);
    explicit_bzero(clear, sizeof clear);
    char *password = mem_copy_text(strbuf_text(&text));
    if (text.text)
        explicit_bzero(text.text, text.capacity);
    return password;
}

/* Its length is told apart where two bytes are too few (TDS 7.2). */
static bool read_sspi(const void *message, size_t length, struct tds_login7 *login)
{
    struct wire_reader row = wire_slice(message, length, LOGIN_SSPI_AT, 4);
    size_t at = (size_t)wire_get_le(&row, 2);
    size_t bytes = (size_t)wire_get_le(&row, 2);
    struct wire_reader longer = wire_slice(message, length, LOGIN_SSPI_LONG_AT, 4);

    if (bytes == 0)
        return true;
    if (bytes == SSPI_IS_LONG && login->version >= TDS_7_2)
        bytes = (size_t)wire_get_le(&longer, 4);
    struct wire_reader slice = wire_slice(message, length, at, bytes);
    if (slice.past_end || longer.past_end || bytes == 0)
        return false;
    login->sspi = mem_alloc(bytes);
    memcpy(login->sspi, slice.at, bytes);
    login->sspi_bytes = bytes;
    return true;
}

/* The extension holds the offset of a list of features: id, length, data, ended by 0xFF. */
static bool read_features(const void *message, size_t length, bool *ret_federated)
{
    struct wire_reader pointer = string_slice(message, length, STRING_EXTENSION, 1);
    size_t at = (size_t)wire_get_le(&pointer, 4);

    if (pointer.past_end || at > length)
        return false;
    struct wire_reader in = wire_slice(message, length, at, length - at);
    for (;;) {
        uint8_t feature = (uint8_t)wire_get_le(&in, 1);
        if (in.past_end || feature == FEATURE_END)
            return !in.past_end;
        *ret_federated = *ret_federated || feature == FEATURE_FEDAUTH;
        wire_get_bytes(&in, (size_t)wire_get_le(&in, 4));
    }
}

static void read_fixed(const void *message, struct tds_login7 *login, uint8_t *ret_flags3)
{
    struct wire_reader in = wire_reader_of(message, LOGIN_STRINGS_AT);

    wire_get_le(&in, 4); /* length, checked by the caller */
    login->version = (uint32_t)wire_get_le(&in, 4);
    login->packet_bytes = (uint32_t)wire_get_le(&in, 4);
    wire_get_bytes(&in, 4 + 4 + 4 + 1); /* client version, pid, connection id, flags 1 */
    login->integrated = (wire_get_le(&in, 1) & FLAGS2_INTEGRATED) != 0;
    wire_get_le(&in, 1); /* type flags */
    *ret_flags3 = (uint8_t)wire_get_le(&in, 1);
}

int tds_login7_parse(const void *message, size_t length, struct tds_login7 *ret_login)
{
    struct wire_reader in = wire_reader_of(message, length);
    AUTO(tds_login7) struct tds_login7 login = {0};
    uint8_t flags3 = 0;

    if (length < LOGIN_FIXED_BYTES || wire_get_le(&in, 4) != length)
        return -1;
    read_fixed(message, &login, &flags3);
    login.host = read_text(message, length, STRING_HOST);
    login.user = read_text(message, length, STRING_USER);
    login.password = read_password(message, length);
    login.program = read_text(message, length, STRING_PROGRAM);
    login.database = read_text(message, length, STRING_DATABASE);
    if (!login.host || !login.user || !login.password || !login.program || !login.database)
        return -1;
    if (login.integrated && !read_sspi(message, length, &login))
        return -1;
    if ((flags3 & FLAGS3_EXTENSION) && !read_features(message, length, &login.federated))
        return -1;
    *ret_login = login;
    login = (struct tds_login7){0};
    return 0;
}

void tds_login7_done(struct tds_login7 *login)
{
    free(login->host);
    free(login->user);
    if (login->password)
        explicit_bzero(login->password, strlen(login->password));
    free(login->password);
    free(login->program);
    free(login->database);
    free(login->sspi);
    *login = (struct tds_login7){0};
}

enum tds_version tds_version_agreed(uint32_t client_version, unsigned product_major)
{
    static const enum tds_version spoken[] = {TDS_7_4, TDS_7_3, TDS_7_2, TDS_7_1};
    enum tds_version newest = product_major >= 11 ? TDS_7_4 : TDS_7_3;

    /* Dialects are told apart by their first byte: 0x730A0003 (without NBCROW) is 7.3 too. */
    for (size_t i = 0; i < COUNT(spoken); i++)
        if (spoken[i] <= newest && client_version >> 24 >= (uint32_t)spoken[i] >> 24)
            return spoken[i];
    return TDS_7_0;
}

uint32_t tds_version_acknowledged(enum tds_version version)
{
    return version == TDS_7_0 ? 0x07000000 : (uint32_t)version;
}
