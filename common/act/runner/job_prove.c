#include "act/runner/jobs.h"

#include "act/engine/prove.h"

#include <string.h>

enum { WORDS_MOST = 100 };

/* An answer of a script is one line of JSON: as much of it as fits beside the rest. */
static void tell_row(const struct proof_row *row, struct strbuf *out)
{
    const size_t length = strcspn(row->words, "\r\n");

    strbuf_format(out, "%-7s %-12s %-30s %.*s\n", row->proven ? "ok" : "FAILS", row->target, row->way,
                  (int)(row->proven && length > WORDS_MOST ? WORDS_MOST : length), row->words);
}

struct engine_result job_prove(const struct workshop *shop, const struct job_request *request,
                               struct arena *arena, struct strbuf *out)
{
    const struct proving proving = {
        .pool = shop->pool,
        .holder = shop->holder,
        .person = request->person,
        .override_dir = shop->pool->acting ? shop->pool->acting->runbooks : NULL,
    };
    struct err err = ERR_INIT;
    struct proof proof;

    if (engine_prove(&shop->ports, &proving, arena, &proof, &err) != 0)
        return (struct engine_result){
            .end = ENGINE_RESUMABLE, .step = "", .why = arena_text(arena, err.text)};
    for (size_t i = 0; i < proof.count; i++)
        tell_row(&proof.rows[i], out);
    if (proof.failed)
        return (struct engine_result){.end = ENGINE_REFUSED,
                                      .step = "",
                                      .why =
                                          arena_format(arena, "%zu of %zu fail", proof.failed, proof.count)};
    return (struct engine_result){.end = ENGINE_DONE,
                                  .step = "",
                                  .why =
                                      arena_format(arena, "all %zu ways to write are proven", proof.count)};
}
