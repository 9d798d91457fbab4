/* eh_pchat_failback: called by a check that tells whether the site that was failed over from is well. */
#include "handler.h"

static const struct handler handler = {
    .name = "eh_pchat_failback",
    .summary = "Records that a check of a Persistent Chat pool's primary site changed its state, for "
               "pchat-runner.",
    .epilogue = "Once it is OK, pchat-runner looks for itself; when it has seen the primary site well for\n"
                "long enough it plans the way back, tells people, and keeps the plan fresh.  It never\n"
                "carries that plan out: a person does.\n"
                "\n"
                "Exit codes: 0 recorded, 3 not recorded.",
    .kind = EPISODE_FAILBACK,
};

int main(int argc, char **argv)
{
    return handler_run(&handler, argc, argv);
}
