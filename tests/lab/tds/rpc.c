#include "lab/tds/rpc.h"

#include "base/mem.h"
#include "lab/tds/token.h"
#include "lab/tds/wire.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { PARAMETERS_MAX = 64, NAME_IS_ID = 0xFFFF, PLP_LENGTH = 0xFFFF, PROCEDURE_EXECUTESQL = 10 };

/* Procedures that have a number instead of a name. */
static const char *const numbered_procedures[] = {
    "",
    "sp_cursor",
    "sp_cursoropen",
    "sp_cursorprepare",
    "sp_cursorexecute",
    "sp_cursorprepexec",
    "sp_cursorunprepare",
    "sp_cursorfetch",
    "sp_cursoroption",
    "sp_cursorclose",
    "sp_executesql",
    "sp_prepare",
    "sp_execute",
    "sp_prepexec",
    "sp_prepexecrpc",
    "sp_unprepare",
};

/* A parameter: its name with "@", its text (strings), and the Transact-SQL literal that stands for it. */
struct parameter {
    struct strbuf name, text, literal;
};

struct parameters {
    struct parameter list[PARAMETERS_MAX];
    size_t count;
};

static void parameters_done(struct parameters *parameters)
{
    for (size_t i = 0; i < PARAMETERS_MAX; i++) {
        strbuf_done(&parameters->list[i].name);
        strbuf_done(&parameters->list[i].text);
        strbuf_done(&parameters->list[i].literal);
    }
}
AUTO_DEFINE_DONE(parameters, struct parameters)

static void put_string_literal(struct strbuf *out, const char *text)
{
    strbuf_add(out, "N'");
    for (; *text; text++) {
        if (*text == '\'')
            strbuf_add_char(out, '\'');
        strbuf_add_char(out, *text);
    }
    strbuf_add_char(out, '\'');
}

/* PLP: total length (or unknown), chunks, an empty chunk.  False: NULL. */
static bool read_chunks(struct wire_reader *in, struct strbuf *bytes)
{
    if (wire_get_le(in, 8) == UINT64_MAX)
        return false;
    for (;;) {
        size_t length = (size_t)wire_get_le(in, 4);
        const uint8_t *chunk = wire_get_bytes(in, length);
        if (!chunk || length == 0)
            return true;
        wire_put_bytes(bytes, chunk, length);
    }
}

static void read_string(struct wire_reader *in, uint8_t type, enum tds_version version,
                        struct parameter *parameter)
{
    AUTO(strbuf) struct strbuf bytes = STRBUF_INIT;
    bool unicode = type == 0xE7 || type == 0xEF;
    size_t limit = (size_t)wire_get_le(in, 2);
    bool known = true;

    wire_get_bytes(in, version >= TDS_7_1 ? TDS_COLLATION_BYTES : 0);
    if (limit == PLP_LENGTH) {
        known = read_chunks(in, &bytes);
    } else {
        size_t length = (size_t)wire_get_le(in, 2);
        known = length != PLP_LENGTH;
        const uint8_t *value = known ? wire_get_bytes(in, length) : NULL;
        if (value)
            wire_put_bytes(&bytes, value, length);
    }
    if (unicode)
        wire_utf8_from_utf16(&parameter->text, (const uint8_t *)strbuf_text(&bytes), bytes.length);
    else
        wire_utf8_from_cp1252(&parameter->text, (const uint8_t *)strbuf_text(&bytes), bytes.length);
    if (known)
        put_string_literal(&parameter->literal, strbuf_text(&parameter->text));
    else
        strbuf_add(&parameter->literal, "NULL");
}

static void put_integer_literal(struct wire_reader *in, size_t size, struct strbuf *literal)
{
    uint64_t value = wire_get_le(in, size);
    uint64_t sign = size > 1 && size <= 8 ? (uint64_t)1 << (8 * size - 1) : 0; /* tinyint has none */

    if (size == 0)
        strbuf_add(literal, "NULL");
    else
        strbuf_format(literal, "%lld", (long long)((value ^ sign) - sign));
}

static bool read_value(struct wire_reader *in, enum tds_version version, struct parameter *parameter)
{
    uint8_t type = (uint8_t)wire_get_le(in, 1);
    size_t size = 0;

    switch (type) {
    case 0xE7: /* nvarchar */
    case 0xEF: /* nchar */
    case 0xA7: /* varchar */
    case 0xAF: /* char */
        read_string(in, type, version, parameter);
        return true;
    case 0x26: /* integers */
    case 0x68: /* bit */
        wire_get_le(in, 1);
        size = (size_t)wire_get_le(in, 1);
        if (size > 8)
            return false;
        put_integer_literal(in, size, &parameter->literal);
        return true;
    default:
        return false;
    }
}

