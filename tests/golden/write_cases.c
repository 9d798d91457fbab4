/*
 * write_cases DIR NAME...: writes those situations of the unit tests as snapshot files, as --record would.
 */
#include "unit/assess/replication_cases.h"

#include "base/mem.h"

#include <string.h>

static const struct replication_case *find_case(const char *name)
{
    for (size_t i = 0; i < replication_case_count; i++)
        if (strcmp(replication_cases[i].name, name) == 0)
            return &replication_cases[i];
    return NULL;
}

static int write_case(const char *folder, const char *name)
{
    const struct replication_case *row = find_case(name);
    AUTO(snapshot) struct snapshot *snapshot = row ? replication_case_snapshot(row) : NULL;
    AUTO_FREE char *json = snapshot ? snapshot_to_json(snapshot) : NULL;
    AUTO_FREE char *path = mem_format("%s/%s.json", folder, name);
    AUTO_FCLOSE FILE *file = json ? fopen(path, "w") : NULL;

    if (!json) {
        fprintf(stderr, "write_cases: no situation \"%s\"\n", name);
        return -1;
    }
    if (!file || fputs(json, file) < 0 || fflush(file) != 0) {
        perror(path);
        return -1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: write_cases DIR NAME...\n");
        return 3;
    }
    for (int i = 2; i < argc; i++)
        if (write_case(argv[1], argv[i]) != 0)
            return 3;
    return 0;
}
