/* SPDX-License-Identifier: MIT
 *
 * Finds the devices that a selector such as "gpu,0:1,!epyc" means. A selector is a list of terms.
 * Each term must find a device; a silent fallback to another one does not exist. This module works
 * on a list of devices that the caller owns. It does not call OpenCL or read the environment.
 *
 * One card may be visible through several platforms, and one CPU through several drivers. So the
 * classes any, gpu, cpu and all take a card once if its PCI address is known. Where it is unknown,
 * any and gpu take cards from one platform only. */
#include "device/selector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_TERM_LENGTH 127

/* What all terms of a selector have in common. choices has num_devices elements. */
struct request {
    outerfill_dtype dtype;
    const outerfill_device *devices;
    size_t num_devices;
    enum selector_choice *choices;
    bool *is_excluded; /* by a term with '!'; num_devices elements */
};

bool selector_device_has_dtype(const outerfill_device *device, outerfill_dtype dtype) {
    int has_dtype = 0;
    switch (dtype) {
    case OUTERFILL_FLOAT64: has_dtype = device->has_float64; break;
    case OUTERFILL_FLOAT32: has_dtype = device->has_float32; break;
    }
    return has_dtype;
}

static bool is_eligible(const struct request *request, size_t k) {
    const outerfill_device *device = &request->devices[k];
    return !device->unusable[0] && !request->is_excluded[k] &&
           selector_device_has_dtype(device, request->dtype);
}

/* Ids are "P:D"; the ':' is compared too, so that platform 1 differs from platform 10. */
static bool same_platform(const outerfill_device *x, const outerfill_device *y) {
    const size_t length = strcspn(x->id, ":") + 1;
    return strncmp(x->id, y->id, length) == 0;
}

/* ---- Classes ---- */

/* Devices that must be named (only_by_name) belong to no class. */
static bool is_of_type(const struct request *request, size_t k, outerfill_device_type type) {
    return is_eligible(request, k) && !request->devices[k].only_by_name &&
           request->devices[k].type == type;
}

/* A GPU that shares the host's memory is integrated into the CPU. */
static bool is_discrete(const outerfill_device *device) {
    return device->type == OUTERFILL_DEVICE_GPU && !device->shares_host_memory;
}

/* PoCL is the CPU driver that the library's own functions are made for. */
static bool is_pocl(const outerfill_device *device) {
    return strcmp(device->platform, "Portable Computing Language") == 0;
}

static uint64_t width(const outerfill_device *device) {
    return (uint64_t)device->num_compute_units * (device->clock_mhz ? device->clock_mhz : 1);
}

/* Returns whether x comes before y, two devices of the same type. */
static bool is_better(const outerfill_device *x, const outerfill_device *y) {
    if (is_discrete(x) != is_discrete(y)) return is_discrete(x);
    if (x->type == OUTERFILL_DEVICE_GPU) return width(x) > width(y);
    return is_pocl(x) && !is_pocl(y);
}

/* Returns num_devices if there is none. */
static size_t find_best(const struct request *request, outerfill_device_type type) {
    size_t best = request->num_devices;
    for (size_t k = 0; k < request->num_devices; k++)
        if (is_of_type(request, k, type) &&
            (best == request->num_devices ||
             is_better(&request->devices[k], &request->devices[best])))
            best = k;
    return best;
}

static bool is_same_card(const outerfill_device *x, const outerfill_device *y) {
    return x->pci_address[0] && strcmp(x->pci_address, y->pci_address) == 0;
}

/* Whether another device that is chosen is the same card. */
static bool is_chosen_already(const struct request *request, size_t k) {
    for (size_t other = 0; other < request->num_devices; other++)
        if (other != k && request->choices[other] != SELECTOR_LEAVES_OUT &&
            is_same_card(&request->devices[k], &request->devices[other]))
            return true;
    return false;
}

static void choose(const struct request *request, size_t k) {
    if (request->choices[k] == SELECTOR_LEAVES_OUT && !is_chosen_already(request, k))
        request->choices[k] = SELECTOR_CHOOSES;
}

