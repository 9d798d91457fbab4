#include "lab/control/scenario.h"

#include <errno.h>
#include <string.h>
#include <yaml.h>

enum { SCENARIO_AT_MAX_S = 366 * 86400 };

struct scenario_reader {
    const char *file;
    yaml_document_t *document;
    struct arena *arena;
    struct err *err;
};

static int fail(const struct scenario_reader *reader, const yaml_node_t *node, const char *expected)
{
    return err_set(reader->err, ERR_CONFIG, "%s:%zu: expected %s", reader->file, node->start_mark.line + 1,
                   expected);
}

static const char *scalar_text(const struct scenario_reader *reader, const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE)
        return NULL;
    return arena_text_n(reader->arena, (const char *)node->data.scalar.value, node->data.scalar.length);
}

static int read_seconds(const struct scenario_reader *reader, const yaml_node_t *node, int64_t *ret_ms)
{
    const char *text = scalar_text(reader, node);
    char *end = NULL;

    errno = 0;
    double seconds = text && *text ? strtod(text, &end) : -1;
    if (!text || !end || *end || errno || !(seconds >= 0 && seconds <= SCENARIO_AT_MAX_S))
        return fail(reader, node, "seconds after the start of the lab");
    *ret_ms = (int64_t)(seconds * 1000);
    return 0;
}

static const struct {
    const char *key;
    enum order_verb verb;
} verbs[] = {{"fault", ORDER_FAULT}, {"act", ORDER_ACT}, {"clear", ORDER_CLEAR}};

static bool read_verb(struct order *order, const char *key, const char *value)
{
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (strcmp(key, verbs[i].key) != 0)
            continue;
        order->verb = verbs[i].verb;
        order->name = value;
        return true;
    }
    return false;
}

static int read_entry(const struct scenario_reader *reader, const yaml_node_t *key_node,
                      const yaml_node_t *value_node, struct scenario_step *step)
{
    const char *key = scalar_text(reader, key_node), *value = scalar_text(reader, value_node);

    if (!key || !value)
        return fail(reader, key_node, "KEY: VALUE, both plain text");
    if (strcmp(key, "at") == 0)
        return read_seconds(reader, value_node, &step->at_ms);
    if (strcmp(key, "target") == 0) {
        step->order.target = value;
        return 0;
    }
    if (read_verb(&step->order, key, value))
        return 0;
    if (step->order.param_count == ORDER_PARAMS_MAX)
        return fail(reader, key_node, "fewer parameters");
    step->order.params[step->order.param_count++] = (struct world_param){key, value};
    return 0;
}

static int read_step(const struct scenario_reader *reader, const yaml_node_t *node,
                     struct scenario_step *step)
{
    *step = (struct scenario_step){.at_ms = -1, .line = (int)node->start_mark.line + 1};
    if (node->type != YAML_MAPPING_NODE)
        return fail(reader, node, "{at: SECONDS, fault|act|clear: NAME, ...}");
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++)
        if (read_entry(reader, yaml_document_get_node(reader->document, pair->key),
                       yaml_document_get_node(reader->document, pair->value), step) != 0)
            return -1;
    if (step->at_ms < 0 || !step->order.name)
        return fail(reader, node, "at: SECONDS and one of fault, act, clear");
    return 0;
}

/* Insertion keeps the file's order among equal times. */
static void insert_step(struct scenario *scenario, const struct scenario_step *step)
{
    size_t place = scenario->count++;

    while (place > 0 && scenario->steps[place - 1].at_ms > step->at_ms) {
        scenario->steps[place] = scenario->steps[place - 1];
        place--;
    }
    scenario->steps[place] = *step;
}

static int read_document(const struct scenario_reader *reader, struct scenario *scenario)
{
    yaml_node_t *root = yaml_document_get_root_node(reader->document);

    if (!root)
        return 0; /* an empty file is an empty scenario */
    if (root->type != YAML_SEQUENCE_NODE)
        return fail(reader, root, "a list of steps");
    size_t count = (size_t)(root->data.sequence.items.top - root->data.sequence.items.start);
    scenario->steps = arena_alloc(reader->arena, (count ? count : 1) * sizeof *scenario->steps);
    for (size_t i = 0; i < count; i++) {
        struct scenario_step step;
        yaml_node_item_t item = root->data.sequence.items.start[i];
        if (read_step(reader, yaml_document_get_node(reader->document, item), &step) != 0)
            return -1;
        insert_step(scenario, &step);
    }
    return 0;
}

static int load(const char *file, FILE *stream, struct arena *arena, struct scenario *scenario,
                struct err *err)
{
    yaml_parser_t parser;
    yaml_document_t document;
    int rc = -1;

    if (!yaml_parser_initialize(&parser))
        return err_set(err, ERR_INTERNAL, "no YAML parser");
    yaml_parser_set_input_file(&parser, stream);
    if (yaml_parser_load(&parser, &document)) {
        const struct scenario_reader reader = {file, &document, arena, err};
        rc = read_document(&reader, scenario);
        yaml_document_delete(&document);
    } else {
        err_set(err, ERR_CONFIG, "%s:%zu: no YAML: %s", file, parser.problem_mark.line + 1, parser.problem);
    }
    yaml_parser_delete(&parser);
    return rc;
}

int scenario_read(const char *file, struct arena *arena, struct scenario *ret_scenario, struct err *err)
{
    struct scenario scenario = {.file = file};
    AUTO_FCLOSE FILE *stream = fopen(file, "re");

    if (!stream)
        return err_set_errno(err, ERR_CONFIG, errno, "%s:1: cannot open", file);
    if (load(file, stream, arena, &scenario, err) != 0)
        return -1;
    *ret_scenario = scenario;
    return 0;
}
