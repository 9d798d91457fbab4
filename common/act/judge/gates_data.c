/*
 * Gates about what must not be lost, and who must not write: fence, log chain, loss, tail.
 */
#include "act/judge/gates.h"

#include "act/judge/fenced.h"
#include "assess/chain.h"
#include "assess/copies.h"
#include "assess/sight.h"
#include "assess/words.h"
#include "base/duration.h"

/* ---- fence ---- */

struct fences {
    const struct judging *judging;
    struct strbuf open, closed;
    size_t open_count, closed_count, words;
};

static void need_fence(struct fences *fences, const char *object)
{
    const struct judging *judging = fences->judging;
    const char *why;
    enum fence_cover cover =
        fence_cover_of(judging->look, object, judging->question->now, judging->arena, &why);

    if (cover == FENCE_BY_STATUS || (cover == FENCE_BY_WORD && !judging->question->automatic)) {
        list_add(&fences->closed, &fences->closed_count, object);
        fences->words += cover == FENCE_BY_WORD;
    } else
        list_add(&fences->open, &fences->open_count, arena_format(judging->arena, "%s (%s)", object, why));
}

static void need_copy(struct fences *fences, enum part part)
{
    const struct judging *judging = fences->judging;
    const char *why;

    if (part != judged_rescue_source(judging) && !copy_is_proven(judging->look, part, judging->arena, &why))
        need_fence(fences, judged_name(judging, part));
}

static void need_servers(struct fences *fences)
{
    const struct topology_site *site = fences->judging->cast->serving;

    for (size_t i = 0; site && i < site->chat_server_count; i++) {
        const struct host_snapshot *host = judged_server(fences->judging, &site->chat_servers[i]);

        if (!host || !chat_server_is_proven(fences->judging->snapshot, host))
            need_fence(fences, site->chat_servers[i].name);
    }
}

static const char *fence_remedy(const struct judging *judging)
{
    const struct topology_acting *acting = judging->cast->pool->acting;
    const bool has_program = acting && acting->fence_off;

    if (judging->question->automatic)
        return has_program ? "the run calls fence_off for each" : "switch each off";
    return has_program ? "once approved the run calls fence_off for each; or type your word: pchatctl "
                         "fence-word OBJECT, for each"
                       : "switch each off, or type your word: pchatctl fence-word OBJECT, for each";
}

static struct gate_verdict fence_verdict(struct fences *fences)
{
    const struct judging *judging = fences->judging;

    if (fences->open_count)
        return gate_open(judging, "fence", fence_remedy(judging), "%s",
                         list_words(judging, &fences->open, fences->open_count));
    if (!fences->closed_count)
        return gate_ok(judging, "snapshot", "nothing that is left could write");
    return gate_ok(
        judging, "fence", "off: %s%s", list_words(judging, &fences->closed, fences->closed_count),
        fences->words ? arena_format(judging->arena, "; %zu of them by a person's word", fences->words) : "");
}

struct gate_verdict gate_fence(const struct judging *judging)
{
    struct fences fences = {judging, STRBUF_INIT, STRBUF_INIT, 0, 0, 0};
    struct gate_verdict result;

    if (judging->question->verb == VERB_MIRROR_FORCE)
        need_copy(&fences, look_principal(judging->look));
    else {
        need_copy(&fences, PART_A);
        need_copy(&fences, PART_A_MIRROR);
        need_servers(&fences);
    }
    result = fence_verdict(&fences);
    strbuf_done(&fences.open);
    strbuf_done(&fences.closed);
    return result;
}

/* ---- chain ---- */

static const struct {
    enum gate_state state;
    const char *remedy;
} chain_faults[CHAIN_STATE_COUNT] = {
    [CHAIN_COMPLETE] = {GATE_OK, NULL},
    [CHAIN_HAS_GAP] = {GATE_OPEN,
                       "lay the missing file into the copy folder; or recover at the last good LSN: "
                       "accept the loss to there and override chain in a new plan"},
    [CHAIN_UNREADABLE] = {GATE_OPEN,
                          "copy the file again, or supply it from elsewhere; or recover at the last "
                          "good LSN: accept the loss to there and override chain in a new plan"},
    [CHAIN_FORKED] = {GATE_REFUSES,
                      "supply the log backups of the fork that the standby is on; or recover at the "
                      "last good LSN: accept the loss to there and override chain in a new plan"},
    [CHAIN_UNSEEN] = {GATE_OPEN, "let the acting login see the standby's files and folders"},
};

