/* What a program of a site prints may be any bytes. */
#include "observe/vantage/command_answer.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool kept)
{
    if (!kept)
        abort();
}

static const struct vantage_objects objects = {
    .items =
        {{.name = "sqlpri1", .kind = OBJECT_SQL, .site = SITE_PRIMARY, .port = 1433},
         {.name = "pc1", .kind = OBJECT_CHAT_SERVER, .site = SITE_PRIMARY, .port = 5041},
         {.name = "sqldr1", .kind = OBJECT_SQL, .site = SITE_BACKUP, .port = 1433},
         {.name = "fe1", .kind = OBJECT_FRONT_END, .site = SITE_BACKUP, .port = 5061, .ambiguous = true}},
    .count = 4};

static bool is(const struct vote_fact *vote, const char *word)
{
    return strcmp(vote->vote, word) == 0;
}

/* No vote without an age, none for what has two meanings, and no "not seen" from one that sees nothing. */
static void check_votes(const struct vote_facts *votes, bool sees)
{
    bool misses = false;

    demand(votes->count == objects.count);
    for (size_t i = 0; i < votes->count; i++) {
        const struct vote_fact *vote = &votes->rows[i];

        demand(strcmp(vote->object, objects.items[i].name) == 0);
        demand(is(vote, "unknown") || (vote->age_s.known && vote->age_s.value >= 0));
        demand(is(vote, "unknown") || !objects.items[i].ambiguous);
        sees |= is(vote, "seen");
        misses |= is(vote, "not_seen");
    }
    demand(!misses || sees);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct topology_vantage vantage = {.name = "oob", .failure_domain = "third"};
    AUTO(arena) struct arena *arena = arena_new();
    struct verdicts verdicts = {.objects = &objects};
    struct host_snapshot seen = {0};
    char *text = malloc(size + 1);
    size_t passed_over;

    demand(text != NULL);
    memcpy(text, data, size);
    passed_over = command_answer_read(text, size, &verdicts);
    demand(passed_over <= size);
    free(text);
    verdicts_put(&verdicts, &vantage, arena, &seen);
    check_votes(&seen.vote, verdicts.of[3].verdict == VERDICT_SEEN);
    return 0;
}
