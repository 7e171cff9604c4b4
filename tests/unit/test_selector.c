/* SPDX-License-Identifier: MIT
 *
 * Guards the choice of devices from a list of them: classes stay inside the first platform that has one, P:D is one device, a
 * text is every device or platform with it; simulators only where they are named, unusable devices and those without the dtype
 * never; each element of a list must find something, and where one does not, the sentence says which, and what there is.
 */
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "device/selector.h"
#include "utf8.h"

#define CPU OUTERFILL_DEVICE_CPU
#define GPU OUTERFILL_DEVICE_GPU
#define F64 OUTERFILL_FLOAT64
#define F32 OUTERFILL_FLOAT32

static const outerfill_device machine[] = {
    {.id = "0:0",
     .name = "Orca A100",
     .platform = "Orca CUDA",
     .type = GPU,
     .has_float64 = 1,
     .has_float32 = 1},
    {.id = "0:1",
     .name = "Orca T4",
     .platform = "Orca CUDA",
     .type = GPU,
     .has_float64 = 1,
     .has_float32 = 1},
    {.id = "0:2", .name = "Orca Lite", .platform = "Orca CUDA", .type = GPU, .has_float32 = 1},
    {.id = "1:0",
     .name = "pthread-EPYC",
     .platform = "Portable CL",
     .type = CPU,
     .has_float64 = 1,
     .has_float32 = 1},
    {.id = "1:1",
     .name = "Orca A100",
     .platform = "Portable CL",
     .type = GPU,
     .has_float64 = 1,
     .has_float32 = 1},
    {.id = "2:0",
     .name = "llvmpipe",
     .platform = "Clover",
     .type = CPU,
     .has_float64 = 1,
     .has_float32 = 1,
     .only_by_name = 1},
    {.id = "3:0",
     .name = "Broken T4",
     .platform = "Rust",
     .type = GPU,
     .has_float64 = 1,
     .has_float32 = 1,
     .unusable = "no compiler"},
    {.id = "10:0",
     .name = "Lynx",
     .platform = "Ten",
     .type = CPU,
     .has_float64 = 1,
     .has_float32 = 1},
    {.id = "10:1",
     .name = "Lynx DSP",
     .platform = "Ten",
     .type = OUTERFILL_DEVICE_OTHER,
     .has_float64 = 1,
     .has_float32 = 1},
};

#define NUM_DEVICES NUM_ELEMENTS(machine)

/* Chooses, and checks against a mask with an 'x' for each device that should be chosen; NULL: none fits. */
static void check_choice(const char *selector, outerfill_dtype dtype,
                         const outerfill_device *devices, size_t num_devices, const char *mask) {
    enum selector_choice chosen[NUM_DEVICES];
    char got[NUM_DEVICES + 1] = "";
    outerfill_error error = {0};

    memset(chosen, 0xff, sizeof chosen);
    const outerfill_status status =
        selector_choose(selector, dtype, devices, num_devices, chosen, &error);
    for (size_t k = 0; k < num_devices; k++) got[k] = chosen[k] ? 'x' : '.';
    if (mask ? status == OUTERFILL_OK && strcmp(got, mask) == 0 : status == OUTERFILL_NO_DEVICE)
        return;
    print_error("\"%s\" of %s: %s, %s instead of %s: %s\n", selector, outerfill_dtype_name(dtype),
                outerfill_status_name(status), got, mask ? mask : "none", error.message);
    fail();
}

struct choice {
    const char *selector;
    outerfill_dtype dtype;
    const char *mask;
};

static void check_choices(const struct choice *choices, size_t num_choices) {
    for (size_t k = 0; k < num_choices; k++)
        check_choice(choices[k].selector, choices[k].dtype, machine, NUM_DEVICES, choices[k].mask);
}

/* ---- Classes ---- */

