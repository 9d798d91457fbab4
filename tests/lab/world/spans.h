/*
 * Which copies of mgc could be written to, and when.
 */
#ifndef PCHAT_LAB_WORLD_SPANS_H
#define PCHAT_LAB_WORLD_SPANS_H

struct world;

/* Opens and closes world.writable_spans after anything may have changed. */
void spans_note(struct world *world);

#endif
