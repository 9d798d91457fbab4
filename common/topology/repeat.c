#include "topology/repeat.h"

#include "base/cleanup.h"
#include "base/mem.h"

#include <string.h>

struct entry {
    struct named named;
    size_t order;
    int (*compare)(const char *, const char *);
};

static int by_name_then_order(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int difference = a->compare(a->named.name, b->named.name);

    return difference ? difference : (a->order > b->order) - (a->order < b->order);
}

/* Sorting keeps a file with very many names from taking very long. */
static struct entry *sorted(const struct named *list, size_t count, bool ignore_case)
{
    struct entry *entries = mem_resize(NULL, count, sizeof(*entries));

    for (size_t i = 0; i < count; i++)
        entries[i] = (struct entry){list[i], i, ignore_case ? strcasecmp : strcmp};
    qsort(entries, count, sizeof(*entries), by_name_then_order);
    return entries;
}

bool find_repeat(const struct named *list, size_t count, bool ignore_case, struct repeat *ret_repeat)
{
    AUTO_FREE struct entry *entries = sorted(list, count, ignore_case);
    size_t earliest = count;

    for (size_t i = 1; i < count; i++) {
        if (entries[i].compare(entries[i - 1].named.name, entries[i].named.name) != 0 ||
            entries[i].order >= earliest)
            continue;
        earliest = entries[i].order;
        *ret_repeat = (struct repeat){entries[i - 1].named.node, entries[i].named.node};
    }
    return earliest < count;
}
