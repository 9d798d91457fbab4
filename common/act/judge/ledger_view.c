#include "act/judge/ledger_view.h"

#include "act/judge/verb.h"
#include "assess/server_time.h"
#include "assess/sight.h"
#include "assess/words.h"

/* ---- which one ---- */

static bool is_readable(const struct look *look, enum part part)
{
    const struct act_facts *facts = look_facts(look, look->cast.parts[part]);

    return facts && instance_seen(cast_instance(&look->cast, part, look->snapshot)) &&
           facts->ledger_run.sighting.sight == SIGHT_SEEN && facts->ledger_note.sighting.sight == SIGHT_SEEN;
}

static int64_t newest_epoch(const struct ledger_run_facts *runs)
{
    int64_t newest = 0;

    for (size_t i = 0; i < runs->count; i++)
        if (runs->rows[i].epoch.known && runs->rows[i].epoch.value > newest)
            newest = runs->rows[i].epoch.value;
    return newest;
}

/* Of one epoch, the ledger that knows how its run ended knows more. */
static bool has_ended(const struct ledger_run_facts *runs, int64_t epoch)
{
    for (size_t i = 0; i < runs->count; i++)
        if (fact_is(runs->rows[i].epoch, epoch) && !words_equal(runs->rows[i].state, RUN_STATE_OPEN))
            return true;
    return false;
}

bool ledger_is_newer(const struct ledger_run_facts *a, const struct ledger_run_facts *b)
{
    const int64_t epoch = newest_epoch(a);

    if (a->sighting.sight != SIGHT_SEEN)
        return false;
    if (b->sighting.sight != SIGHT_SEEN || epoch > newest_epoch(b))
        return true;
    return epoch == newest_epoch(b) && has_ended(a, epoch) && !has_ended(b, epoch);
}

/* The newest row that says so. */
static const struct ledger_run_fact *newest_move(const struct act_facts *facts)
{
    const struct ledger_run_fact *newest = NULL;

    for (size_t i = 0; i < facts->ledger_run.count; i++) {
        const struct ledger_run_fact *row = &facts->ledger_run.rows[i];

        if (row->serving_site && *row->serving_site && row->epoch.known &&
            (!newest || row->epoch.value > newest->epoch.value))
            newest = row;
    }
    return newest;
}

/*
 * A run that has begun there goes on there, though it has ended the log shipping that made it the place: its
 * ledger knows of the last move, has an open run, and nothing as new is seen where it would be else.
 */
static bool has_begun_at(const struct look *look, enum part part, enum part other)
{
    const struct act_facts *facts = look_facts(look, look->cast.parts[part]);
    const struct ledger_view ledger = {.facts = facts};
    const struct ledger_run_fact *move;

    if (!is_readable(look, part) || !ledger_view_open_run(&ledger, 0))
        return false;
    move = newest_move(facts);
    return move && words_equal(move->serving_site, look->cast.serving->name) &&
           (!is_readable(look, other) ||
            ledger_is_newer(&facts->ledger_run, &look_facts(look, look->cast.parts[other])->ledger_run));
}

enum part ledger_part(const struct look *look)
{
    const struct cast *cast = &look->cast;
    bool ships_back = FACT(cast_instance(cast, PART_A, look->snapshot), ls_primary) ||
                      receives_logs(cast_instance(cast, PART_B, look->snapshot));

    return cast->serving && cast->serving->role == SITE_BACKUP && !ships_back &&
                   !has_begun_at(look, PART_B, PART_A)
               ? PART_A
               : PART_B;
}

/* Of record before the copies, where they know the same.  Copies do not stand in for a ledger that its
 * server does not let us read. */
static enum part holder_of(const struct look *look)
{
    const enum part all[] = {ledger_part(look), PART_B, PART_A_MIRROR, PART_A, PART_B_MIRROR};
    enum part best = PART_COUNT;

    if (instance_seen(cast_instance(&look->cast, all[0], look->snapshot)) && !is_readable(look, all[0]))
        return best;
    for (size_t i = 0; i < COUNT(all); i++)
        if (is_readable(look, all[i]) &&
            (best == PART_COUNT || ledger_is_newer(&look_facts(look, look->cast.parts[all[i]])->ledger_run,
                                                   &look_facts(look, look->cast.parts[best])->ledger_run)))
            best = all[i];
    return best;
}

struct ledger_view ledger_view_of(const struct look *look)
{
    enum part holder = holder_of(look);
    struct ledger_view ledger = {0};

    if (holder == PART_COUNT)
        return ledger;
    ledger.instance = look->cast.parts[holder];
    ledger.facts = look_facts(look, ledger.instance);
    ledger.now_utc_ms = server_now(cast_instance(&look->cast, holder, look->snapshot));
    ledger.is_of_record = is_readable(look, ledger_part(look));
    return ledger;
}

/* ---- runs ---- */