/* Whether a device is a further one beside the best of its type. Without addresses, devices of two
 * platforms may be the same card. */
static bool stands_beside(const outerfill_device *device, const outerfill_device *best) {
    if (is_discrete(device) != is_discrete(best)) return false;
    return same_platform(device, best) || (device->pci_address[0] && best->pci_address[0]);
}

/* The functions named choose_... choose the devices that a term means, and return their number. */
static size_t choose_class(const struct request *request, outerfill_device_type type) {
    const size_t best = find_best(request, type);
    if (best == request->num_devices) return 0;
    choose(request, best);
    for (size_t k = 0; k < request->num_devices; k++)
        if (is_of_type(request, k, type) &&
            stands_beside(&request->devices[k], &request->devices[best]))
            choose(request, k);
    return 1;
}

static size_t choose_gpu(const struct request *request) {
    return choose_class(request, OUTERFILL_DEVICE_GPU);
}

static size_t choose_cpu(const struct request *request) {
    return choose_class(request, OUTERFILL_DEVICE_CPU);
}

static size_t choose_any(const struct request *request) {
    static const outerfill_device_type order[] = {OUTERFILL_DEVICE_GPU, OUTERFILL_DEVICE_CPU,
                                                  OUTERFILL_DEVICE_OTHER};
    size_t num_found = 0;
    for (size_t k = 0; num_found == 0 && k < sizeof order / sizeof *order; k++)
        num_found = choose_class(request, order[k]);
    return num_found;
}

/* Takes the CPU through one driver, and all other devices. */
static size_t choose_all(const struct request *request) {
    size_t num_found = choose_cpu(request);
    for (size_t k = 0; k < request->num_devices; k++) {
        if (is_of_type(request, k, OUTERFILL_DEVICE_CPU) || !is_eligible(request, k) ||
            request->devices[k].only_by_name)
            continue;
        choose(request, k);
        num_found++;
    }
    return num_found;
}

/* ---- Names ---- */

/* Upper and lower case are the same. */
static bool contains(const char *text, const char *part) {
    const size_t length = strlen(part);
    for (; *text; text++)
        if (strncasecmp(text, part, length) == 0) return true;
    return false;
}

/* True for a term such as "0:1". It is compared with ids only, never with names: a name such as
 * "GPU at 00:1f.0" may contain it by chance. */
static bool is_id(const char *term) {
    return strchr(term, ':') && term[strspn(term, "0123456789:")] == '\0';
}

/* A term such as "pci:0000:3b:00.0" or "pci:3b:00.0". */
static bool is_at_address(const outerfill_device *device, const char *address) {
    const char *own = device->pci_address;
    const size_t own_length = strlen(own), length = strlen(address);
    if (strcasecmp(own, address) == 0) return true;
    return own_length == length + strlen("0000:") && strncmp(own, "0000:", 5) == 0 &&
           strcasecmp(own + 5, address) == 0;
}

static bool is_named(const outerfill_device *device, const char *term) {
    if (strncasecmp(term, "pci:", 4) == 0) return term[4] && is_at_address(device, term + 4);
    if (is_id(term)) return strcmp(device->id, term) == 0;
    return contains(device->name, term) || contains(device->platform, term);
}

static size_t choose_named(const struct request *request, const char *term) {
    size_t num_found = 0;
    for (size_t k = 0; k < request->num_devices; k++) {
        if (!is_named(&request->devices[k], term) || !is_eligible(request, k)) continue;
        request->choices[k] = SELECTOR_NAMES;
        num_found++;
    }
    return num_found;
}

static size_t choose_term(const struct request *request, const char *term) {
    static const struct {
        const char *term;
        size_t (*choose)(const struct request *);
    } classes[] = {
        {"any", choose_any}, {"gpu", choose_gpu}, {"cpu", choose_cpu}, {"all", choose_all}};
    for (size_t k = 0; k < sizeof classes / sizeof *classes; k++)
        if (strcasecmp(term, classes[k].term) == 0) return classes[k].choose(request);
    return choose_named(request, term);
}

