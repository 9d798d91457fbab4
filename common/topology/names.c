#include "topology/names.h"

#include "base/nearest.h"
#include "topology/node.h"

#include <string.h>

void names_add(struct names *names, struct arena *arena, const char *name)
{
    *(const char **)arena_push(arena, &names->items, &names->count, sizeof(*names->items)) = name;
}

int names_check(const struct names *names, const struct node *node, const char *what, struct err *err)
{
    struct nearest near = NEAREST_INIT(node->text);

    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], node->text) == 0)
            return 0;
        nearest_offer(&near, names->items[i]);
    }
    if (near.best)
        return node_fail(node, err, "\"%s\" is no %s; did you mean %s?", node->text, what, near.best);
    return node_fail(node, err, "\"%s\" is no %s; expected the name of one", node->text, what);
}
