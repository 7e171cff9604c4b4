/* SPDX-License-Identifier: MIT
 *
 * Finds the devices that a selector such as "gpu,0:1,epyc" means. A selector is a list of terms.
 * Each term must find a device; a silent fallback to another one does not exist. The classes any,
 * gpu and cpu stay inside the first platform that has such a device, because one card may be
 * visible through several platforms. This module works on a list of devices that the caller owns.
 * It does not call OpenCL or read the environment. */
#include "device/selector.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_TERM_LENGTH 127

/* What all terms of a selector have in common. chosen has num_devices elements. */
struct request {
    outerfill_dtype dtype;
    const outerfill_device *devices;
    size_t num_devices;
    bool *chosen;
};

bool selector_device_has_dtype(const outerfill_device *device, outerfill_dtype dtype) {
    int has_dtype = 0;
    switch (dtype) {
    case OUTERFILL_FLOAT64: has_dtype = device->has_float64; break;
    case OUTERFILL_FLOAT32: has_dtype = device->has_float32; break;
    }
    return has_dtype;
}

static bool is_eligible(const struct request *request, const outerfill_device *device) {
    return !device->unusable[0] && selector_device_has_dtype(device, request->dtype);
}

/* Ids are "P:D"; the ':' is compared too, so that platform 1 differs from platform 10. */
static bool same_platform(const outerfill_device *x, const outerfill_device *y) {
    const size_t length = strcspn(x->id, ":") + 1;
    return strncmp(x->id, y->id, length) == 0;
}

/* The functions named choose... set chosen[k] for the devices that a term means, and return their
 * number. Devices that must be named (only_by_name) are left out, except by choose_named. */
static size_t choose_class(const struct request *request, outerfill_device_type type) {
    const outerfill_device *first = NULL;
    size_t num_found = 0;
    for (size_t k = 0; k < request->num_devices; k++) {
        const outerfill_device *device = &request->devices[k];
        if (!is_eligible(request, device) || device->only_by_name || device->type != type) continue;
        if (!first) first = device;
        if (!same_platform(first, device)) continue;
        request->chosen[k] = true;
        num_found++;
    }
    return num_found;
}

static size_t choose_gpu(const struct request *request, const char *term) {
    (void)term;
    return choose_class(request, OUTERFILL_DEVICE_GPU);
}

static size_t choose_cpu(const struct request *request, const char *term) {
    (void)term;
    return choose_class(request, OUTERFILL_DEVICE_CPU);
}

static size_t choose_any(const struct request *request, const char *term) {
    (void)term;
    static const outerfill_device_type order[] = {OUTERFILL_DEVICE_GPU, OUTERFILL_DEVICE_CPU,
                                                  OUTERFILL_DEVICE_OTHER};
    size_t num_found = 0;
    for (size_t k = 0; num_found == 0 && k < sizeof order / sizeof *order; k++)
        num_found = choose_class(request, order[k]);
    return num_found;
}

static size_t choose_all(const struct request *request, const char *term) {
    (void)term;
    size_t num_found = 0;
    for (size_t k = 0; k < request->num_devices; k++) {
        if (!is_eligible(request, &request->devices[k]) || request->devices[k].only_by_name)
            continue;
        request->chosen[k] = true;
        num_found++;
    }
    return num_found;
}

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

static size_t choose_named(const struct request *request, const char *term) {
    const bool by_id = is_id(term);
    size_t num_found = 0;
    for (size_t k = 0; k < request->num_devices; k++) {
        const outerfill_device *device = &request->devices[k];
        const bool is_named =
            by_id ? strcmp(device->id, term) == 0
                  : contains(device->name, term) || contains(device->platform, term);
        if (!is_named || !is_eligible(request, device)) continue;
        request->chosen[k] = true;
        num_found++;
    }
    return num_found;
}

static size_t choose_term(const struct request *request, const char *term) {
    static const struct {
        const char *term;
        size_t (*choose)(const struct request *, const char *);
    } classes[] = {
        {"any", choose_any}, {"gpu", choose_gpu}, {"cpu", choose_cpu}, {"all", choose_all}};
    for (size_t k = 0; k < sizeof classes / sizeof *classes; k++)
        if (strcasecmp(term, classes[k].term) == 0) return classes[k].choose(request, term);
    return choose_named(request, term);
}

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
        length += (size_t)snprintf(text + length, text_nbytes - length, "%s%s \"%s\" (%s; %s)",
                                   k ? ", " : "", device->id, device->name, device->platform, note);
    }
    if (num_devices == 0) snprintf(text, text_nbytes, "none");
}

/* The message lists all devices with the reasons why some are not usable. */
static outerfill_status refuse(const struct request *request, const char *term,
                               outerfill_error *error) {
    char list[640];
    selector_list_devices(request->devices, request->num_devices, list, sizeof list);
    return error_set(error, OUTERFILL_NO_DEVICE,
                     "no usable OpenCL device with %s fits \"%s\"; the devices are: %s",
                     outerfill_dtype_name(request->dtype), term, list);
}

outerfill_status selector_choose(const char *selector, outerfill_dtype dtype,
                                 const outerfill_device *devices, size_t num_devices, bool *chosen,
                                 outerfill_error *error) {
    const struct request request = {dtype, devices, num_devices, chosen};
    memset(chosen, 0, num_devices * sizeof *chosen);
    for (const char *at = selector;; at++) {
        char term[MAX_TERM_LENGTH + 1];
        at += strspn(at, " ");
        const char *const end = at + strcspn(at, ",");
        size_t length = (size_t)(end - at);
        while (length && at[length - 1] == ' ') length--;
        if (length == 0 || length > MAX_TERM_LENGTH)
            return error_set(
                error, OUTERFILL_INVALID_ARGUMENT,
                "device selector \"%.200s\": an element is empty or longer than %d characters",
                selector, MAX_TERM_LENGTH);
        memcpy(term, at, length);
        term[length] = '\0';
        if (choose_term(&request, term) == 0) return refuse(&request, term, error);
        at = end;
        if (*at == '\0') return OUTERFILL_OK;
    }
}