static const char *file_name(const struct log_file_fact *file)
{
    return file->name ? file->name : "?";
}

static struct gate_verdict chain_complete(const struct judging *judging, const struct chain_plan *chain)
{
    const char *source = judged_name(judging, PART_B);

    if (!chain->file_count)
        return gate_ok(judging, source, "nothing is left to restore, %s stands at LSN %s", source,
                       lsn_text(&chain->to));
    return gate_ok(judging, source, "%zu file%s, %s ... %s, contiguous from LSN %s", chain->file_count,
                   chain->file_count == 1 ? "" : "s", file_name(chain->files[0]),
                   file_name(chain->files[chain->file_count - 1]), lsn_text(&chain->from));
}

struct gate_verdict gate_chain(const struct judging *judging)
{
    const struct chain_plan *chain = judging->question->chain;
    const char *remedy;

    if (!chain)
        return gate_open(judging, judged_name(judging, PART_B), chain_faults[CHAIN_UNSEEN].remedy,
                         "what must be restored was not worked out");
    if (chain->state == CHAIN_COMPLETE)
        return chain_complete(judging, chain);
    remedy = chain_faults[chain->state].remedy;
    return chain_faults[chain->state].state == GATE_REFUSES
               ? gate_refuses(judging, judged_name(judging, PART_B), remedy, "%s", chain->why)
               : gate_open(judging, judged_name(judging, PART_B), remedy, "%s", chain->why);
}

/* ---- loss ---- */

static int64_t unasked_limit_s(const struct judging *judging)
{
    const struct topology_acting *acting = judging->cast->pool->acting;

    return acting && judging->question->origin == ORIGIN_HANDLER ? acting->loss_limit_s : -1;
}

static const char *seconds_words(const struct judging *judging, int64_t seconds)
{
    char text[DURATION_TEXT_BYTES];

    return arena_text(judging->arena, duration_format_exact(seconds, text));
}

/* As it can be typed; a plan that is not made yet has no id. */
static const char *loss_remedy(const struct judging *judging)
{
    const struct loss *loss = &judging->question->loss;
    const char *plan = judging->question->plan ? judging->question->plan : "ID";

    if (!loss->known)
        return arena_format(judging->arena, "pchatctl apply --plan %s --accept-loss unknown", plan);
    return arena_format(judging->arena, "pchatctl apply --plan %s --accept-loss %lld", plan,
                        (long long)((loss->bound_ms + 999) / 1000 + 59) / 60);
}

struct gate_verdict gate_loss(const struct judging *judging)
{
    const struct gate_question *question = judging->question;
    const struct loss *loss = &question->loss;
    int64_t bound_s = loss->known ? (loss->bound_ms + 999) / 1000 : -1, limit_s = unasked_limit_s(judging);
    const char *words = loss->words ? loss->words : "unknown";

    if (loss->known && bound_s <= 0)
        return gate_ok(judging, "clocks and log backups", "nothing: %s", words);
    if (loss->known && bound_s <= limit_s)
        return gate_ok(judging, "topology", "%s (limit %s)", words, seconds_words(judging, limit_s));
    if (loss->known && bound_s <= question->loss_accepted_s)
        return gate_ok(judging, "ledger", "%s (accepted %s)", words,
                       seconds_words(judging, question->loss_accepted_s));
    if (question->loss_accepted_unknown)
        return gate_ok(judging, "ledger", "%s (accepted, whatever it is)", words);
    return gate_open(judging, "clocks and log backups", loss_remedy(judging), "%s (accepted %s)", words,
                     question->loss_accepted_s < 0 ? "nothing"
                                                   : seconds_words(judging, question->loss_accepted_s));
}
