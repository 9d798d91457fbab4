/*
 * write_cases DIR: writes every situation of the unit tests as a snapshot file, as --record would.
 */
#include "unit/assess/replication_cases.h"

#include "base/mem.h"

#include <string.h>

static int write_case(const char *folder, const struct replication_case *row)
{
    AUTO(snapshot) struct snapshot *snapshot = replication_case_snapshot(row);
    AUTO_FREE char *json = snapshot_to_json(snapshot);
    AUTO_FREE char *path = mem_format("%s/%s.json", folder, row->name);
    AUTO_FCLOSE FILE *file = fopen(path, "w");

    if (!file || fputs(json, file) < 0 || fflush(file) != 0) {
        perror(path);
        return -1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: write_cases DIR\n");
        return 3;
    }
    for (size_t i = 0; i < replication_case_count; i++)
        if (write_case(argv[1], &replication_cases[i]) != 0)
            return 3;
    return 0;
}
