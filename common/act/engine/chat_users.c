#include "act/engine/chat_users.h"

#include "base/cleanup.h"
#include "model/json_text.h"

#include <string.h>

static void json_auto(json_t **json)
{
    json_decref(*json);
}

const char *chat_users_ask(struct sql_port *port, const char *database, struct deadline deadline,
                           struct arena *arena, const char **ret_why)
{
    const struct inquiry inquiry = {.database = database, .lock = "", .deadline = deadline};
    CLEANUP(json_auto) json_t *list = json_array();
    AUTO_FREE char *text = NULL;
    struct database_users users;

    inquire_users(port, &inquiry, arena, &users);
    if (users.sighting.sight != SIGHT_SEEN) {
        *ret_why = users.sighting.detail ? users.sighting.detail : "they were not seen";
        return NULL;
    }
    for (size_t i = 0; i < users.count; i++)
        json_array_append_new(
            list, json_pack("[o,o]", json_text(users.rows[i].name), json_text(users.rows[i].sid)));
    text = json_dumps(list, JSON_COMPACT);
    return arena_text(arena, text);
}

static bool read_user(json_t *pair, struct arena *arena, struct database_users *users)
{
    const char *name = json_string_value(json_array_get(pair, 0));
    const char *sid = json_string_value(json_array_get(pair, 1));
    struct database_user *user;

    if (!name || !database_user_sid_is_one(sid))
        return false;
    user = arena_push(arena, &users->rows, &users->count, sizeof(*user));
    *user = (struct database_user){arena_text(arena, name), arena_text(arena, sid)};
    return true;
}

bool chat_users_read(const char *text, struct arena *arena, struct database_users *ret_users)
{
    CLEANUP(json_auto) json_t *list = text ? json_loads(text, 0, NULL) : NULL;
    json_t *pair;
    size_t i;

    *ret_users = (struct database_users){.sighting = {SIGHT_SEEN, NULL}};
    json_array_foreach(list, i, pair) if (!read_user(pair, arena, ret_users)) return false;
    return json_is_array(list);
}
