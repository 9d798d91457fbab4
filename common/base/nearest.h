/*
 * "Did you mean …?": the known name that a mistyped one most likely meant.  Pure, thread-safe.
 */
#ifndef PCHAT_BASE_NEAREST_H
#define PCHAT_BASE_NEAREST_H

/* Names are offered one by one; the best so far is kept. */
struct nearest {
    const char *given; /* what was typed */
    const char *best;  /* points to an offered name; NULL while none is near enough to be worth mentioning */
    unsigned distance; /* insertions, deletions, replacements and swaps of neighbours between the two */
};

#define NEAREST_INIT(text)                                                                                   \
    {                                                                                                        \
        (text), NULL, 0                                                                                      \
    }

void nearest_offer(struct nearest *nearest, const char *name);

#endif
