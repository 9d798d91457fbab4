#include "base/err.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *hint;
} kinds[ERR_KIND_COUNT] = {
    [ERR_NONE] = {"none", ""},
    [ERR_USAGE] = {"usage", "see --help"},
    [ERR_CONFIG] = {"config", ""},
    [ERR_SECRET] = {"secret", "a credential file belongs to root or to the caller, readable by nobody else"},
    [ERR_INPUT] = {"input", ""},
    [ERR_IO] = {"io", ""},
    [ERR_INTERNAL] = {"internal", "this is a defect of pchat-plugins; please report it with --record"},
};

/* Cuts the text to one line: a newline inside a server's message must not forge a second one. */
__attribute__((format(printf, 3, 0))) static void set_text(struct err *err, enum err_kind kind,
                                                           const char *format, va_list args)
{
    int length = vsnprintf(err->text, sizeof(err->text), format, args);

    err->kind = kind;
    if (length >= (int)sizeof(err->text))
        err->text[utf8_cut(err->text, sizeof(err->text) - 1, sizeof(err->text) - 2)] = '\0';
    for (char *c = err->text; *c; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
}

int err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
    va_list args;

    if (!err)
        return -1;
    va_start(args, format);
    set_text(err, kind, format, args);
    va_end(args);
    return -1;
}

int err_set_errno(struct err *err, enum err_kind kind, int errno_value, const char *format, ...)
{
    char reason[128];
    va_list args;
    size_t used;

    if (!err)
        return -1;
    va_start(args, format);
    set_text(err, kind, format, args);
    va_end(args);
    used = strlen(err->text);
    snprintf(err->text + used, sizeof(err->text) - used, ": %s",
             strerror_r(errno_value, reason, sizeof(reason)));
    return -1;
}

const char *err_kind_name(enum err_kind kind)
{
    return kinds[kind].name;
}

const char *err_kind_hint(enum err_kind kind)
{
    return kinds[kind].hint;
}
