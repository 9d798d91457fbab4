/* What `pchat-lab --world KEY=VALUE` makes of a deployment. */
#include "lab/control/world_options.h"
#include "lab/tds/door_state.h"
#include "unit/cmocka_unit.h"

static void options_reach_the_configuration(void **state)
{
    struct world_config config = world_config_default();
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(world_options_take(&config, "backup_interval_s=60", &err), 0);
    assert_int_equal(config.backup_interval_s, 60);
    assert_int_equal(world_options_take(&config, "witness=no", &err), 0);
    assert_true(config.without_witness);
    assert_int_equal(world_options_take(&config, "witness=maybe", &err), -1);
    assert_string_equal(err.text, "--world witness=maybe: expected yes or no");
}

static enum door_state door_of_dark_host(const char *dark)
{
    struct world_config config = world_config_default();
    struct err err = ERR_INIT;
    AUTO(world) struct world *world = NULL;

    assert_int_equal(world_options_take(&config, dark, &err), 0);
    world = world_new(&config);
    world_host(world, "pc1")->down = true;
    return door_state_seen(world, world_host(world, "pc1"), 5041);
}

static void a_host_without_power_is_silent_or_refuses(void **state)
{
    (void)state;
    assert_int_equal(door_of_dark_host("dark=silent"), DOOR_BLACKHOLED);
    assert_int_equal(door_of_dark_host("dark=refuse"), DOOR_REFUSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_reach_the_configuration),
        cmocka_unit_test(a_host_without_power_is_silent_or_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
