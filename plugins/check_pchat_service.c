/* check_pchat_service: whether what carries chat is up, host by host. */
#include "check.h"

#include "observe/sql/fact_query.h"

int main(int argc, char **argv)
{
    static const struct check check = {
        .name = "check_pchat_service",
        .title = "PCHAT SERVICE",
        .summary =
            "Says whether what carries a Persistent Chat pool is up, from the Windows service to the SIP "
            "answer, host by host.",
        .main_metric = METRIC_COUNT,
        .fact_sets = FACT_SET_POOL,
        .of_pool = true,
        .assess = assess_service,
    };

    return check_run(&check, argc, argv);
}
