/*
 * Any bytes in the spool are an episode or none; one that is read says the same when written again.
 */
#include "act/episode/episode.h"
#include "base/cleanup.h"
#include "base/mem.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FREE char *text = mem_format("%.*s", (int)size, (const char *)data);
    AUTO(strbuf) struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
    struct episode episode, again;
    struct err err = ERR_INIT;

    if (episode_read(text, &episode, &err) != 0) {
        require(err.kind == ERR_INPUT && *err.text);
        return 0;
    }
    require(*episode.pool && !strchr(episode.pool, '/') && episode.attempt >= -1);
    episode_write(&episode, &once);
    require(episode_read(strbuf_text(&once), &again, NULL) == 0);
    episode_write(&again, &twice);
    require(strcmp(strbuf_text(&once), strbuf_text(&twice)) == 0);
    return 0;
}