/* Excludes the devices of a term without its '!', and returns their number. */
static size_t exclude(const struct request *request, const char *term) {
    size_t num_found = 0;
    for (size_t k = 0; k < request->num_devices; k++) {
        const outerfill_device *device = &request->devices[k];
        const bool is_meant = strcasecmp(term, "gpu") == 0   ? device->type == OUTERFILL_DEVICE_GPU
                              : strcasecmp(term, "cpu") == 0 ? device->type == OUTERFILL_DEVICE_CPU
                                                             : is_named(device, term);
        if (!is_meant) continue;
        request->is_excluded[k] = true;
        num_found++;
    }
    return num_found;
}

/* ---- Sentences ---- */

void selector_list_devices(const outerfill_device *devices, size_t num_devices, char *text,
                           size_t text_nbytes) {
    size_t length = 0;
    text[0] = '\0';
    for (size_t k = 0; k < num_devices && length < text_nbytes; k++) {
        const outerfill_device *device = &devices[k];
        const char *note = device->unusable[0]    ? device->unusable
                           : !device->has_float64 ? "float32 only"
                           : device->only_by_name ? "used only when named"
                                                  : "float64, float32";
        const char *type = device->type == OUTERFILL_DEVICE_GPU   ? "gpu"
                           : device->type == OUTERFILL_DEVICE_CPU ? "cpu"
                                                                  : "other type";
        length +=
            (size_t)snprintf(text + length, text_nbytes - length, "%s%s \"%s\" (%s; %s; %s)",
                             k ? ", " : "", device->id, device->name, type, device->platform, note);
    }
    if (num_devices == 0) snprintf(text, text_nbytes, "none");
}

/* Forgets the exclusions, which no longer matter after a refusal. */
static bool would_fit_without_exclusions(const struct request *request, const char *term) {
    memset(request->is_excluded, 0, request->num_devices * sizeof *request->is_excluded);
    return *term == '!' ? choose_any(request) : choose_term(request, term);
}

/* `term` is one that means devices, or a whole selector that only leaves out devices. The message
 * lists all devices with the reasons why some are not usable. */
static outerfill_status refuse(const struct request *request, const char *term,
                               outerfill_error *error) {
    char list[640];
    selector_list_devices(request->devices, request->num_devices, list, sizeof list);
    const char *dtype = outerfill_dtype_name(request->dtype);
    const bool would_fit = would_fit_without_exclusions(request, term);
    if (would_fit && *term == '!')
        return error_set(error, OUTERFILL_NO_DEVICE,
                         "device selector: \"%s\" leaves out every usable device with %s; the "
                         "devices are: %s",
                         term, dtype, list);
    if (would_fit)
        return error_set(error, OUTERFILL_NO_DEVICE,
                         "device selector: the terms with '!' leave out every usable device with "
                         "%s that \"%s\" means; the devices are: %s",
                         dtype, term, list);
    return error_set(error, OUTERFILL_NO_DEVICE,
                     "no usable OpenCL device with %s fits \"%s\"; the devices are: %s", dtype,
                     term, list);
}

/* ---- Devices with the same bits ---- */

bool selector_are_alike(const outerfill_device *device, const outerfill_device *other) {
    return strcmp(device->name, other->name) == 0 &&
           strcmp(device->platform, other->platform) == 0 &&
           strcmp(device->version, other->version) == 0;
}

static bool is_better_of_all(const outerfill_device *x, const outerfill_device *y) {
    const bool x_is_gpu = x->type == OUTERFILL_DEVICE_GPU,
               y_is_gpu = y->type == OUTERFILL_DEVICE_GPU;
    return x_is_gpu == y_is_gpu ? is_better(x, y) : x_is_gpu;
}

outerfill_status selector_keep_alike(const outerfill_device *devices, size_t num_devices,
                                     enum selector_choice *choices, outerfill_error *error) {
    const outerfill_device *best = NULL;
    for (size_t k = 0; k < num_devices; k++)
        if (choices[k] != SELECTOR_LEAVES_OUT && (!best || is_better_of_all(&devices[k], best)))
            best = &devices[k];
    for (size_t k = 0; best && k < num_devices; k++) {
        if (choices[k] == SELECTOR_LEAVES_OUT || selector_are_alike(&devices[k], best)) continue;
        if (choices[k] == SELECTOR_NAMES)
            return error_set(error, OUTERFILL_NO_DEVICE,
                             "device %s \"%s\" may compute other bits than device %s \"%s\": name "
                             "like devices only, or do without the same bits",
                             devices[k].id, devices[k].name, best->id, best->name);
        choices[k] = SELECTOR_LEAVES_OUT;
    }
    return OUTERFILL_OK;
}

