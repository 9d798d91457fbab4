/*
 * Error records, and how they look on the error stream ("about_Throw", "about_Try_Catch_Finally", class
 * ErrorRecord).
 */
#ifndef PCHAT_LAB_POWERSHELL_ERROR_H
#define PCHAT_LAB_POWERSHELL_ERROR_H

#include "lab/powershell/ast.h"

struct ps_error {
    const char *message;
    const char *exception; /* "System.Management.Automation.CommandNotFoundException" */
    const char *id;        /* FullyQualifiedErrorId */
    const char *category;  /* "ObjectNotFound" */
    const char *activity;  /* the cmdlet; "" for none */
    const char *command;   /* what stands before the message; NULL: the activity */
    int socket_error;      /* ErrorCode of the SocketException inside; 0: none is */
    bool silent;           /* 2>$null: not written */
    struct ps_value target;
    struct ps_extent extent;
    bool stops_script;      /* throw, or -ErrorAction Stop: nothing after it runs unless it is caught */
    struct ps_value record; /* the ErrorRecord that a script sees; made on demand */
};

/* Unwinds with a new error; always -1.  id, exception and category are constants; message is formatted. */
int ps_throw(struct ps *ps, const struct ps_error *error, const char *message_format, ...)
    __attribute__((format(printf, 3, 4)));
/* Unwinds with an error that exists. */
int ps_throw_again(struct ps *ps, struct ps_error *error);
/* A RuntimeException of the language itself: "InvalidOperation" with that id. */
int ps_fail(struct ps *ps, struct ps_extent extent, const char *id, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same, of a value that is no number of that .NET type. */
int ps_fail_cast(struct ps *ps, struct ps_extent extent, const struct ps_value *value, const char *type);

/* What $_ is in a catch block. */
struct ps_value ps_error_record(struct ps *ps, struct ps_error *error);
/* Remembers it in $Error. */
void ps_error_remember(struct ps *ps, struct ps_error *error);
/* Writes it on the error stream, as CLIXML. */
void ps_error_write(struct ps *ps, const struct ps_error *error);
/* Does `catch [type]` catch it? */
bool ps_error_is(const struct ps_error *error, const char *type);

#endif
