/* SPDX-License-Identifier: MIT
 *
 * What one fill leaves for the next. The function owns the shelf, the lanes know what lies on it: so that the function, which is
 * below them, need not know how to destroy a lane, what it is given brings that along. */
#include "shelf.h"

void shelf_init(struct shelf *shelf) {
    *shelf = (struct shelf){.mutex = PTHREAD_MUTEX_INITIALIZER};
}

void *shelf_take(struct shelf *shelf) {
    pthread_mutex_lock(&shelf->mutex);
    void *thing = shelf->num_things ? shelf->things[--shelf->num_things] : NULL;
    pthread_mutex_unlock(&shelf->mutex);
    return thing;
}

void shelf_put(struct shelf *shelf, void *thing, size_t max_kept, void (*destroy)(void *thing)) {
    pthread_mutex_lock(&shelf->mutex);
    const int has_room = shelf->num_things < max_kept && shelf->num_things < SHELF_CAPACITY;
    if (has_room) shelf->things[shelf->num_things++] = thing;
    shelf->destroy = destroy;
    pthread_mutex_unlock(&shelf->mutex);
    if (!has_room) destroy(thing);
}

void shelf_clear(struct shelf *shelf) {
    for (void *thing; (thing = shelf_take(shelf)) != NULL;) shelf->destroy(thing);
    pthread_mutex_destroy(&shelf->mutex);
}
