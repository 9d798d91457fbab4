/*
 * mib_text TEMPLATE BASE: prints PCHAT-MIB from its template: the tables of conditions.def and of terms.c
 * become textual conventions, BASE (numbers with dots) the place of the module in the tree.
 */
#include "base/cleanup.h"
#include "base/object_id.h"
#include "base/whole_file.h"
#include "model/condition.h"
#include "snmp/terms.h"

#include <ctype.h>
#include <string.h>

enum { TEMPLATE_MAX_BYTES = 1024 * 1024, CONDITION_MOST = 9999 };

/* Nodes that base modules name, the longer first. */
static const struct parent {
    const char *oid, *name, *import, *import_parent;
} parents[] = {
    {"1.3.6.1.4.1.8072.9999.9999", "netSnmpPlaypen", "", "\n    netSnmpPlaypen\n        FROM NET-SNMP-MIB"},
    {"1.3.6.1.4.1", "enterprises", ", enterprises", ""},
};

/* "log_restore_late" -> "logRestoreLate" */
static void add_camel(struct strbuf *out, const char *name)
{
    for (; *name; name++) {
        if (*name == '_' && name[1])
            strbuf_add_char(out, (char)toupper((unsigned char)*++name));
        else
            strbuf_add_char(out, *name);
    }
}

static void add_convention(struct strbuf *out, const char *name, const char *description,
                           const char *enumeration)
{
    strbuf_format(out,
                  "%s ::= TEXTUAL-CONVENTION\n    STATUS      current\n    DESCRIPTION\n        \"%s\"\n"
                  "    SYNTAX      INTEGER {\n%s\n    }\n\n",
                  name, description, enumeration);
}

static void add_conditions(struct strbuf *out)
{
    AUTO(strbuf) struct strbuf rows = STRBUF_INIT;

    /* in the order of their numbers, which conditions.def does not keep */
    for (int number = 1; number <= CONDITION_MOST; number++) {
        const struct condition_info *info = condition_info((enum condition)number);

        if (info->number != number)
            continue;
        strbuf_add(&rows, rows.length ? ",\n        " : "        ");
        add_camel(&rows, info->name);
        strbuf_format(&rows, "(%d)", info->number);
    }
    add_convention(out, "PchatConditionTC",
                   "What may be the matter; docs/conditions.md tells what each means and what to do.\n"
                   "         A number is never used again.",
                   strbuf_text(&rows));
}

static void add_terms(struct strbuf *out)
{
    for (const struct terms *const *terms = all_terms; *terms; terms++) {
        AUTO(strbuf) struct strbuf rows = STRBUF_INIT;

        for (const struct term *term = (*terms)->rows; term->name; term++)
            strbuf_format(&rows, "%s%s(%d)", term == (*terms)->rows ? "        " : ",\n        ", term->name,
                          term->number);
        add_convention(out, (*terms)->name, (*terms)->description, strbuf_text(&rows));
    }
    add_conditions(out);
}

/* One name for each node between the parent and the module: smilint wants no node without. */
static void add_nodes(struct strbuf *out, const struct object_id *base, const struct parent *parent,
                      size_t above)
{
    for (size_t i = above; i + 1 < base->length; i++) {
        strbuf_format(out, "pchatAbove%zu OBJECT IDENTIFIER ::= { ", i - above + 1);
        if (i == above)
            strbuf_add(out, parent->name);
        else
            strbuf_format(out, "pchatAbove%zu", i - above);
        strbuf_format(out, " %u }\n", base->parts[i]);
    }
}

/* "{ netSnmpPlaypen 7 }" */
static void add_place(struct strbuf *out, const struct object_id *base, const struct parent *parent,
                      size_t above)
{
    size_t between = base->length - above - 1;

    if (between)
        strbuf_format(out, "{ pchatAbove%zu %u }", between, base->parts[base->length - 1]);
    else
        strbuf_format(out, "{ %s %u }", parent->name, base->parts[base->length - 1]);
}

static const struct parent *parent_of(const struct object_id *base)
{
    for (size_t i = 0; i < COUNT(parents); i++) {
        struct object_id above;

        if (object_id_parse(parents[i].oid, &above) && object_id_within(base, &above) &&
            base->length > above.length)
            return &parents[i];
    }
    return NULL;
}

static size_t length_of(const struct parent *parent)
{
    struct object_id id = {.length = 0};

    (void)object_id_parse(parent->oid, &id);
    return id.length;
}

/* Replaces each @word@ of the template. */
static int print_text(const char *template, const struct object_id *base, const struct parent *parent)
{
    AUTO(strbuf) struct strbuf terms = STRBUF_INIT;
    AUTO(strbuf) struct strbuf place = STRBUF_INIT;
    AUTO(strbuf) struct strbuf nodes = STRBUF_INIT;

    add_terms(&terms);
    add_place(&place, base, parent, length_of(parent));
    add_nodes(&nodes, base, parent, length_of(parent));
    const struct {
        const char *word, *text;
    } words[] = {
        {"@import@", parent->import},       {"@import_parent@", parent->import_parent},
        {"@parent@", strbuf_text(&place)},  {"@nodes@\n", strbuf_text(&nodes)},
        {"@terms@\n", strbuf_text(&terms)},
    };
    for (size_t i = 0; *template; template += i < COUNT(words) ? strlen(words[i].word) : 1) {
        for (i = 0; i < COUNT(words) && strncmp(template, words[i].word, strlen(words[i].word)) != 0; i++)
            continue;
        if (i < COUNT(words))
            fputs(words[i].text, stdout);
        else
            putchar(*template);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    AUTO(strbuf) struct strbuf template = STRBUF_INIT;
    struct object_id base;
    struct err err = ERR_INIT;

    if (argc != 3 || !object_id_parse(argv[2], &base) || !parent_of(&base)) {
        fprintf(stderr,
                "usage: mib_text TEMPLATE BASE, BASE below 1.3.6.1.4.1, that is 1.3.6.1.4.1.ENTERPRISE...\n");
        return 3;
    }
    if (whole_file_read(argv[1], TEMPLATE_MAX_BYTES, &template, &err) != 0) {
        fprintf(stderr, "mib_text: %s\n", err.text);
        return 3;
    }
    return print_text(strbuf_text(&template), &base, parent_of(&base));
}
