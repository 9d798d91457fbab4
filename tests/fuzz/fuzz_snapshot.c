/*
 * The reader of snapshots meets any bytes.  What it accepts must be written again, and what is written must
 * read back to what writes the same.
 */
#include "model/snapshot.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct snapshot *snapshot)
{
    AUTO_FREE char *json = snapshot_to_json(snapshot);
    AUTO(snapshot) struct snapshot *copy = snapshot_from_json(json, strlen(json), NULL);
    AUTO_FREE char *again = copy ? snapshot_to_json(copy) : NULL;

    if (!again || strcmp(json, again) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    AUTO(snapshot) struct snapshot *snapshot = snapshot_from_json((const char *)data, size, &err);

    if (snapshot)
        check_round_trip(snapshot);
    else if (err.kind != ERR_INPUT || err.text[0] == '\0')
        abort();
    return 0;
}
