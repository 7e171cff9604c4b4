/* SPDX-License-Identifier: MIT
 *
 * Keeps what a driver tells of failures by the callback of clCreateContext. OpenCL's codes say
 * little, and drivers often know more, such as which address a kernel has read. The first text is
 * kept, because later ones are often consequences. A notice owns its text and a lock. */
#include "device/driver_notice.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct driver_notice {
    pthread_mutex_t mutex;
    char text[256]; /* one line; "": nothing was told */
};

struct driver_notice *driver_notice_create(void) {
    struct driver_notice *notice = calloc(1, sizeof *notice);
    if (notice) pthread_mutex_init(&notice->mutex, NULL);
    return notice;
}

void driver_notice_destroy(struct driver_notice *notice) {
    if (notice) pthread_mutex_destroy(&notice->mutex);
    free(notice);
}

void CL_CALLBACK driver_notice_take(const char *text, const void *private_info, size_t nbytes,
                                    void *user_data) {
    struct driver_notice *notice = user_data;
    (void)private_info, (void)nbytes;
    if (!notice || !text) return;
    pthread_mutex_lock(&notice->mutex);
    if (!notice->text[0])
        snprintf(notice->text, sizeof notice->text, "%.*s", (int)strcspn(text, "\r\n"), text);
    pthread_mutex_unlock(&notice->mutex);
}

void driver_notice_append(struct driver_notice *notice, outerfill_error *error) {
    if (!notice || !error) return;
    pthread_mutex_lock(&notice->mutex);
    const size_t length = strlen(error->message);
    if (notice->text[0])
        snprintf(error->message + length, sizeof error->message - length, "; its driver says: %s",
                 notice->text);
    notice->text[0] = '\0';
    pthread_mutex_unlock(&notice->mutex);
}
