/*
 * From one expected tree: it is sorted, GET finds each instance, GETNEXT and GETBULK walk them in order; then
 * the same of pools at random, against the list of all instances made by hand.
 */
#include "agentx_pool.h"
#include "unit/cmocka_unit.h"
#include "unit/model/random_snapshot.h"

#include "base/object_id.h"
#include "base/utf8.h"
#include "base/whole_file.h"

#include <ctype.h>
#include <string.h>

enum { TEXT_MAX_BYTES = 4 * 1024 * 1024, ROUNDS = 60, PROBES = 400 };

/* ---- values as text ---- */

static void add_octets(struct strbuf *out, const struct value *value)
{
    const char *octets = value->octets ? value->octets : value->made;

    strbuf_add_char(out, '"');
    for (size_t i = 0; i < value->length; i++)
        if (value->octets)
            strbuf_add_char(out, octets[i]);
        else
            strbuf_format(out, "%02x", (unsigned)(unsigned char)octets[i]);
    strbuf_add_char(out, '"');
}

static void add_line(struct strbuf *out, const struct place *place, const struct value *value)
{
    static const char *const types[] = {[WIRE_INTEGER] = "INTEGER",
                                        [WIRE_GAUGE] = "Gauge32",
                                        [WIRE_COUNTER] = "Counter32",
                                        [WIRE_OCTETS] = "OCTETS"};

    for (size_t i = 0; i < place->length; i++)
        strbuf_format(out, "%s%u", i ? "." : "", place->parts[i]);
    strbuf_format(out, " %s ", types[value->type]);
    if (value->type == WIRE_OCTETS)
        add_octets(out, value);
    else
        strbuf_format(out, "%lld", (long long)value->number);
    strbuf_add_char(out, '\n');
}

/* ---- all instances, the long way ---- */

struct instance {
    struct place place;
    struct value value;
};

struct list {
    struct instance *items;
    size_t count;
};

static int compare_instances(const void *a, const void *b)
{
    const struct instance *left = a, *right = b;

    return object_id_compare(left->place.parts, left->place.length, right->place.parts, right->place.length);
}

static struct list list_of(struct arena *arena, const struct mib_tree *tree)
{
    struct list list = {NULL, 0};

    for (size_t b = 0; b < tree->count; b++)
        for (size_t t = 0; t < TABLE_COUNT; t++)
            for (size_t r = 0; r < tree->branches[b]->rows[t].count; r++)
                for (size_t c = 0; c < tables[t]->column_count; c++) {
                    const struct row_head *row = rows_at(&tree->branches[b]->rows[t], r);
                    struct instance one = {.place = place_of(tables[t], &tables[t]->columns[c], row->index)};

                    if (row_value(&tables[t]->columns[c], row, test_now, &one.value))
                        *(struct instance *)arena_push(arena, &list.items, &list.count, sizeof(one)) = one;
                }
    if (list.count)
        qsort(list.items, list.count, sizeof(list.items[0]), compare_instances);
    return list;
}

static bool same_value(const struct value *a, const struct value *b)
{
    if (a->type != b->type || a->length != b->length || a->number != b->number)
        return false;
    return memcmp(a->octets ? a->octets : a->made, b->octets ? b->octets : b->made, a->length) == 0;
}

static void check_get(const struct mib_tree *tree, const struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct place *place = &list->items[i].place;
        struct value value;
        uint32_t longer[PLACE_MOST_PARTS + 1] = {0};

        if (i && compare_instances(&list->items[i - 1], &list->items[i]) >= 0)
            fail_msg("instance %zu stands twice", i);
        if (!tree_get(tree, place->parts, place->length, test_now, &value) ||
            !same_value(&value, &list->items[i].value))
            fail_msg("GET does not find instance %zu", i);
        memcpy(longer, place->parts, place->length * sizeof(longer[0]));
        assert_false(tree_get(tree, longer, place->length + 1, test_now, &value));
        assert_false(tree_get(tree, longer, place->length - 1, test_now, &value));
    }
}

static void check_walk(const struct mib_tree *tree, const struct list *list)
{
    struct place at = {.length = 0}, next;
    struct value value;
    size_t count = 0;

    for (; tree_next(tree, at.parts, at.length, test_now, &next, &value); at = next, count++) {
        const struct instance found = {next, value};

        if (count == list->count || compare_instances(&found, &list->items[count]) != 0 ||
            !same_value(&value, &list->items[count].value))
            fail_msg("GETNEXT goes astray at instance %zu", count);
    }
    assert_int_equal(count, list->count);
}

