/* The program that is called: whoever asks the pool is another one. */
#include "check_direct.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

enum { OTHER_BYTES = PATH_MAX + 8 };

/* The program beside this one, wherever that lies. */
static int find_other(char out[OTHER_BYTES])
{
    ssize_t length = readlink("/proc/self/exe", out, PATH_MAX);

    if (length < 0)
        return -1;
    memcpy(out + length, "-pass", sizeof("-pass"));
    return 0;
}

int check_directly(const struct check *check, const struct check_options *options, char **argv,
                   struct strbuf *out)
{
    char other[OTHER_BYTES] = "/proc/self/exe";
    struct err err = ERR_INIT;

    if (find_other(other) == 0)
        execv(other, argv);
    err_set_errno(&err, ERR_IO, errno, "%s, which asks the pool, cannot be run", other);
    return check_tell_error(check, options, &err, out);
}
