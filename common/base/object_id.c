#include "base/object_id.h"

#include "base/strbuf.h"

#include <string.h>

/* Reads one part and moves behind it; false for what is none. */
static bool read_part(const char **at, uint32_t *ret_part)
{
    const char *digit = *at;
    uint64_t value = 0;

    if (*digit == '0' && digit[1] >= '0' && digit[1] <= '9')
        return false;
    for (; *digit >= '0' && *digit <= '9'; digit++) {
        value = value * 10 + (uint64_t)(*digit - '0');
        if (value > UINT32_MAX)
            return false;
    }
    if (digit == *at)
        return false;
    *at = digit;
    *ret_part = (uint32_t)value;
    return true;
}

/* What BER can write: the first two parts share one number. */
static bool begins_well(const struct object_id *id)
{
    return id->length >= 2 && id->parts[0] <= 2 && (id->parts[0] == 2 || id->parts[1] < 40);
}

bool object_id_parse(const char *text, struct object_id *ret)
{
    struct object_id id = {.length = 0};

    text += *text == '.';
    do {
        if (id.length == OBJECT_ID_MAX_PARTS || !read_part(&text, &id.parts[id.length++]))
            return false;
    } while (*text++ == '.');
    if (text[-1] != '\0' || !begins_well(&id))
        return false;
    *ret = id;
    return true;
}

bool object_id_valid(const char *text)
{
    struct object_id ignored;

    return object_id_parse(text, &ignored);
}

char *object_id_text(struct arena *arena, const uint32_t *parts, size_t length)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < length; i++)
        strbuf_format(&text, "%s%u", i ? "." : "", parts[i]);
    return arena_text(arena, strbuf_text(&text));
}

bool object_id_within(const struct object_id *id, const struct object_id *root)
{
    return id->length >= root->length &&
           memcmp(id->parts, root->parts, root->length * sizeof(root->parts[0])) == 0;
}

int object_id_compare(const uint32_t *a, size_t a_length, const uint32_t *b, size_t b_length)
{
    for (size_t i = 0; i < a_length && i < b_length; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return (a_length > b_length) - (a_length < b_length);
}