static enum rpc_outcome read_parameters(struct wire_reader *in, enum tds_version version,
                                        struct parameters *parameters)
{
    while (in->left > 0) {
        if (parameters->count == PARAMETERS_MAX)
            return RPC_BAD_TYPE;
        struct parameter *parameter = &parameters->list[parameters->count++];
        size_t name_bytes = 2 * (size_t)wire_get_le(in, 1);
        const uint8_t *name = wire_get_bytes(in, name_bytes);
        if (name)
            wire_utf8_from_utf16(&parameter->name, name, name_bytes);
        wire_get_le(in, 1); /* by reference or default: neither matters here */
        if (!read_value(in, version, parameter))
            return in->past_end ? RPC_BROKEN : RPC_BAD_TYPE;
        if (in->past_end)
            return RPC_BROKEN;
    }
    return RPC_BATCH;
}

/* Where a quoted piece or comment that starts at `at` ends; `at` itself if none starts there. */
static const char *after_quoted(const char *at)
{
    static const struct {
        const char *open, *close;
    } pairs[] = {{"'", "'"}, {"[", "]"}, {"\"", "\""}, {"--", "\n"}, {"/*", "*/"}};

    for (size_t i = 0; i < COUNT(pairs); i++) {
        size_t width = strlen(pairs[i].open);
        if (strncmp(at, pairs[i].open, width) != 0)
            continue;
        const char *close = strstr(at + width, pairs[i].close);
        return close ? close + strlen(pairs[i].close) : at + strlen(at);
    }
    return at;
}

static size_t variable_length(const char *at)
{
    size_t length = 1;

    while (isalnum((unsigned char)at[length]) || strchr("_@#$", at[length]) != NULL) {
        if (at[length] == '\0')
            break;
        length++;
    }
    return length;
}

static const struct parameter *find_parameter(const struct parameters *parameters, const char *name,
                                              size_t length)
{
    for (size_t i = 2; i < parameters->count; i++) {
        const struct strbuf *candidate = &parameters->list[i].name;
        if (candidate->length == length && strncasecmp(candidate->text, name, length) == 0)
            return &parameters->list[i];
    }
    return NULL;
}

/* The statement with every parameter replaced by its literal, outside quotes and comments. */
static void substitute(const struct parameters *parameters, struct strbuf *out)
{
    const char *at = strbuf_text(&parameters->list[0].text);

    while (*at) {
        const char *next = after_quoted(at);
        const struct parameter *parameter = NULL;
        if (next == at) {
            next = at + (*at == '@' ? variable_length(at) : 1);
            parameter = find_parameter(parameters, at, (size_t)(next - at));
        }
        if (parameter)
            strbuf_add(out, strbuf_text(&parameter->literal));
        else
            strbuf_add_n(out, at, (size_t)(next - at));
        at = next;
    }
}

static void read_procedure(struct wire_reader *in, struct strbuf *name)
{
    size_t length = (size_t)wire_get_le(in, 2);

    if (length == NAME_IS_ID) {
        size_t number = (size_t)wire_get_le(in, 2);
        strbuf_add(name, number < COUNT(numbered_procedures) ? numbered_procedures[number] : "");
        return;
    }
    const uint8_t *text = wire_get_bytes(in, 2 * length);
    if (text)
        wire_utf8_from_utf16(name, text, 2 * length);
}

static void put_exec(const char *procedure, const struct parameters *parameters, struct strbuf *out)
{
    strbuf_format(out, "EXEC %s", procedure);
    for (size_t i = 0; i < parameters->count; i++) {
        const struct parameter *parameter = &parameters->list[i];
        strbuf_add(out, i ? ", " : " ");
        if (parameter->name.length)
            strbuf_format(out, "%s = ", strbuf_text(&parameter->name));
        strbuf_add(out, strbuf_text(&parameter->literal));
    }
}

enum rpc_outcome rpc_read(const void *message, size_t length, enum tds_version version,
                          struct strbuf *ret_batch)
{
    struct wire_reader in = wire_reader_of(message, length);
    AUTO(strbuf) struct strbuf procedure = STRBUF_INIT;
    AUTO(parameters) struct parameters parameters = {0};

    read_procedure(&in, &procedure);
    wire_get_le(&in, 2); /* options */
    if (in.past_end || procedure.length == 0)
        return RPC_BROKEN;
    enum rpc_outcome outcome = read_parameters(&in, version, &parameters);
    if (outcome != RPC_BATCH)
        return outcome;
    if (strcasecmp(strbuf_text(&procedure), numbered_procedures[PROCEDURE_EXECUTESQL]) != 0)
        put_exec(strbuf_text(&procedure), &parameters, ret_batch);
    else if (parameters.count > 0)
        substitute(&parameters, ret_batch);
    else
        return RPC_BROKEN;
    return RPC_BATCH;
}