/* ---- The whole selector ---- */

/* Copies the term at *at without blanks around it, and moves *at to its comma or end. Fails if it
 * is empty or too long. */
static outerfill_status read_term(const char *selector, const char **at,
                                  char term[MAX_TERM_LENGTH + 1], outerfill_error *error) {
    *at += strspn(*at, " ");
    const char *const end = *at + strcspn(*at, ",");
    size_t length = (size_t)(end - *at);
    while (length && (*at)[length - 1] == ' ') length--;
    if (length == 0 || length > MAX_TERM_LENGTH)
        return error_set(
            error, OUTERFILL_INVALID_ARGUMENT,
            "device selector \"%.200s\": an element is empty or longer than %d characters",
            selector, MAX_TERM_LENGTH);
    memcpy(term, *at, length);
    term[length] = '\0';
    *at = end;
    return OUTERFILL_OK;
}

static outerfill_status take_term(const struct request *request, const char *term,
                                  bool is_exclusion, outerfill_error *error) {
    if (!is_exclusion)
        return choose_term(request, term) ? OUTERFILL_OK : refuse(request, term, error);
    const char *what = term + 1 + strspn(term + 1, " ");
    if (!*what || strcasecmp(what, "any") == 0 || strcasecmp(what, "all") == 0)
        return error_set(error, OUTERFILL_INVALID_ARGUMENT,
                         "device selector: \"%s\" leaves out no particular device; '!' stands "
                         "before gpu, cpu, P:D, pci:ADDRESS or a part of a name",
                         term);
    if (exclude(request, what)) return OUTERFILL_OK;
    char list[640];
    selector_list_devices(request->devices, request->num_devices, list, sizeof list);
    return error_set(error, OUTERFILL_NO_DEVICE,
                     "device selector: \"%s\" leaves out nothing, since no device fits \"%s\"; the "
                     "devices are: %s",
                     term, what, list);
}

/* Takes the terms that exclude devices, or the others. *num_taken is their number. */
static outerfill_status take_terms(const struct request *request, const char *selector,
                                   bool exclusions, size_t *num_taken, outerfill_error *error) {
    *num_taken = 0;
    for (const char *at = selector;; at++) {
        char term[MAX_TERM_LENGTH + 1];
        outerfill_status status = read_term(selector, &at, term, error);
        if (status) return status;
        const bool is_wanted = (*term == '!') == exclusions;
        if (is_wanted) status = take_term(request, term, exclusions, error);
        *num_taken += is_wanted;
        if (status || *at == '\0') return status;
    }
}

/* A selector that only leaves out devices means any of the others. */
static outerfill_status take_selector(const struct request *request, const char *selector,
                                      outerfill_error *error) {
    size_t num_taken;
    outerfill_status status = take_terms(request, selector, true, &num_taken, error);
    if (!status) status = take_terms(request, selector, false, &num_taken, error);
    if (status || num_taken) return status;
    return choose_any(request) ? OUTERFILL_OK : refuse(request, selector, error);
}

outerfill_status selector_choose(const char *selector, outerfill_dtype dtype,
                                 const outerfill_device *devices, size_t num_devices,
                                 enum selector_choice *choices, outerfill_error *error) {
    bool *is_excluded = calloc(num_devices + 1, sizeof *is_excluded);
    if (!is_excluded) return error_no_memory(error, "choice among %zu devices", num_devices);
    memset(choices, 0, num_devices * sizeof *choices);
    const struct request request = {dtype, devices, num_devices, choices, is_excluded};
    const outerfill_status status = take_selector(&request, selector, error);
    free(is_excluded);
    return status;
}