static void test_classes(void **state) {
    static const struct choice choices[] = {
        {"any", F64, "xx......."}, {"any", F32, "xxx......"}, {"gpu", F64, "xx......."},
        {"gpu", F32, "xxx......"}, {"cpu", F64, "...x....."}, {"cpu", F32, "...x....."},
        {"all", F64, "xx.xx...x"}, {"all", F32, "xxxxx...x"}, {"GPU", F64, "xx......."},
        {"Cpu", F64, "...x....."}, {"aLL", F64, "xx.xx...x"}, {"ANY", F64, "xx......."},
    };

    (void)state;
    check_choices(choices, NUM_ELEMENTS(choices));
}

static void test_classes_where_there_is_less(void **state) {
    static const outerfill_dtype both[] = {F64, F32};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(both); k++) {
        check_choice("any", both[k], machine + 5, 3, "..x"); /* llvmpipe, a broken GPU, a CPU */
        check_choice("gpu", both[k], machine + 5, 3, NULL);
        check_choice("all", both[k], machine + 5, 3, "..x");
        check_choice("cpu", both[k], machine + 5, 2, NULL);
        check_choice("any", both[k], machine + 5, 2, NULL);
        check_choice("all", both[k], machine + 5, 2, NULL);
        check_choice("any", both[k], machine, 0, NULL);
        check_choice("all", both[k], machine, 0, NULL);
        check_choice("0:0", both[k], machine, 0, NULL);
    }
    check_choice("any", F64, machine + 2, 2,
                 ".x"); /* a GPU without float64 stands before a CPU with it */
    check_choice("any", F32, machine + 2, 2, "x.");
    check_choice("gpu", F64, machine + 2, 3,
                 "..x"); /* the first platform that has one with the dtype */
    check_choice("gpu", F32, machine + 2, 3, "x..");
}

static void test_platforms_1_and_10_are_two(void **state) {
    static const outerfill_device devices[] = {
        {.id = "1:0", .name = "x", .platform = "p", .type = GPU, .has_float64 = 1},
        {.id = "10:0", .name = "x", .platform = "p", .type = GPU, .has_float64 = 1},
        {.id = "11:1", .name = "x", .platform = "p", .type = GPU, .has_float64 = 1},
        {.id = "1:10", .name = "x", .platform = "p", .type = GPU, .has_float64 = 1},
        {.id = "100:0", .name = "x", .platform = "p", .type = CPU, .has_float64 = 1},
    };

    (void)state;
    check_choice("gpu", F64, devices, 5, "x..x.");
    check_choice("gpu", F64, devices + 1, 4, "x...");
    check_choice("gpu", F64, devices + 2, 3, "x..");
    check_choice("any", F64, devices, 5, "x..x.");
    check_choice("cpu", F64, devices, 5, "....x");
    check_choice("1:0", F64, devices, 5, "x....");
    check_choice("10:0", F64, devices, 5, ".x...");
    check_choice("1:1", F64, devices, 5, NULL);
    check_choice("1:10", F64, devices, 5, "...x.");
    check_choice("0:0", F64, devices, 5, NULL);
}

/* ---- Names and numbers ---- */

static void test_names(void **state) {
    static const struct choice choices[] = {
        {"A100", F64, "x...x...."},
        {"a100", F64, "x...x...."},
        {"orca", F64, "xx..x...."},
        {"orca", F32, "xxx.x...."},
        {"CUDA", F64, "xx......."},
        {"portable", F64, "...xx...."},
        {"t4", F64, ".x......."},
        {"EPYC", F64, "...x....."},
        {"pthread-epyc", F64, "...x....."},
        {"Orca T4", F64, ".x......."},
        {"rca c", F64, "xx......."},
        {"llvmpipe", F64, ".....x..."},
        {"LLVM", F64, ".....x..."},
        {"clover", F64, ".....x..."},
        {"e", F64, "...xxx.xx"},
        {"nosuch", F64, NULL},
        {"broken", F64, NULL},
        {"lite", F64, NULL},
        {"lite", F32, "..x......"},
        {"Orca A1000", F64, NULL},
        {"any GPU", F64, NULL},
        {"gpus", F64, NULL},
        {"no compiler", F64, NULL},
    };

    (void)state;
    check_choices(choices, NUM_ELEMENTS(choices));
}

