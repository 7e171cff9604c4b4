/* SPDX-License-Identifier: MIT */
#include "allocations.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

/* ---- What stands behind ---- */

#if defined(ALLOCATIONS_BEFORE_ASAN)
#define NEXT(name) __interceptor_##name
int NEXT(pthread_create)(pthread_t *thread, const pthread_attr_t *attributes,
                         void *(*start)(void *), void *argument);
#else
#include <dlfcn.h>
#define NEXT(name) __libc_##name
static int NEXT(pthread_create)(pthread_t *thread, const pthread_attr_t *attributes,
                                void *(*start)(void *), void *argument) {
    int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&next = dlsym(RTLD_NEXT, "pthread_create");
    return next(thread, attributes, start, argument);
}
#endif
void *NEXT(malloc)(size_t nbytes);
void *NEXT(calloc)(size_t number, size_t nbytes);
void *NEXT(realloc)(void *pointer, size_t nbytes);
void *NEXT(memalign)(size_t alignment, size_t nbytes);
void NEXT(free)(void *pointer);

/* ---- Who asks ---- */

enum owner { OTHERS, OURS, SERVANTS };

#define MAX_OBJECTS 8

static struct object {
    uintptr_t begin, end;
    enum owner owner;
    char name[64];
} objects[MAX_OBJECTS];
static size_t num_objects;

static int begins_with(const char *text, const char *begin) {
    return strncmp(text, begin, strlen(begin)) == 0;
}

static enum owner owner_of_name(const char *name) {
    static const char *const servants[] = {"libc.so", "libjansson.so", "libxxhash.so"};
    for (size_t k = 0; k < sizeof servants / sizeof *servants; k++)
        if (begins_with(name, servants[k])) return SERVANTS;
    return begins_with(name, "libouterfill.so") || begins_with(name, "program") ? OURS : OTHERS;
}

static int add_object(struct dl_phdr_info *info, size_t info_nbytes, void *unused) {
    (void)info_nbytes, (void)unused;
    const char *slash = strrchr(info->dlpi_name, '/'),
               *name = *info->dlpi_name ? slash ? slash + 1 : info->dlpi_name : "program";
    const enum owner owner = owner_of_name(name);
    for (int k = 0; owner != OTHERS && k < info->dlpi_phnum && num_objects < MAX_OBJECTS; k++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[k];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X)) continue;
        struct object *object = &objects[num_objects++];
        *object = (struct object){info->dlpi_addr + segment->p_vaddr,
                                  info->dlpi_addr + segment->p_vaddr + segment->p_memsz, owner, ""};
        snprintf(object->name, sizeof object->name, "%s", name);
    }
    return 0;
}

/* A program that uses the shared library is a test's own: what it asks for never fails. */
__attribute__((constructor)) static void find_objects(void) {
    struct object *program = NULL;
    int is_shared = 0;
    dl_iterate_phdr(add_object, NULL);
    for (struct object *object = objects; object < objects + num_objects; object++) {
        if (strcmp(object->name, "program") == 0) program = object;
        is_shared |= begins_with(object->name, "libouterfill.so");
    }
    if (program && is_shared) program->owner = OTHERS;
}

static const struct object *object_at(uintptr_t address) {
    for (size_t k = 0; k < num_objects; k++)
        if (address >= objects[k].begin && address < objects[k].end) return &objects[k];
    return NULL;
}

static enum owner owner_at(uintptr_t address) {
    const struct object *object = object_at(address);
    return object ? object->owner : OTHERS;
}

struct walk {
    int is_in_servant;
    uintptr_t found;
};

/* Goes out of this file and of libc; what is next has called libc. */
static _Unwind_Reason_Code look(struct _Unwind_Context *context, void *argument) {
    struct walk *walk = argument;
    const uintptr_t address = _Unwind_GetIP(context);
    const int is_servant = owner_at(address) == SERVANTS;
    if (walk->is_in_servant && !is_servant) walk->found = address;
    walk->is_in_servant |= is_servant;
    return walk->found ? _URC_END_OF_STACK : _URC_NO_REASON;
}

/* Where in our code the allocation was asked for; 0 where others ask. */
static uintptr_t asked_at(void *return_address) {
    const uintptr_t address = (uintptr_t)return_address;
    const enum owner owner = owner_at(address);
    if (owner != SERVANTS) return owner == OURS ? address : 0;
    struct walk walk = {0, 0};
    _Unwind_Backtrace(look, &walk);
    return owner_at(walk.found) == OURS ? walk.found : 0;
}

/* ---- Which fails ---- */

#define MAX_REMEMBERED 4096ul

static atomic_ulong failing, num_calls, num_failed;
static atomic_int is_for_ever;
static uintptr_t asked_by[MAX_REMEMBERED];

void allocations_fail(unsigned long call, int is_always) {
    failing = 0;
    num_calls = num_failed = 0;
    is_for_ever = is_always;
    failing = call;
}

void allocations_stop(void) {
    failing = 0;
}

unsigned long allocations_count(void) {
    return num_calls;
}

unsigned long allocations_failed(void) {
    return num_failed;
}

