/* eh_pchat_failover: called by a check that tells whether the pool is served. */
#include "handler.h"

static const struct handler handler = {
    .name = "eh_pchat_failover",
    .summary = "Records that a check of a Persistent Chat pool changed its state, for pchat-runner.",
    .epilogue =
        "It decides nothing and reaches nobody: pchat-runner looks for itself before it does anything.\n"
        "\n"
        "Exit codes: 0 recorded, 3 not recorded.",
    .kind = EPISODE_FAILOVER,
};

int main(int argc, char **argv)
{
    return handler_run(&handler, argc, argv);
}
