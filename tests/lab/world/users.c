#include "lab/world/users.h"

#include "lab/world/world.h"

/* The next active chat server whose turn it is; NULL = none. */
static struct host *next_writer(struct world *world)
{
    for (size_t tried = 0; tried < world->host_count; tried++) {
        struct host *host = &world->hosts[world->writer_turn];
        world->writer_turn = (world->writer_turn + 1) % (int)world->host_count;
        if (chat_is_active(host))
            return host;
    }
    return NULL;
}

void users_write(struct world *world)
{
    struct host *host = next_writer(world);

    if (!host || !chat_write(world, host))
        world->messages_refused++;
}
