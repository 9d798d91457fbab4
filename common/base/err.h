/*
 * One error value: what went wrong, said once, with a kind that decides the hint.
 *
 * A function that can fail returns 0 or -1 and fills *err; it never prints and never exits.  Only programs
 * report.  Remote endpoints that cannot be seen are not errors but facts of the snapshot (model/sight.h).
 */
#ifndef PCHAT_BASE_ERR_H
#define PCHAT_BASE_ERR_H

enum err_kind {
    ERR_NONE,
    ERR_USAGE,    /* the command line */
    ERR_CONFIG,   /* a file of ours that a person wrote; the text starts with FILE:LINE */
    ERR_SECRET,   /* a credential that is missing, unreadable, or readable by too many */
    ERR_INPUT,    /* foreign bytes that are not what they should be (snapshot file, server value) */
    ERR_IO,       /* a system call */
    ERR_INTERNAL, /* cannot happen; a defect of ours */
    ERR_KIND_COUNT
};

struct err {
    enum err_kind kind;
    char text[1024]; /* one line, UTF-8, no trailing newline, never a secret */
};

#define ERR_INIT                                                                                             \
    {                                                                                                        \
        ERR_NONE,                                                                                            \
        {                                                                                                    \
            0                                                                                                \
        }                                                                                                    \
    }

/* Sets *err and returns -1, so that a failing line reads `return err_set(err, ...);`.  err may be NULL. */
int err_set(struct err *err, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* err_set with ": " and the text of errno_value appended. */
int err_set_errno(struct err *err, enum err_kind kind, int errno_value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "usage", "config", ... */
const char *err_kind_name(enum err_kind kind);
/* What to do about this kind of error in general, or "" where the text says it all. */
const char *err_kind_hint(enum err_kind kind);

#endif
