/* SPDX-License-Identifier: MIT
 *
 * A stack of objects that one fill leaves for the next. An outerfill_function owns such lists, and
 * the lanes put themselves into them. The function lies in a layer below the lanes and must not
 * know how to destroy one. Therefore each object arrives together with its destroy function. The
 * list owns the objects in it, and knows nothing of what they are. */
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
    if (!has_room) destroy(thing); /* without the mutex: other threads need not wait for it */
}

void free_list_clear(struct free_list *list) {
    for (void *thing; (thing = free_list_take(list)) != NULL;) list->destroy(thing);
    pthread_mutex_destroy(&list->mutex);
}