static void test_numbers(void **state) {
    static const struct choice choices[] = {
        {"0:0", F64, "x........"}, {"0:1", F64, ".x......."},  {"1:1", F64, "....x...."},
        {"2:0", F64, ".....x..."}, {"10:0", F64, ".......x."}, {"10:1", F64, "........x"},
        {"0:2", F32, "..x......"}, {"0:2", F64, NULL},         {"3:0", F64, NULL},
        {"0:3", F64, NULL},        {"4:0", F64, NULL},         {"0:", F64, NULL},
        {":0", F64, NULL},         {"00:0", F64, NULL},        {" 0:0 ", F64, "x........"},
        {"0:00", F64, NULL},
    };

    (void)state;
    check_choices(choices, NUM_ELEMENTS(choices));
}

/* A P:D that exists means that device, though another's name may hold the same characters. */
static void test_a_number_is_not_a_part_of_a_name(void **state) {
    static const outerfill_device devices[] = {
        {.id = "0:0", .name = "Lynx (PCI 01:00.0)", .platform = "p", .type = GPU, .has_float64 = 1},
        {.id = "1:0", .name = "Orca", .platform = "q 11:05", .type = GPU, .has_float64 = 1},
    };

    (void)state;
    check_choice("1:0", F64, devices, 2, ".x");
    check_choice("0:0", F64, devices, 2, "x.");
    check_choice("11:05", F64, devices, 2, NULL); /* of no device, and no text either */
    check_choice("05", F64, devices, 2, ".x");
    check_choice("01:00.", F64, devices, 2, "x.");
}

/* ---- Lists ---- */

static void test_lists(void **state) {
    static const struct choice choices[] = {
        {"gpu,cpu", F64, "xx.x....."},     {"cpu,gpu", F64, "xx.x....."},
        {"0:0,0:0", F64, "x........"},     {"0:0,1:0,10:0", F64, "x..x...x."},
        {"any,llvm", F64, "xx...x..."},    {"all,2:0", F64, "xx.xxx..x"},
        {"T4,lynx", F64, ".x.....xx"},     {"gpu,nosuch", F64, NULL},
        {"nosuch,gpu", F64, NULL},         {"0:0,3:0", F64, NULL},
        {"0:1,lite", F64, NULL},           {"0:1,lite", F32, ".xx......"},
        {"gpu,gpu,gpu", F64, "xx......."},
    };

    (void)state;
    check_choices(choices, NUM_ELEMENTS(choices));
}

static void check_invalid(const char *selector) {
    enum selector_choice chosen[NUM_DEVICES];
    outerfill_error error = {0};
    const outerfill_status status =
        selector_choose(selector, F64, machine, NUM_DEVICES, chosen, &error);

    if (status != OUTERFILL_INVALID_ARGUMENT) print_error("accepted: \"%.40s\"\n", selector);
    check_status(status, OUTERFILL_INVALID_ARGUMENT, &error);
}

static void test_empty_elements(void **state) {
    static const char *const selectors[] = {",",     ",,",    ",gpu",        "gpu,,cpu",
                                            "0:0,,", ",,gpu", "gpu,cpu,,0:0"};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(selectors); k++) check_invalid(selectors[k]);
}

/* The empty element at the end is one as well. */
static void test_a_comma_at_the_end(void **state) {
    static const char *const selectors[] = {"gpu,", "0:0,cpu,", "orca,"};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(selectors); k++) check_invalid(selectors[k]);
}

static void test_long_elements(void **state) {
    char *selector = check_malloc(100001);

    (void)state;
    memset(selector, 'x', 100000);
    selector[100000] = '\0';
    check_invalid(selector);
    selector[128] = '\0';
    check_invalid(selector);
    selector[127] = '\0';
    check_choice(selector, F64, machine, NUM_DEVICES, NULL);
    memset(selector, 'x', 200);
    memcpy(selector, "gpu,", 4);
    selector[4 + 128] = '\0';
    check_invalid(selector);
    free(selector);
}

/* ---- Cards ---- */

