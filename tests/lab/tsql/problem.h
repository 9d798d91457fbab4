/*
 * What went wrong in a batch, as the server's own numbered messages: the table of numbers, severities and
 * texts, and the list that the parser, the binder and the statements add to.  Numbers and texts are those of
 * "Database Engine events and errors" (SQL Server documentation).
 */
#ifndef PCHAT_LAB_TSQL_PROBLEM_H
#define PCHAT_LAB_TSQL_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct problem {
    int number, severity, state, line;
    const char *text;
};

/* A list in the order in which the messages are sent; everything lives in the arena. */
struct problems {
    struct arena *arena;
    struct problem *items;
    size_t count;
};

enum { SEVERITY_FIRST_ERROR = 11 }; /* below: information */

/* Adds message `number`; its arguments replace %1, %2, %3 in the text.  Returns -1 for "return
 * problem_add(...)". */
int problem_add(struct problems *problems, int line, int number, const char *const *arguments, size_t count);
#define PROBLEM(problems, line, number, ...)                                                                 \
    problem_add(problems, line, number, (const char *const[]){__VA_ARGS__},                                  \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
#define PROBLEM0(problems, line, number) problem_add(problems, line, number, NULL, 0)

/* Adds a message that has a text of its own (RAISERROR, a row of the world's history). */
int problem_add_text(struct problems *problems, struct problem problem);

#endif
