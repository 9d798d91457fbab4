/*
 * Settings: what the product's documentation leaves open or each site decides, with defaults (settings.def).
 * They travel with the snapshot, so that a record is judged as it was taken.  Pure data, thread-safe.
 */
#ifndef PCHAT_MODEL_SETTINGS_H
#define PCHAT_MODEL_SETTINGS_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

struct settings {
#define SETTING_TEXT(name, value, syntax, meaning)     const char *name;
#define SETTING_NUM(name, value, least, most, meaning) int64_t name;
#include "model/settings.def"
#undef SETTING_TEXT
#undef SETTING_NUM
};

struct setting_info {
    const char *name;
    size_t offset;    /* of the member in struct settings */
    const char *text; /* default of a text; NULL: it is a number */
    int64_t number;   /* default of a number, within least..most */
    int64_t least, most;
    const char *meaning;
};

/* All settings in the order of settings.def; the array ends with a NULL name. */
const struct setting_info *settings_list(void);
struct settings settings_default(void); /* texts are static */
/* With texts of its own in the arena. */
struct settings settings_copy(struct arena *arena, const struct settings *settings);

#endif
