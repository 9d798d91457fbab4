/*
 * Any text is a range or is not; one that is reads back from its own shortest form to the same range.
 */
#include "base/range.h"

#include "base/cleanup.h"
#include "base/mem.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FREE char *text = mem_alloc(size + 1);
    char shown[RANGE_TEXT_BYTES];
    struct range range, again;
    struct err err = ERR_INIT;

    if (size)
        memcpy(text, data, size);
    if (range_parse(text, &range, &err) != 0) {
        require(err.kind == ERR_USAGE);
        return 0;
    }
    require(range.set && range.low <= range.high);
    require(range_alerts(&range, range.low) == range.alert_inside);
    require(range_parse(range_format(&range, shown), &again, NULL) == 0);
    require(again.low == range.low && again.high == range.high && again.alert_inside == range.alert_inside);
    return 0;
}
