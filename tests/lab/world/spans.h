/*
 * Which copies of mgc could be written to, and when; and which had writers: chat servers connected to a copy
 * that they could write to.
 */
#ifndef PCHAT_LAB_WORLD_SPANS_H
#define PCHAT_LAB_WORLD_SPANS_H

struct world;

/* Opens and closes world.writable_spans and world.writer_spans after anything may have changed. */
void spans_note(struct world *world);

#endif
