/*
 * replay FILE...: the main of a fuzz target where there is no libFuzzer: every file is one input.  Options of
 * libFuzzer
 * (-runs=0) are passed over, so that both kinds of program are called alike.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX_BYTES = 8 * 1024 * 1024 };

static int replay(const char *path, uint8_t *buffer)
{
    FILE *file = fopen(path, "rbe");
    size_t size;

    if (!file) {
        perror(path);
        return -1;
    }
    size = fread(buffer, 1, INPUT_MAX_BYTES, file);
    fclose(file);
    return LLVMFuzzerTestOneInput(buffer, size);
}

int main(int argc, char **argv)
{
    uint8_t *buffer = malloc(INPUT_MAX_BYTES);
    int replayed = 0, bad = 0;

    for (int i = 1; buffer && i < argc; i++) {
        if (argv[i][0] == '-')
            continue;
        replayed++;
        bad += replay(argv[i], buffer) != 0;
    }
    free(buffer);
    printf("%d inputs\n", replayed);
    return replayed > 0 && bad == 0 ? 0 : 1;
}
