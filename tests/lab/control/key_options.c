#include "lab/control/key_options.h"

#include "base/number.h"

#include <stdbool.h>
#include <string.h>

enum { NUMBER_MAX = 1000000 };

/* One KEY=VALUE, and where its value goes. */
struct setting {
    const char *name;
    const struct key_option *option;
    const char *value;
    void *member;
};

static int bad(const struct setting *setting, struct err *err)
{
    const struct key_option *option = setting->option;

    if (option->kind == OPTION_FLAG)
        return err_set(err, ERR_USAGE, "%s %s=%s: expected %s or %s", setting->name, option->key,
                       setting->value, option->off, option->on);
    return err_set(err, ERR_USAGE, "%s %s=%s: expected %s", setting->name, option->key, setting->value,
                   option->kind == OPTION_NUMBER ? "1..1000000" : "a text");
}

static int take(const struct setting *setting, struct err *err)
{
    const struct key_option *option = setting->option;
    const char *value = setting->value;
    int64_t number = 0;

    switch (option->kind) {
    case OPTION_TEXT:
        if (!*value)
            return bad(setting, err);
        *(const char **)setting->member = value;
        return 0;
    case OPTION_NUMBER:
        if (!number_parse(value, &number) || number < 1 || number > NUMBER_MAX)
            return bad(setting, err);
        *(int64_t *)setting->member = number;
        return 0;
    case OPTION_FLAG:
        if (strcmp(value, option->on) != 0 && strcmp(value, option->off) != 0)
            return bad(setting, err);
        *(bool *)setting->member = strcmp(value, option->on) == 0;
        return 0;
    }
    return bad(setting, err);
}

int key_options_take(const struct key_options *options, void *filled, const char *text, struct err *err)
{
    size_t length = strcspn(text, "=");

    for (size_t i = 0; text[length] == '=' && i < options->count; i++) {
        const struct key_option *option = &options->rows[i];
        const struct setting setting = {options->name, option, text + length + 1,
                                        (char *)filled + option->offset};

        if (strncmp(option->key, text, length) == 0 && option->key[length] == '\0')
            return take(&setting, err);
    }
    return err_set(err, ERR_USAGE, "%s %s: expected KEY=VALUE with a KEY that --help lists", options->name,
                   text);
}

void key_options_list(const struct key_options *options, struct strbuf *out)
{
    for (size_t i = 0; i < options->count; i++) {
        const struct key_option *option = &options->rows[i];

        strbuf_format(out, "    %-26s %s", option->key, option->meaning);
        if (option->kind == OPTION_FLAG)
            strbuf_format(out, ": %s or %s", option->off, option->on);
        strbuf_add_char(out, '\n');
    }
}