/* From wherever it begins, a bulk of ten is what stands behind. */
static void check_bulk(const struct mib_tree *tree, const struct list *list, const struct place *from)
{
    const struct instance start = {.place = *from};
    struct place at = *from, next;
    struct value value;
    size_t expected = 0;

    while (expected < list->count && compare_instances(&list->items[expected], &start) <= 0)
        expected++;
    for (int i = 0; i < 10; i++, at = next, expected++) {
        bool there = tree_next(tree, at.parts, at.length, test_now, &next, &value);

        assert_int_equal(there, expected < list->count);
        if (!there)
            return;
        assert_int_equal(compare_instances(&(struct instance){next, value}, &list->items[expected]), 0);
    }
}

static void check_tree(const struct mib_tree *tree, const struct list *list, unsigned *seed)
{
    assert_true(list->count > 0);
    check_get(tree, list);
    check_walk(tree, list);
    for (int i = 0; i < PROBES && list->count; i++) {
        struct place from = list->items[(size_t)rand_r(seed) % list->count].place;
        size_t part = (size_t)rand_r(seed) % PLACE_MOST_PARTS;

        from.length = (size_t)rand_r(seed) % (PLACE_MOST_PARTS + 1);
        if (part < from.length)
            from.parts[part] += (uint32_t)(rand_r(seed) % 3) - 1;
        check_bulk(tree, list, &from);
    }
}

/* ---- the expected tree ---- */

static struct indexes *no_indexes(void)
{
    struct err err = ERR_INIT;
    struct indexes *indexes = indexes_read("/nonexistent/indexes", &err);

    if (!indexes)
        fail_msg("%s", err.text);
    return indexes;
}

static void healthy_tree(struct indexes *indexes, struct mib_tree *tree)
{
    AUTO(snapshot) struct snapshot *snapshot = agentx_snapshot();

    *tree = (struct mib_tree)TREE_INIT;
    agentx_put(tree, indexes, "lyncpc.litwareinc.com", snapshot, agentx_runs());
    agentx_put_own(tree);
}

static void the_expected_tree(void **state)
{
    AUTO(indexes) struct indexes *indexes = no_indexes();
    AUTO(arena) struct arena *arena = arena_new();
    AUTO(strbuf) struct strbuf text = STRBUF_INIT;
    AUTO(strbuf) struct strbuf expected = STRBUF_INIT;
    AUTO(tree) struct mib_tree tree;
    struct err err = ERR_INIT;
    struct list list;
    unsigned seed = 1;

    (void)state;
    healthy_tree(indexes, &tree);
    list = list_of(arena, &tree);
    for (size_t i = 0; i < list.count; i++)
        add_line(&text, &list.items[i].place, &list.items[i].value);
    if (getenv("GOLDEN_UPDATE"))
        assert_int_equal(whole_file_write(EXPECTED_TREE, 0644, strbuf_text(&text), &err), 0);
    assert_int_equal(whole_file_read(EXPECTED_TREE, TEXT_MAX_BYTES, &expected, &err), 0);
    assert_string_equal(strbuf_text(&text), strbuf_text(&expected));
    check_tree(&tree, &list, &seed);
}

/* ---- at random ---- */

static void random_trees(void **state)
{
    (void)state;
    for (unsigned round = 1; round <= ROUNDS; round++) {
        AUTO(indexes) struct indexes *indexes = no_indexes();
        AUTO(arena) struct arena *arena = arena_new();
        AUTO(tree) struct mib_tree tree = TREE_INIT;
        unsigned seed = round;
        struct list list;

        for (unsigned pool = 0; pool < 1 + round % 5; pool++) {
            AUTO(snapshot) struct snapshot *snapshot = random_snapshot(round * 10 + pool);

            agentx_put(&tree, indexes, arena_format(arena, "pool%u", (pool * 7) % 5), snapshot,
                       pool % 2 ? agentx_runs() : NULL);
        }
        if (round % 2)
            agentx_put_own(&tree);
        list = list_of(arena, &tree);
        for (size_t i = 0; i < list.count; i++) {
            const struct value *value = &list.items[i].value;

            assert_true(value->length <= TEXT_MOST_BYTES);
            assert_true(!value->octets || utf8_valid(value->octets));
        }
        check_tree(&tree, &list, &seed);
    }
}

