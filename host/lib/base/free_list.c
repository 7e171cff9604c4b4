/* SPDX-License-Identifier: MIT
 *
 * What one fill leaves for the next. The function owns the list, the lanes know what is in it: so that the function, which is
 * below them, need not know how to destroy a lane, what it is given brings that along. */
#include "base/free_list.h"

void free_list_init(struct free_list *list) {
    *list = (struct free_list){.mutex = PTHREAD_MUTEX_INITIALIZER};
}

void *free_list_take(struct free_list *list) {
    pthread_mutex_lock(&list->mutex);
    void *thing = list->num_things ? list->things[--list->num_things] : NULL;
    pthread_mutex_unlock(&list->mutex);
    return thing;
}

void free_list_put(struct free_list *list, void *thing, size_t max_kept,
                   void (*destroy)(void *thing)) {
    pthread_mutex_lock(&list->mutex);
    const int has_room = list->num_things < max_kept && list->num_things < FREE_LIST_CAPACITY;
    if (has_room) list->things[list->num_things++] = thing;
    list->destroy = destroy;
    pthread_mutex_unlock(&list->mutex);
    if (!has_room) destroy(thing);
}

void free_list_clear(struct free_list *list) {
    for (void *thing; (thing = free_list_take(list)) != NULL;) list->destroy(thing);
    pthread_mutex_destroy(&list->mutex);
}