#define CARD(ID, NAME, PLATFORM, ADDRESS, UNITS, CLOCK)                                            \
    {.id = ID,                                                                                     \
     .name = NAME,                                                                                 \
     .platform = PLATFORM,                                                                         \
     .type = GPU,                                                                                  \
     .has_float64 = 1,                                                                             \
     .pci_address = ADDRESS,                                                                       \
     .num_compute_units = UNITS,                                                                   \
     .clock_mhz = CLOCK}

/* A workstation: an integrated GPU through two drivers, a card through two, and a smaller card. */
static const outerfill_device workstation[] = {
    {.id = "0:0",
     .name = "UHD",
     .platform = "I",
     .type = GPU,
     .has_float64 = 1,
     .shares_host_memory = 1,
     .pci_address = "0000:00:02.0",
     .num_compute_units = 512,
     .clock_mhz = 2000},
    CARD("1:0", "Small", "N", "0000:af:00.0", 40, 1500),
    CARD("1:1", "Large", "N", "0000:3b:00.0", 100, 1500),
    {.id = "2:0",
     .name = "pthread",
     .platform = "Portable Computing Language",
     .type = CPU,
     .has_float64 = 1},
    CARD("3:0", "Large (radv)", "rusticl", "0000:3b:00.0", 100, 1500),
    {.id = "3:1",
     .name = "UHD (iris)",
     .platform = "rusticl",
     .type = GPU,
     .has_float64 = 1,
     .shares_host_memory = 1,
     .pci_address = "0000:00:02.0",
     .num_compute_units = 512,
     .clock_mhz = 2000},
    {.id = "4:0", .name = "EPYC", .platform = "Intel(R) OpenCL", .type = CPU, .has_float64 = 1},
};

static void test_a_workstation(void **state) {
    static const struct choice choices[] = {
        {"gpu", F64, ".xx...."},      {"any", F64, ".xx...."},
        {"all", F64, "xxxx..."},      {"cpu", F64, "...x..."},
        {"uhd", F64, "x....x."},      {"large,gpu", F64, ".xx.x.."}, /* both were named */
        {"3:0,gpu", F64, ".x..x.."},  {"epyc", F64, "......x"},
        {"epyc,cpu", F64, "...x..x"}, {"gpu,cpu", F64, ".xxx..."},
    };
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(choices); k++)
        check_choice(choices[k].selector, F64, workstation, NUM_ELEMENTS(workstation),
                     choices[k].mask);
    check_choice("gpu", F64, workstation, 1, "x"); /* no other GPU */
    check_choice("gpu", F64, workstation + 5, 2, "x.");
    check_choice("cpu", F64, workstation + 4, 3, "..x"); /* no PoCL */
}

static void test_addresses(void **state) {
    static const struct choice choices[] = {
        {"pci:0000:3b:00.0", F64, "..x.x.."},
        {"pci:3b:00.0", F64, "..x.x.."},
        {"PCI:AF:00.0", F64, ".x....."},
        {"pci:0001:3b:00.0", F64, NULL},
        {"pci:", F64, NULL},
        {"pci:0000", F64, NULL},
    };
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(choices); k++)
        check_choice(choices[k].selector, F64, workstation, NUM_ELEMENTS(workstation),
                     choices[k].mask);
}

/* What is left out is as if it were not there. */
static void test_exclusions(void **state) {
    static const struct choice choices[] = {
        {"gpu,!1:1", F64, ".x..x.."},
        {"!1:1,gpu", F64, ".x..x.."},
        {"!large", F64, ".x....."},
        {"!pci:3b:00.0", F64, ".x....."},
        {"gpu,!large,!small", F64, "x......"},
        {"!gpu", F64, "...x..."},
        {"cpu,!portable", F64, "......x"},
        {"all,!cpu", F64, "xxx...."},
        {"! gpu", F64, "...x..."},
        {"!GPU,!pthread", F64, "......x"},
        {"!gpu,!cpu", F64, NULL},
        {"gpu,!nosuch", F64, NULL},
        {"1:1,!large", F64, NULL},
    };
    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(choices); k++)
        check_choice(choices[k].selector, F64, workstation, NUM_ELEMENTS(workstation),
                     choices[k].mask);
    check_invalid("gpu,!any");
    check_invalid("!all");
    check_invalid("gpu,!");
}

