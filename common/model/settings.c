#include "model/settings.h"

static const struct setting_info list[] = {
#define SETTING_TEXT(name, value, syntax, meaning)                                                           \
    {#name, offsetof(struct settings, name), value, 0, 0, 0, meaning},
#define SETTING_NUM(name, value, least, most, meaning)                                                       \
    {#name, offsetof(struct settings, name), NULL, value, least, most, meaning},
#include "model/settings.def"
#undef SETTING_TEXT
#undef SETTING_NUM
    {0},
};

const struct setting_info *settings_list(void)
{
    return list;
}

struct settings settings_default(void)
{
    return (struct settings){
#define SETTING_TEXT(name, value, syntax, meaning)     .name = (value),
#define SETTING_NUM(name, value, least, most, meaning) .name = (value),
#include "model/settings.def"
#undef SETTING_TEXT
#undef SETTING_NUM
    };
}

struct settings settings_copy(struct arena *arena, const struct settings *settings)
{
    struct settings copy = *settings;

#define SETTING_TEXT(name, value, syntax, meaning) copy.name = arena_text(arena, settings->name);
#define SETTING_NUM(name, value, least, most, meaning)
#include "model/settings.def"
#undef SETTING_TEXT
#undef SETTING_NUM
    return copy;
}
