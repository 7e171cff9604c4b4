/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_FREE_LIST_H
#define OUTERFILL_BASE_FREE_LIST_H

#include <pthread.h>
#include <stddef.h>

#define FREE_LIST_CAPACITY 8

/* Things of one kind that are expensive to make and wait here for their next use. Locked: any thread may use it. */
struct free_list {
    pthread_mutex_t mutex;
    void *things[FREE_LIST_CAPACITY];
    size_t num_things;
    void (*destroy)(void *thing);
};

void free_list_init(struct free_list *list);

/* Takes a thing, which is the caller's from now on; NULL where there is none. */
void *free_list_take(struct free_list *list);

/* Keeps a thing, or destroys it where max_kept (up to FREE_LIST_CAPACITY) are there already. One list has one `destroy`. */
void free_list_put(struct free_list *list, void *thing, size_t max_kept,
                   void (*destroy)(void *thing));

/* Destroys what is in the list. */
void free_list_clear(struct free_list *list);

#endif
