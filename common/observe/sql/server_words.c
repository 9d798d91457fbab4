#include "observe/sql/server_words.h"

#include "observe/sql/row_reader.h"
#include "observe/sql/server_error.h"

#include <stdio.h>

enum { SEVERITY_LAST_INFORMATION = 10 };

void server_words_hear(struct server_words *words, int number, int severity, const char *text)
{
    if (severity <= SEVERITY_LAST_INFORMATION)
        return;
    if (words->number && (!server_error_is_wrapper(words->number) || server_error_is_wrapper(number)))
        return;
    words->number = number;
    snprintf(words->text, sizeof(words->text), "%s", text ? text : "");
}

static const char *text_of(const struct server_words *words, struct arena *arena)
{
    return arena_format(arena, "%s (Msg %d)", row_safe_text(arena, words->text), words->number);
}

struct sql_failure server_words_at_login(const struct server_words *words, struct arena *arena)
{
    return (struct sql_failure){server_error_at_login(words->number), words->number, text_of(words, arena)};
}

struct sql_failure server_words_at_query(const struct server_words *words, bool usable, struct arena *arena)
{
    return (struct sql_failure){server_error_at_query(words->number), usable ? words->number : 0,
                                text_of(words, arena)};
}
