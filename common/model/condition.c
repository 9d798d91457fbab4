#include "model/condition.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct condition_info table[] = {
#define CONDITION(number, name, severity, meaning, action)                                                   \
    {number, #name, SEVERITY_##severity, meaning, action},
#include "model/conditions.def"
#undef CONDITION
    {0, "", SEVERITY_UNKNOWN, "", ""},
};

const struct condition_info *conditions(void)
{
    return table;
}

const struct condition_info *condition_info(enum condition condition)
{
    const struct condition_info *info = table;

    while (info->number && info->number != (int)condition)
        info++;
    return info;
}

const struct condition_info *condition_find(const char *name)
{
    for (const struct condition_info *info = table; info->number; info++)
        if (strcmp(info->name, name) == 0)
            return info;
    return NULL;
}

/* How bad: the exit codes of the guidelines are not in this order. */
static const struct {
    const char *name;
    int rank;
} severities[SEVERITY_COUNT] = {
    [SEVERITY_OK] = {"OK", 0},
    [SEVERITY_WARNING] = {"WARNING", 2},
    [SEVERITY_CRITICAL] = {"CRITICAL", 3},
    [SEVERITY_UNKNOWN] = {"UNKNOWN", 1},
};

const char *severity_name(enum severity severity)
{
    return severities[severity].name;
}

bool severity_parse(const char *name, enum severity *ret_severity)
{
    for (int i = 0; i < SEVERITY_COUNT; i++) {
        if (strcasecmp(severities[i].name, name) == 0) {
            *ret_severity = (enum severity)i;
            return true;
        }
    }
    return false;
}

enum severity severity_worse(enum severity a, enum severity b)
{
    return severities[a].rank >= severities[b].rank ? a : b;
}
