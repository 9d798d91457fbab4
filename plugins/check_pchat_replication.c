/* check_pchat_replication: how far behind the backup site is, and how much chat would be lost. */
#include "check.h"

int main(int argc, char **argv)
{
    static const struct check check = {
        .name = "check_pchat_replication",
        .title = "PCHAT REPLICATION",
        .summary =
            "Says how far the backup site of a Persistent Chat pool is behind, how much chat would be lost "
            "if the primary site burned now, and what to do.",
        .main_metric = METRIC_exposure_s,
        .assess = assess_replication,
    };

    return check_run(&check, argc, argv);
}
