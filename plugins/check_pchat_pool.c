/* check_pchat_pool: which site serves chat, whether that was intended, and whether anything contradicts it.
 */
#include "check.h"

#include "observe/sql/fact_query.h"

int main(int argc, char **argv)
{
    static const struct check check = {
        .name = "check_pchat_pool",
        .title = "PCHAT POOL",
        .summary =
            "Says which site of a Persistent Chat pool serves chat, whether that is what was intended, and "
            "whether anything contradicts it.",
        .main_metric = METRIC_COUNT,
        .fact_sets = FACT_SET_POOL,
        .of_pool = true,
        .expects = true,
        .assess = assess_pool,
    };

    return check_run(&check, argc, argv);
}