/* Two platforms with a card each, in both orders, and without addresses. */
static void test_cards_of_two_platforms(void **state) {
    static const outerfill_device known[] = {CARD("0:0", "x", "A", "0000:01:00.0", 10, 1000),
                                             CARD("1:0", "y", "B", "0000:02:00.0", 20, 1000)},
                                  unknown[] = {CARD("0:0", "x", "A", "", 10, 1000),
                                               CARD("1:0", "y", "B", "", 10, 2000),
                                               CARD("2:0", "z", "C", "", 20, 0)};
    (void)state;
    check_choice("gpu", F64, known, 2, "xx");
    check_choice("gpu", F64, unknown, 2, ".x"); /* by the clock */
    check_choice("all", F64, unknown, 2, "xx");
    check_choice("any", F64, unknown + 1, 2, "x.");
}

static void test_what_was_named(void **state) {
    enum selector_choice choices[NUM_ELEMENTS(workstation)];
    (void)state;
    selector_choose("gpu,large", F64, workstation, NUM_ELEMENTS(workstation), choices, NULL);
    assert_int_equal(choices[0], SELECTOR_LEAVES_OUT);
    assert_int_equal(choices[1], SELECTOR_CHOOSES);
    assert_int_equal(choices[2], SELECTOR_NAMES);
}

/* ---- The same bits ---- */

static void check_alike(const char *selector, const char *mask) {
    static const outerfill_device devices[] = {
        {.id = "0:0", .name = "cpu", .platform = "p", .type = CPU, .has_float64 = 1},
        CARD("1:0", "card", "N", "0000:01:00.0", 10, 1000),
        CARD("1:1", "card", "N", "0000:02:00.0", 10, 1000),
        CARD("1:2", "large card", "N", "0000:03:00.0", 10, 2000),
        {.id = "2:0",
         .name = "card",
         .platform = "N",
         .version = "other driver",
         .type = GPU,
         .has_float64 = 1,
         .pci_address = "0000:04:00.0"},
    };
    enum selector_choice choices[5];
    outerfill_error error = {0};
    check_ok(selector_choose(selector, F64, devices, 5, choices, &error), &error);
    const outerfill_status status = selector_keep_alike(devices, 5, choices, &error);
    check_status(status, mask ? OUTERFILL_OK : OUTERFILL_NO_DEVICE, &error);
    for (size_t k = 0; mask && k < 5; k++)
        assert_int_equal(choices[k] != SELECTOR_LEAVES_OUT, mask[k] == 'x');
}

static void test_the_same_bits(void **state) {
    (void)state;
    check_alike("all", "...x.");
    check_alike("all,!large", ".xx..");
    check_alike("cpu", "x....");
    check_alike("0:0,gpu", NULL);
    check_alike("1:0,1:1", ".xx..");
    check_alike("1:0,2:0", NULL);
    check_alike("1:0,all", NULL); /* the large card is better */
    check_alike("1:2,all", "...x.");
}

/* ---- Sentences ---- */