static bool is_newer(const struct ledger_run_fact *row, const struct ledger_run_fact *than)
{
    return !than || (row->epoch.known && (!than->epoch.known || row->epoch.value > than->epoch.value));
}

const struct ledger_run_fact *ledger_view_run(const struct ledger_view *ledger, int64_t run)
{
    const struct ledger_run_fact *newest = NULL;

    for (size_t i = 0; ledger->facts && i < ledger->facts->ledger_run.count; i++) {
        const struct ledger_run_fact *row = &ledger->facts->ledger_run.rows[i];

        if (fact_is(row->run, run) && is_newer(row, newest))
            newest = row;
    }
    return newest;
}

const struct ledger_run_fact *ledger_view_open_run(const struct ledger_view *ledger, int64_t but)
{
    for (size_t i = 0; ledger->facts && i < ledger->facts->ledger_run.count; i++) {
        const struct ledger_run_fact *row = &ledger->facts->ledger_run.rows[i];

        if (words_equal(row->state, RUN_STATE_OPEN) && row->run.known && row->run.value != but &&
            row == ledger_view_run(ledger, row->run.value))
            return row;
    }
    return NULL;
}

static bool lets_another_serve(const struct ledger_run_fact *row)
{
    enum verb verb;

    return row->verb && verb_parse(row->verb, &verb) &&
           (verb_moves_site(verb) || verb_switches_partners(verb));
}

int64_t ledger_view_since_move_s(const struct ledger_view *ledger)
{
    int64_t newest_utc_ms = -1;

    for (size_t i = 0; ledger->facts && i < ledger->facts->ledger_run.count; i++) {
        const struct ledger_run_fact *row = &ledger->facts->ledger_run.rows[i];

        if (row->ended_utc_ms.known && row->ended_utc_ms.value > newest_utc_ms && lets_another_serve(row))
            newest_utc_ms = row->ended_utc_ms.value;
    }
    if (newest_utc_ms < 0)
        return -1;
    if (!ledger->now_utc_ms.known || ledger->now_utc_ms.value < newest_utc_ms)
        return 0; /* it cannot be told that it was long ago */
    return (ledger->now_utc_ms.value - newest_utc_ms) / 1000;
}

bool ledger_view_moves(const struct ledger_view *ledger)
{
    return ledger->facts && newest_move(ledger->facts);
}

/* ---- notes ---- */

/* What a note is looked for by; object NULL and run 0: whichever. */
struct note_wanted {
    const char *kind, *object;
    int64_t run;
};

static bool is_wanted(const struct ledger_note_fact *row, const struct note_wanted *wanted)
{
    return row->note.known && words_equal(row->kind, wanted->kind) &&
           (!wanted->object || words_equal(row->object, wanted->object)) &&
           (!wanted->run || fact_is(row->run, wanted->run));
}

static const struct ledger_note_fact *newest_note(const struct ledger_view *ledger, struct note_wanted wanted)
{
    const struct ledger_note_fact *newest = NULL;

    for (size_t i = 0; ledger->facts && i < ledger->facts->ledger_note.count; i++) {
        const struct ledger_note_fact *row = &ledger->facts->ledger_note.rows[i];

        if (is_wanted(row, &wanted) && (!newest || row->note.value > newest->note.value))
            newest = row;
    }
    return newest;
}

const struct ledger_note_fact *ledger_view_note(const struct ledger_view *ledger, const char *kind,
                                                const char *object)
{
    return object ? newest_note(ledger, (struct note_wanted){.kind = kind, .object = object}) : NULL;
}

const struct ledger_note_fact *ledger_view_run_note(const struct ledger_view *ledger, const char *kind,
                                                    int64_t run)
{
    return run > 0 ? newest_note(ledger, (struct note_wanted){.kind = kind, .run = run}) : NULL;
}

enum part ledger_view_heir(const struct look *look, int64_t run)
{
    const struct ledger_view ledger = ledger_view_of(look);
    const struct ledger_note_fact *note = ledger_view_run_note(&ledger, NOTE_HEIR, run);

    for (enum part part = PART_A; note && part <= PART_A_MIRROR; part++)
        if (look->cast.parts[part] && words_equal(look->cast.parts[part]->name, note->object))
            return part;
    return look_mirror(look);
}

bool ledger_view_is_whole(const struct ledger_view *ledger)
{
    return ledger->facts &&
           ledger->facts->ledger_note.count < act_fact_group(ACT_FACT_ledger_note)->most_rows;
}

const struct ledger_note_fact *ledger_view_fence_word(const struct ledger_view *ledger, const char *object)
{
    const struct ledger_note_fact *word = ledger_view_note(ledger, NOTE_FENCE, object);
    const struct ledger_note_fact *release = ledger_view_note(ledger, NOTE_RELEASE, object);

    if (!word || (release && release->note.value > word->note.value))
        return NULL;
    return word->expires_utc_ms.known && ledger->now_utc_ms.known &&
                   word->expires_utc_ms.value > ledger->now_utc_ms.value
               ? word
               : NULL;
}
