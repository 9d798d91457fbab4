#include "model/right.h"

#include "base/sql_quote.h"

#include <string.h>

bool right_read(struct arena *arena, const char *detail, struct missing_right *ret_right)
{
    const char *arrow = detail ? strstr(detail, RIGHT_ARROW) : NULL;

    if (!arrow || arrow == detail || !arrow[strlen(RIGHT_ARROW)])
        return false;
    ret_right->name = arena_text_n(arena, detail, (size_t)(arrow - detail));
    ret_right->grant = arena_text(arena, arrow + strlen(RIGHT_ARROW));
    return true;
}

void right_add_login(struct strbuf *out, const char *login)
{
    sql_quote_name(out, login ? login : "the monitoring login");
}

void right_add_server(struct strbuf *out, const char *right, const char *login)
{
    strbuf_format(out, "%s" RIGHT_ARROW "USE master; GRANT %s TO ", right, right);
    right_add_login(out, login);
    strbuf_add(out, ";");
}
