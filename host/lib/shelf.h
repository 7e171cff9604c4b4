/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_LIB_SHELF_H
#define OUTERFILL_LIB_SHELF_H

#include <pthread.h>
#include <stddef.h>

#define SHELF_CAPACITY 8

/* Things of one kind that are expensive to make and wait here for their next use. Locked: any thread may use it. */
struct shelf {
    pthread_mutex_t mutex;
    void *things[SHELF_CAPACITY];
    size_t num_things;
    void (*destroy)(void *thing);
};

void shelf_init(struct shelf *shelf);

/* Takes a thing, which is the caller's from now on; NULL where there is none. */
void *shelf_take(struct shelf *shelf);

/* Keeps a thing, or destroys it where max_kept (up to SHELF_CAPACITY) are there already. One shelf has one `destroy`. */
void shelf_put(struct shelf *shelf, void *thing, size_t max_kept, void (*destroy)(void *thing));

/* Destroys what is on the shelf. */
void shelf_clear(struct shelf *shelf);

#endif
