/* pchatctl rehearse: a program of its own, beside ours, as the simulated deployment is no part of this one.
 */
#include "pchatctl.h"

#include "base/mem.h"
#include "base/strbuf.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PATH_MOST = 4096, ADDED_MOST = 6 };
#define HELPER "lib/pchat-plugins/pchat-rehearse" /* under the prefix in whose bin we are */

static int find_helper(struct strbuf *path, struct err *err)
{
    char own[PATH_MOST];
    const ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);

    if (length < 0)
        return err_set_errno(err, ERR_IO, errno, "cannot find out where pchatctl is");
    own[length] = '\0';
    for (int up = 0; up < 2 && strrchr(own, '/'); up++)
        *strrchr(own, '/') = '\0';
    strbuf_format(path, "%s/" HELPER, own);
    return 0;
}

static void hand_on(const struct ctl *ctl, int argc, char **argv, const char *helper)
{
    const char **args = mem_alloc(((size_t)argc + ADDED_MOST) * sizeof(*args));
    size_t count = 0;

    args[count++] = helper;
    args[count++] = "--topology";
    args[count++] = ctl->topology;
    if (ctl->pool) {
        args[count++] = "--pool";
        args[count++] = ctl->pool;
    }
    for (int i = 1; i < argc; i++)
        args[count++] = argv[i];
    execv(helper, (char *const *)args);
    free(args);
}

static int run(const struct ctl *ctl, int argc, char **argv)
{
    AUTO(strbuf) struct strbuf helper = STRBUF_INIT;
    struct err err = ERR_INIT;

    if (find_helper(&helper, &err) == 0) {
        hand_on(ctl, argc, argv, strbuf_text(&helper));
        err_set(&err, ERR_IO, "%s: %s; it is built with the simulated deployment (PCHAT_TESTS)",
                strbuf_text(&helper), errno == ENOENT ? "not installed" : strerror(errno));
    }
    return ctl_complain("pchatctl rehearse", &err);
}

const struct ctl_command ctl_rehearse = {"rehearse",
                                         "plays what may befall the pool, without asking any server", run};
