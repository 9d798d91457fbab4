#include "lab/world/kinds.h"

#include "base/mem.h"

#include <string.h>

/* A VLF of 64 MB; its header takes the first blocks. */
enum { BLOCK_BYTES = 512, VLF_BLOCKS = 131072, VLF_FIRST_BLOCK = 16 };

static const uint64_t block_unit = 100000;            /* 10^5 */
static const uint64_t vlf_unit = 1000000000000000ULL; /* 10^15 */

bool guid_same(const struct guid *a, const struct guid *b)
{
    return strcmp(a->text, b->text) == 0;
}

bool guid_is_null(const struct guid *guid)
{
    return guid->text[0] == '\0';
}

lsn_t lsn_make(unsigned vlf, unsigned block, unsigned slot)
{
    return (lsn_t)vlf * vlf_unit + (lsn_t)block * block_unit + slot;
}

static int64_t lsn_vlf(lsn_t lsn)
{
    return (int64_t)(lsn / vlf_unit);
}

static int64_t lsn_block(lsn_t lsn)
{
    return (int64_t)(lsn / block_unit % (vlf_unit / block_unit));
}

const char *world_lsn_text(lsn_t lsn, char out[LSN_TEXT_BYTES])
{
    char digits[LSN_TEXT_BYTES];
    size_t n = 0;

    while (lsn > 0) {
        digits[n++] = (char)('0' + (int)(lsn % 10));
        lsn /= 10;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = digits[n - 1 - i];
    out[n] = '\0';
    return out;
}

int64_t lsn_distance_bytes(lsn_t from, lsn_t to)
{
    int64_t blocks;

    if (to <= from)
        return 0;
    blocks = (lsn_vlf(to) - lsn_vlf(from)) * (VLF_BLOCKS - VLF_FIRST_BLOCK) + lsn_block(to) - lsn_block(from);
    return blocks * BLOCK_BYTES;
}

lsn_t lsn_advance(lsn_t lsn, int64_t bytes)
{
    int64_t vlf = lsn_vlf(lsn);
    int64_t block = lsn_block(lsn) + (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;

    while (block >= VLF_BLOCKS) {
        vlf++;
        block -= VLF_BLOCKS - VLF_FIRST_BLOCK;
    }
    return lsn_make((unsigned)vlf, (unsigned)block, 1);
}

void *list_grow(void *rows, size_t count, size_t *capacity, size_t row_bytes)
{
    if (count == *capacity) {
        *capacity = *capacity ? *capacity * 2 : 8;
        rows = mem_resize(rows, *capacity, row_bytes);
    }
    memset((char *)rows + count * row_bytes, 0, row_bytes);
    return rows;
}

size_t list_shift(void *rows, size_t count, size_t index, size_t row_bytes)
{
    char *at = (char *)rows + index * row_bytes;

    memmove(at, at + row_bytes, (count - index - 1) * row_bytes);
    return count - 1;
}
