/* SPDX-License-Identifier: MIT */
#include "discrete_settings.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SETTINGS 32

static struct setting {
    size_t device;
    const char *word, *value;
} settings[MAX_SETTINGS];
static size_t num_settings;
static char text[1024];

static bool is_known(const char *word) {
    static const char *const words[] = {
        "gpu",   "integrated", "refused",      "platforms",  "name",  "units",
        "clock", "free",       "pci",          "memory",     "dirty", "shadow",
        "reads", "group",      "no-read-only", "launch",     "copy",  "no-mapped-reads",
        "fault", "late-fault", "nvidia-log",   "late-writes"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (strcmp(word, words[k]) == 0) return true;
    return false;
}

/* Reads "DEVICE.WORD=VALUE", and cuts it into its parts. */
static bool read_word(char *at) {
    struct setting read = {ANY_DEVICE, at, ""};
    char *equals = strchr(at, '='), *end;
    if (equals) {
        *equals = '\0';
        read.value = equals + 1;
    }
    const size_t device = strtoul(at, &end, 10);
    if (end > at && *end == '.') {
        read.device = device;
        read.word = end + 1;
    }
    if (num_settings == MAX_SETTINGS || !is_known(read.word)) return false;
    settings[num_settings++] = read;
    return true;
}

bool settings_read(void) {
    const char *wanted = getenv("OUTERFILL_DISCRETE");
    if (!wanted || strlen(wanted) >= sizeof text) return false;
    strcpy(text, wanted);
    for (char *at = text, *next = at; at && *at; at = next) {
        next = strchr(at, ',');
        if (next) *next++ = '\0';
        if (!read_word(at)) return false;
    }
    return true;
}

static const char *exact(size_t device, const char *word) {
    for (size_t k = 0; k < num_settings; k++)
        if (settings[k].device == device && strcmp(settings[k].word, word) == 0)
            return settings[k].value;
    return NULL;
}

const char *setting(size_t device, const char *word) {
    const char *value = exact(device, word);
    return value ? value : exact(ANY_DEVICE, word);
}

bool setting_is(size_t device, const char *word, const char *value) {
    const char *is = setting(device, word);
    return is && strcmp(is, value) == 0;
}

static double number(const char *value, size_t k) {
    for (; value && k > 0; k--) {
        value = strchr(value, ':');
        if (value) value++;
    }
    return value ? strtod(value, NULL) : 0;
}

double setting_number(size_t device, const char *word, size_t k) {
    return number(setting(device, word), k);
}

double setting_own_number(size_t device, const char *word, size_t k) {
    return number(exact(device, word), k);
}