/* What is not known is not there: nothing of a pool that no pass has seen yet. */
static void absent_is_no_instance(void **state)
{
    AUTO(indexes) struct indexes *indexes = no_indexes();
    AUTO(tree) struct mib_tree tree = TREE_INIT;
    const struct column *exposure = column_named(&pchatPoolTable, "pchatPoolExposure");
    const struct column *name = column_named(&pchatPoolTable, "pchatPoolName");
    const uint32_t index[INDEX_MOST] = {1};
    struct value value;
    struct place place;

    (void)state;
    agentx_put(&tree, indexes, "new.example", NULL, NULL);
    place = place_of(&pchatPoolTable, name, index);
    assert_true(tree_get(&tree, place.parts, place.length, test_now, &value));
    place = place_of(&pchatPoolTable, exposure, index);
    assert_false(tree_get(&tree, place.parts, place.length, test_now, &value));
    tree_remove(&tree, 1);
    assert_int_equal(tree.count, 0);
    place.length = 0;
    assert_false(tree_next(&tree, place.parts, 0, test_now, &place, &value));
}

static void ages_grow_by_themselves(void **state)
{
    AUTO(indexes) struct indexes *indexes = no_indexes();
    AUTO(tree) struct mib_tree tree;
    const uint32_t index[INDEX_MOST] = {1};
    struct place place = place_of(&pchatPoolTable, column_named(&pchatPoolTable, "pchatPoolAge"), index);
    struct value value;

    (void)state;
    healthy_tree(indexes, &tree);
    assert_true(tree_get(&tree, place.parts, place.length, test_now, &value));
    assert_int_equal(value.number, 7);
    assert_true(tree_get(&tree, place.parts, place.length, (struct mono_ms){TEST_NOW_MS + 60000}, &value));
    assert_int_equal(value.number, 67);
}

/* ---- the columns against the text of the MIB ---- */

static const char *const syntaxes[VALUE_KIND_COUNT] = {
    [VALUE_TEXT] = "PchatText",   [VALUE_ENUM] = "TC",           [VALUE_INTEGER] = "Integer32",
    [VALUE_GAUGE] = "Gauge32",    [VALUE_COUNTER] = "Counter32", [VALUE_TRUTH] = "TruthValue",
    [VALUE_TIME] = "DateAndTime", [VALUE_AGE] = "Gauge32",
};

/* The definition of that object, up to its place. */
static const char *definition_of(struct arena *arena, const char *mib, const char *name)
{
    const char *begin = strstr(mib, arena_format(arena, "\n%s OBJECT-TYPE\n", name));
    const char *end = begin ? strstr(begin, "::= {") : NULL;

    return end ? arena_text_n(arena, begin, (size_t)(strchr(end, '}') - begin)) : "";
}

static void check_column(struct arena *arena, const char *mib, const struct column *column)
{
    const char *definition = definition_of(arena, mib, column->name);
    const char *syntax = strstr(definition, "SYNTAX"), *place = strstr(definition, "::= {");
    size_t length = syntax ? strcspn(syntax, "\n") : 0;
    const char *wanted = syntaxes[column->kind];

    if (!place || !syntax) {
        fail_msg("the MIB has no %s", column->name);
        return;
    }
    if (length < strlen(wanted) || strncmp(syntax + length - strlen(wanted), wanted, strlen(wanted)) != 0)
        fail_msg("%s is %.*s, and served as %s", column->name, (int)length, syntax, wanted);
    if (strtoul(strpbrk(place, "0123456789"), NULL, 10) != column->number)
        fail_msg("%s is served as number %u", column->name, column->number);
    if ((column->kind == VALUE_AGE) && !strstr(definition, "UNITS       \"seconds\""))
        fail_msg("%s has no unit", column->name);
}

static void columns_are_those_of_the_mib(void **state)
{
    AUTO(strbuf) struct strbuf mib = STRBUF_INIT;
    AUTO(arena) struct arena *arena = arena_new();
    struct err err = ERR_INIT;
    size_t columns = 0, defined = 0;

    (void)state;
    assert_int_equal(whole_file_read(PCHAT_MIB_TEXT, TEXT_MAX_BYTES, &mib, &err), 0);
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        for (size_t c = 0; c < tables[t]->column_count; c++, columns++) {
            check_column(arena, strbuf_text(&mib), &tables[t]->columns[c]);
            assert_true(c == 0 || tables[t]->columns[c - 1].number < tables[t]->columns[c].number);
        }
        assert_true(t == 0 || tables[t - 1]->number < tables[t]->number);
    }
    for (const char *at = strbuf_text(&mib); (at = strstr(at, "MAX-ACCESS  read-only")); at++)
        defined++;
    assert_int_equal(columns, defined);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_expected_tree),
        cmocka_unit_test(random_trees),
        cmocka_unit_test(absent_is_no_instance),
        cmocka_unit_test(ages_grow_by_themselves),
        cmocka_unit_test(columns_are_those_of_the_mib),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
