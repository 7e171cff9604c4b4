/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_BASE_FREE_LIST_H
#define OUTERFILL_BASE_FREE_LIST_H

#include <pthread.h>
#include <stddef.h>

/* The most objects that a list can hold. */
#define FREE_LIST_CAPACITY 8

/* Objects of one kind that are expensive to make, and wait here for their next use. A mutex guards
 * the list: any thread may take and put at any time. */
struct free_list {
    pthread_mutex_t mutex;
    void *things[FREE_LIST_CAPACITY]; /* the last one put is the first one taken */
    size_t num_things;
    void (*destroy)(void *thing); /* the one that the last call of free_list_put gave */
};

/* Makes *list an empty list. Call free_list_clear in the end. */
void free_list_init(struct free_list *list);

/* Removes an object from the list and returns it; the caller owns it then. NULL if the list is
 * empty. */
void *free_list_take(struct free_list *list);

/* Gives thing to the list. If the list already holds max_kept objects, or FREE_LIST_CAPACITY, it
 * calls destroy(thing) instead, in the calling thread. Every call for one list must pass the same
 * `destroy`. */
void free_list_put(struct free_list *list, void *thing, size_t max_kept,
                   void (*destroy)(void *thing));

/* Destroys all objects in the list, and the list. No other thread may use the list from then on. */
void free_list_clear(struct free_list *list);

#endif
