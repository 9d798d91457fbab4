/* What the files of shape share. */
#ifndef PCHAT_REHEARSE_SHAPE_PARTS_H
#define PCHAT_REHEARSE_SHAPE_PARTS_H

#include "rehearse/shape.h"

/* The text lasts as long as the shape. */
void shape_note(struct shape *shape, const char *text);
/* Adds the machine unless it is there in that part already; its name in the world. */
const char *shape_add(struct shape *shape, const char *theirs, enum shape_place place, enum shape_part part);
/* NULL: no machine of theirs is called so. */
const char *shape_ours(const struct shape *shape, const char *theirs);
const char *shape_fqdn(struct shape *shape, const char *ours);
/* NULL: theirs names none. */
const char *shape_mirror_share(struct shape *shape, const struct topology_pool *theirs);
void shape_acting(struct shape *shape, const struct topology_pool *theirs);

#endif
