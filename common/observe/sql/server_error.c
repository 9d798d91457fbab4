#include "observe/sql/server_error.h"

#include "base/cleanup.h"

struct meaning {
    int number;
    enum sight sight;
};

static const struct meaning at_login[] = {
    {6005, SIGHT_REFUSED},  /* SHUTDOWN is in progress */
    {17142, SIGHT_REFUSED}, /* the service has been paused */
    {17187, SIGHT_REFUSED}, /* not ready to accept new client connections */
    {17809, SIGHT_REFUSED}, /* the maximum number of connections is in use */
};

static const struct meaning at_query[] = {
    {229, SIGHT_DENIED},     /* permission denied on an object */
    {230, SIGHT_DENIED},     /* on a column */
    {262, SIGHT_DENIED},     /* in a database */
    {297, SIGHT_DENIED},     /* the user does not have permission to perform this action */
    {300, SIGHT_DENIED},     /* VIEW SERVER STATE and its kind */
    {916, SIGHT_DENIED},     /* the login is no user of the database */
    {15247, SIGHT_DENIED},   /* user does not have permission */
    {1205, SIGHT_TIMED_OUT}, /* chosen as the deadlock victim, at low priority */
    {1222, SIGHT_TIMED_OUT}, /* lock request time out period exceeded */
};

static enum sight find(const struct meaning *table, size_t count, int number, enum sight otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].number == number)
            return table[i].sight;
    return otherwise;
}

enum sight server_error_at_login(int number)
{
    return find(at_login, COUNT(at_login), number, SIGHT_LOGIN_FAILED);
}

enum sight server_error_at_query(int number)
{
    return find(at_query, COUNT(at_query), number, SIGHT_PROTOCOL_ERROR);
}

bool server_error_is_wrapper(int number)
{
    return number == 3013 || number == 3621 || number == 5069;
}
