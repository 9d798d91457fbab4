#include "observe/snmp/snmp_object.h"

#include "base/strbuf.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum { MS_PER_TICK = 10, TEXT_MAX_BYTES = 200 };

static const struct object_id sys_up_time = {{1, 3, 6, 1, 2, 1, 1, 3, 0}, 9};

static int fail_absent(const struct snmp_value *value, const char *oid, struct arena *arena,
                       struct snmp_failure *failure)
{
    return snmp_fail(failure, SIGHT_DENIED,
                     arena_format(arena, "the agent has no %s (%s)", oid,
                                  value->kind == SNMP_KIND_NO_OBJECT     ? "noSuchObject"
                                  : value->kind == SNMP_KIND_NO_INSTANCE ? "noSuchInstance"
                                                                         : "null"),
                     "an instance ends with .0 or its index; or this login may not see it");
}

static bool is_absent(const struct snmp_value *value)
{
    return value->kind == SNMP_KIND_NO_OBJECT || value->kind == SNMP_KIND_NO_INSTANCE ||
           value->kind == SNMP_KIND_NULL;
}

int snmp_get_object(struct snmp_port *port, const char *oid, struct deadline deadline, struct arena *arena,
                    struct snmp_object *ret_object, struct snmp_failure *ret_failure)
{
    struct object_id ids[2] = {[1] = sys_up_time};
    struct snmp_value values[2];

    if (!object_id_parse(oid, &ids[0]))
        return snmp_fail(ret_failure, SIGHT_NOT_ASKED,
                         arena_format(arena, "\"%.80s\" is no object identifier in numbers", oid), NULL);
    if (port->ops->get(port, ids, 2, deadline, arena, values, ret_failure) != 0)
        return -1;
    if (is_absent(&values[0]))
        return fail_absent(&values[0], oid, arena, ret_failure);
    *ret_object = (struct snmp_object){.value = values[0]};
    if (values[1].kind == SNMP_KIND_TICKS) {
        ret_object->up_time_ms = (struct fact_num){true, values[1].number * MS_PER_TICK};
        ret_object->age_s = (struct fact_num){true, 0};
    }
    return 0;
}

static bool is_printable(const struct snmp_value *value)
{
    for (size_t i = 0; i < value->length; i++)
        if ((unsigned char)value->bytes[i] < ' ' || value->bytes[i] == 0x7F)
            return false;
    return utf8_valid(value->bytes);
}

static void add_text(struct strbuf *text, const struct snmp_value *value)
{
    size_t length = value->length < TEXT_MAX_BYTES ? value->length : TEXT_MAX_BYTES;

    if (!value->bytes)
        strbuf_format(text, "%" PRId64, value->number);
    else if (is_printable(value))
        strbuf_add_n(text, value->bytes, utf8_cut(value->bytes, value->length, TEXT_MAX_BYTES));
    else
        for (size_t i = 0; i < length; i++)
            strbuf_format(text, "%02X", (unsigned char)value->bytes[i]);
}

const char *snmp_object_text(const struct snmp_object *object, struct arena *arena)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    add_text(&text, &object->value);
    return arena_text(arena, strbuf_text(&text));
}

static bool is_listed(const char *list, const char *text)
{
    size_t wanted = strlen(text);

    for (const char *at = list;; at++) {
        size_t length;

        at += strspn(at, " ");
        length = strcspn(at, ",");
        while (length > wanted && at[length - 1] == ' ')
            length--;
        if (length == wanted && strncasecmp(at, text, wanted) == 0)
            return true;
        at += strcspn(at, ",");
        if (*at == '\0')
            return false;
    }
}

enum snmp_vote snmp_object_vote(const struct snmp_object *object, const char *seen, const char *not_seen)
{
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;

    add_text(&text, &object->value);
    if (seen && is_listed(seen, strbuf_text(&text)))
        return SNMP_VOTE_SEEN;
    if (not_seen ? is_listed(not_seen, strbuf_text(&text)) : seen != NULL)
        return SNMP_VOTE_NOT_SEEN;
    return SNMP_VOTE_UNKNOWN;
}

const char *snmp_vote_name(enum snmp_vote vote)
{
    static const char *const names[SNMP_VOTES] = {
        [SNMP_VOTE_UNKNOWN] = "unknown", [SNMP_VOTE_SEEN] = "seen", [SNMP_VOTE_NOT_SEEN] = "not_seen"};

    return names[vote];
}