static void test_the_sentence_lists_the_devices(void **state) {
    enum selector_choice chosen[NUM_DEVICES];
    outerfill_error error;

    (void)state;
    check_status(selector_choose("gpu,nosuch,x", F64, machine, NUM_DEVICES, chosen, &error),
                 OUTERFILL_NO_DEVICE, &error);
    check_contains(error.message, "float64 fits \"nosuch\"; ");
    check_contains(error.message, ": 0:0 \"Orca A100\" (gpu; Orca CUDA; float64, float32), 0:1 "
                                  "\"Orca T4\" (gpu; Orca CUDA; float64, "
                                  "float32), "
                                  "0:2 \"Orca Lite\" (gpu; Orca CUDA; float32 only), 1:0 "
                                  "\"pthread-EPYC\" (cpu; Portable CL; ");
    check_contains(error.message, "2:0 \"llvmpipe\" (cpu; Clover; used only when named)");
    check_contains(error.message, "3:0 \"Broken T4\" (gpu; Rust; no compiler)");
    check_contains(error.message, "10:1 \"Lynx DSP\" (other type; Ten; ");
    check_status(selector_choose("zzz,10:1,!10:1", F64, machine, NUM_DEVICES, chosen, &error),
                 OUTERFILL_NO_DEVICE, &error);
    check_contains(error.message, "fits \"zzz\"");
    check_status(selector_choose("10:1,!Lynx", F64, machine, NUM_DEVICES, chosen, &error),
                 OUTERFILL_NO_DEVICE, &error);
    check_contains(error.message, "the terms with '!' leave out every usable device with float64 "
                                  "that \"10:1\" means; the devices are: 0:0 ");
    check_status(selector_choose("any", F32, machine, 0, chosen, &error), OUTERFILL_NO_DEVICE,
                 &error);
    check_contains(error.message, "float32");
    check_contains(error.message, "the devices are: none");
    assert_int_equal(selector_choose("nosuch", F64, machine, NUM_DEVICES, chosen, NULL),
                     OUTERFILL_NO_DEVICE);
}

/* However many devices there are, and however long the selector is, no character is cut. */
static void test_long_sentences_are_utf8(void **state) {
    outerfill_device devices[40];
    enum selector_choice chosen[NUM_ELEMENTS(devices)];
    char selector[1024];
    outerfill_error error;

    (void)state;
    for (size_t pad = 0; pad < 4; pad++) {
        memset(devices, 0, sizeof devices);
        for (size_t k = 0; k < NUM_ELEMENTS(devices); k++)
            strcpy(devices[k].name, "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80");
        memset(devices[0].platform, 'x', pad);
        check_status(selector_choose("z", F64, devices, NUM_ELEMENTS(devices), chosen, &error),
                     OUTERFILL_NO_DEVICE, &error);
        assert_true(is_utf8(error.message));
        memset(selector, 'x', pad);
        selector[pad] = '\0';
        for (size_t k = 0; k < 200; k++) strcat(selector, "\xf0\x9f\x98\x80");
        check_status(selector_choose(selector, F64, devices, 1, chosen, &error),
                     OUTERFILL_INVALID_ARGUMENT, &error);
        assert_true(is_utf8(error.message));
    }
}

/* In memory that ends with the text: a list that is too long is cut, and always ends. */
static void test_a_list_for_little_room(void **state) {
    char whole[4096];

    (void)state;
    selector_list_devices(machine, NUM_DEVICES, whole, sizeof whole);
    for (size_t nbytes = 1; nbytes <= strlen(whole) + 1; nbytes++) {
        char *text = check_malloc(nbytes);
        memset(text, 'x', nbytes);
        selector_list_devices(machine, NUM_DEVICES, text, nbytes);
        assert_int_equal(strlen(text), nbytes - 1);
        assert_memory_equal(text, whole, nbytes - 1);
        free(text);
    }
}

static void test_dtypes_of_a_device(void **state) {
    (void)state;
    assert_true(selector_device_has_dtype(&machine[0], F64));
    assert_true(selector_device_has_dtype(&machine[0], F32));
    assert_false(selector_device_has_dtype(&machine[2], F64));
    assert_true(selector_device_has_dtype(&machine[2], F32));
    assert_false(selector_device_has_dtype(&(outerfill_device){.has_float64 = 1}, F32));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_classes_where_there_is_less),
        cmocka_unit_test(test_platforms_1_and_10_are_two),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_a_number_is_not_a_part_of_a_name),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_empty_elements),
        cmocka_unit_test(test_a_comma_at_the_end),
        cmocka_unit_test(test_long_elements),
        cmocka_unit_test(test_a_workstation),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_exclusions),
        cmocka_unit_test(test_cards_of_two_platforms),
        cmocka_unit_test(test_what_was_named),
        cmocka_unit_test(test_the_same_bits),
        cmocka_unit_test(test_the_sentence_lists_the_devices),
        cmocka_unit_test(test_long_sentences_are_utf8),
        cmocka_unit_test(test_a_list_for_little_room),
        cmocka_unit_test(test_dtypes_of_a_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
