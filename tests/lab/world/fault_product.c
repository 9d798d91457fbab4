/* Another SQL Server than its neighbours: upgraded in place, or of another edition. */
#include "lab/world/fault.h"

#include <stdio.h>
#include <strings.h>

static const struct edition {
    const char *word, *name;
    int engine_edition;
} editions[] = {{"standard", "Standard Edition (64-bit)", 2},
                {"enterprise", "Enterprise Edition (64-bit)", 3},
                {"express", "Express Edition (64-bit)", 4}};

static int set_version(struct fault_call *call, const char *text)
{
    int major, minor, build, end = 0;

    if (sscanf(text, "%2d.%2d.%5d%n", &major, &minor, &build, &end) != 3 || text[end] || major < 10 ||
        major > 15)
        return err_set(call->err, ERR_INPUT, "version=%s: expected MAJOR.MINOR.BUILD, 10 to 15", text);
    call->instance->version_major = major;
    call->instance->version_minor = minor;
    call->instance->version_build = build;
    return 0;
}

static void put_edition(struct instance *instance, const struct edition *edition)
{
    snprintf(instance->edition, sizeof instance->edition, "%s", edition->name);
    instance->engine_edition = edition->engine_edition;
}

static int set_product(struct fault_call *call)
{
    static const char *const words[] = {"same", "standard", "enterprise", "express", NULL};
    struct instance *instance = call->instance;
    const char *version = fault_param(call, "version", NULL);
    int which;

    if (fault_word(call, "edition", words, &which) != 0)
        return -1;
    call->record->saved[0] =
        ((int64_t)instance->version_major * 100 + instance->version_minor) * 100000 + instance->version_build;
    call->record->saved[1] = instance->engine_edition;
    if (version && set_version(call, version) != 0)
        return -1;
    if (which)
        put_edition(instance, &editions[which - 1]);
    return 0;
}

static void clear_product(struct fault_call *call)
{
    const int64_t version = call->record->saved[0];

    call->instance->version_build = (int)(version % 100000);
    call->instance->version_minor = (int)(version / 100000 % 100);
    call->instance->version_major = (int)(version / 10000000);
    for (size_t i = 0; i < COUNT(editions); i++)
        if (editions[i].engine_edition == call->record->saved[1])
            put_edition(call->instance, &editions[i]);
}

static const struct fault rows[] = {
    {{"product", TARGET_INSTANCE, "sqldr1",
      "version=MAJOR.MINOR.BUILD edition=same|standard|enterprise|express",
      "another version or edition of SQL Server than the others; clear brings it to theirs"},
     set_product,
     clear_product},
};

const struct fault_table fault_table_product = {rows, COUNT(rows)};
