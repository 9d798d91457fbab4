#include "discover/errand.h"

#include "base/strbuf.h"
#include "base/utf8.h"

#include <string.h>

enum { TEXT_MAX_BYTES = 4096 };

/* A server's text, well-formed and bounded. */
static const char *keep(struct arena *arena, const char *text)
{
    AUTO(strbuf) struct strbuf clean = STRBUF_INIT;

    if (!text)
        return NULL;
    utf8_add_text(&clean, text);
    return arena_text_n(arena, strbuf_text(&clean),
                        utf8_cut(strbuf_text(&clean), clean.length, TEXT_MAX_BYTES));
}

static void copy_row(struct arena *arena, struct answer *answer, const struct answer_row *row)
{
    struct answer_row *copy = arena_push(arena, &answer->rows, &answer->row_count, sizeof(*copy));

    for (size_t i = 0; asks[answer->ask].columns[i]; i++)
        copy->cells[i] = keep(arena, row->cells[i]);
}

void errand_put(struct errand *errand, enum ask_id ask, struct sighting sighting,
                const struct answer_row *rows, size_t row_count)
{
    struct crew *crew = errand->job.crew;
    struct answer *answer;

    errand->last = sighting;
    pthread_mutex_lock(&crew->lock);
    errand->settled |= 1U << ask;
    if (errand->arena) {
        answer = arena_push(errand->arena, &errand->answers, &errand->answer_count, sizeof(*answer));
        answer->ask = ask;
        answer->subject = errand->subject;
        answer->sighting = (struct sighting){sighting.sight, keep(errand->arena, sighting.detail)};
        answer->at_utc_ms = clock_utc_ms(crew->deadline.clock);
        for (size_t i = 0; i < row_count; i++)
            copy_row(errand->arena, answer, &rows[i]);
    }
    pthread_mutex_unlock(&crew->lock);
}

void errand_fail(struct errand *errand, enum ask_id ask, enum sight sight, const char *detail)
{
    errand_put(errand, ask, (struct sighting){sight, detail}, NULL, 0);
}

bool errand_owes(const struct errand *errand, enum ask_id ask)
{
    return errand->asks & ~errand->settled & 1U << ask;
}

void errand_fail_rest(struct errand *errand, enum sight sight, const char *detail)
{
    for (int ask = 0; ask < ASK_COUNT; ask++)
        if (errand_owes(errand, (enum ask_id)ask))
            errand_fail(errand, (enum ask_id)ask, sight, detail);
}