const char *allocations_place(unsigned long call) {
    static char place[96];
    const uintptr_t address =
        call && call <= MAX_REMEMBERED && call <= num_calls ? asked_by[call - 1] : 0;
    const struct object *object = object_at(address);
    struct dl_find_object found;
    if (!object || _dl_find_object((void *)address, &found)) return "unknown";
    /* the call before the address that it returns to */
    snprintf(place, sizeof place, "%s+0x%lx", object->name,
             (unsigned long)(address - 1 - found.dlfo_link_map->l_addr));
    return place;
}

/* Counts an allocation of ours; 1 where it has to fail. */
static int fails(uintptr_t asked) {
    if (!asked) return 0;
    const unsigned long call = ++num_calls, first = failing;
    if (call <= MAX_REMEMBERED) asked_by[call - 1] = asked;
    if (!first || call < first || (call > first && !is_for_ever)) return 0;
    num_failed++;
    errno = ENOMEM;
    return 1;
}

/* ---- Which are alive ---- */

#define NUM_PLACES ((size_t)1 << 16) /* far more than are ever alive at once */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void *live[NUM_PLACES]; /* a hash table with linear probing */
static atomic_long num_live;

static size_t home(const void *pointer) {
    return (size_t)((uintptr_t)pointer * 0x9e3779b97f4a7c15u >> 48);
}

static size_t next_place(size_t k) {
    return (k + 1) % NUM_PLACES;
}

static void *remember(void *pointer) {
    if (!pointer) return NULL;
    pthread_mutex_lock(&mutex);
    size_t k = home(pointer);
    while (live[k]) k = next_place(k);
    live[k] = pointer;
    num_live++;
    pthread_mutex_unlock(&mutex);
    return pointer;
}

/* Those behind move up, where the empty place lies on the way from their home. */
static void close_gap(size_t gap) {
    for (size_t k = next_place(gap); live[k]; k = next_place(k)) {
        if ((k - home(live[k])) % NUM_PLACES < (k - gap) % NUM_PLACES) continue;
        live[gap] = live[k];
        gap = k;
    }
    live[gap] = NULL;
}

/* 1 where it was one of ours. */
static int forget(void *pointer) {
    if (!pointer || !num_live) return 0;
    pthread_mutex_lock(&mutex);
    size_t k = home(pointer);
    while (live[k] && live[k] != pointer) k = next_place(k);
    const int is_ours = live[k] != NULL;
    if (is_ours) close_gap(k);
    num_live -= is_ours;
    pthread_mutex_unlock(&mutex);
    return is_ours;
}

long allocations_live(void) {
    return num_live;
}

/* ---- What stands before libc ---- */

#define ASKED asked_at(__builtin_return_address(0))

__attribute__((visibility("default"), noinline)) void *malloc(size_t nbytes) {
    const uintptr_t asked = ASKED;
    if (fails(asked)) return NULL;
    void *pointer = NEXT(malloc)(nbytes);
    return asked ? remember(pointer) : pointer;
}

__attribute__((visibility("default"), noinline)) void *calloc(size_t number, size_t nbytes) {
    const uintptr_t asked = ASKED;
    if (fails(asked)) return NULL;
    void *pointer = NEXT(calloc)(number, nbytes);
    return asked ? remember(pointer) : pointer;
}

__attribute__((visibility("default"), noinline)) void *realloc(void *old, size_t nbytes) {
    const uintptr_t asked = ASKED;
    if (fails(asked)) return NULL;
    const int was_ours = forget(old);
    void *pointer = NEXT(realloc)(old, nbytes);
    if (!pointer && was_ours && nbytes) remember(old);
    return asked || was_ours ? remember(pointer) : pointer;
}

__attribute__((visibility("default"), noinline)) void *memalign(size_t alignment, size_t nbytes) {
    const uintptr_t asked = ASKED;
    if (fails(asked)) return NULL;
    void *pointer = NEXT(memalign)(alignment, nbytes);
    return asked ? remember(pointer) : pointer;
}

__attribute__((visibility("default"), noinline)) void *aligned_alloc(size_t alignment,
                                                                     size_t nbytes) {
    const uintptr_t asked = ASKED;
    if (fails(asked)) return NULL;
    void *pointer = NEXT(memalign)(alignment, nbytes);
    return asked ? remember(pointer) : pointer;
}

__attribute__((visibility("default"), noinline)) int posix_memalign(void **pointer,
                                                                    size_t alignment,
                                                                    size_t nbytes) {
    const uintptr_t asked = ASKED;
    if (fails(asked)) return ENOMEM;
    void *mine = NEXT(memalign)(alignment, nbytes);
    if (!mine) return ENOMEM;
    *pointer = asked ? remember(mine) : mine;
    return 0;
}

__attribute__((visibility("default"))) void free(void *pointer) {
    forget(pointer);
    NEXT(free)(pointer);
}

__attribute__((visibility("default"), noinline)) int pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    if (fails(ASKED)) return EAGAIN;
    return NEXT(pthread_create)(thread, attributes, start, argument);
}
