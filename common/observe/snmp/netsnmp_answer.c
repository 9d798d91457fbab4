#include "observe/snmp/netsnmp_answer.h"

#include "base/cleanup.h"

#include <arpa/inet.h>
#include <string.h>

/* ---- values ---- */

static struct snmp_value signed_value(const netsnmp_variable_list *variable, struct arena *arena)
{
    (void)arena;
    return (struct snmp_value){.kind = SNMP_KIND_NUMBER, .number = *variable->val.integer};
}

static struct snmp_value unsigned_value(const netsnmp_variable_list *variable, struct arena *arena)
{
    (void)arena;
    return (struct snmp_value){.kind = SNMP_KIND_NUMBER, .number = (uint32_t)*variable->val.integer};
}

static struct snmp_value ticks_value(const netsnmp_variable_list *variable, struct arena *arena)
{
    (void)arena;
    return (struct snmp_value){.kind = SNMP_KIND_TICKS, .number = (uint32_t)*variable->val.integer};
}

static struct snmp_value counter64_value(const netsnmp_variable_list *variable, struct arena *arena)
{
    const struct counter64 *counter = variable->val.counter64;
    uint64_t number = ((uint64_t)(uint32_t)counter->high << 32) | (uint32_t)counter->low;

    (void)arena;
    return (struct snmp_value){.kind = SNMP_KIND_NUMBER,
                               .number = number > INT64_MAX ? INT64_MAX : (int64_t)number};
}

static struct snmp_value bytes_value(const netsnmp_variable_list *variable, struct arena *arena)
{
    return (struct snmp_value){.kind = SNMP_KIND_BYTES,
                               .bytes =
                                   arena_text_n(arena, (const char *)variable->val.string, variable->val_len),
                               .length = variable->val_len};
}

static bool copy_id(const oid *parts, size_t length, struct object_id *ret)
{
    if (length > OBJECT_ID_MAX_PARTS)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (parts[i] > UINT32_MAX)
            return false;
        ret->parts[i] = (uint32_t)parts[i];
    }
    ret->length = length;
    return true;
}

static struct snmp_value name_value(const netsnmp_variable_list *variable, struct arena *arena)
{
    struct object_id id;
    const char *text;

    if (!copy_id(variable->val.objid, variable->val_len / sizeof(oid), &id))
        return (struct snmp_value){.kind = SNMP_KIND_NULL};
    text = object_id_text(arena, id.parts, id.length);
    return (struct snmp_value){.kind = SNMP_KIND_NAME, .bytes = text, .length = strlen(text)};
}

static const struct {
    u_char type;
    struct snmp_value (*read)(const netsnmp_variable_list *variable, struct arena *arena);
} readers[] = {
    {ASN_INTEGER, signed_value},    {ASN_COUNTER, unsigned_value}, {ASN_GAUGE, unsigned_value},
    {ASN_UINTEGER, unsigned_value}, {ASN_TIMETICKS, ticks_value},  {ASN_COUNTER64, counter64_value},
    {ASN_OCTET_STR, bytes_value},   {ASN_IPADDRESS, bytes_value},  {ASN_OPAQUE, bytes_value},
    {ASN_OBJECT_ID, name_value},
};

static struct snmp_value read_value(const netsnmp_variable_list *variable, struct arena *arena)
{
    for (size_t i = 0; variable->val.string && i < COUNT(readers); i++)
        if (readers[i].type == variable->type)
            return readers[i].read(variable, arena);
    return (struct snmp_value){.kind = variable->type == SNMP_NOSUCHOBJECT     ? SNMP_KIND_NO_OBJECT
                                       : variable->type == SNMP_NOSUCHINSTANCE ? SNMP_KIND_NO_INSTANCE
                                                                               : SNMP_KIND_NULL};
}

/* ---- the whole ---- */

static void take_binding(struct answer *answer, const netsnmp_variable_list *variable, struct arena *arena)
{
    struct binding *binding = arena_push(arena, &answer->bindings, &answer->count, sizeof(*binding));

    if (!copy_id(variable->name, variable->name_length, &binding->id))
        binding->id.length = 0; /* equal to none that was asked for */
    binding->value = read_value(variable, arena);
    binding->is_end = variable->type == SNMP_ENDOFMIBVIEW;
}

void answer_take(struct answer *answer, const netsnmp_pdu *pdu, size_t most, struct arena *arena)
{
    *answer = (struct answer){.error = pdu->errstat};
    if (pdu->command == SNMP_MSG_REPORT)
        answer->report = snmpv3_get_report_type((netsnmp_pdu *)pdu);
    for (const netsnmp_variable_list *at = pdu->variables; at && !answer->report; at = at->next_variable) {
        answer->is_excessive = answer->count == most;
        if (answer->is_excessive)
            return;
        take_binding(answer, at, arena);
    }
}
