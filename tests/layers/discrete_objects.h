/* SPDX-License-Identifier: MIT
 *
 * What the model knows of OpenCL's objects. A record lives as long as the program's references to
 * the object, and is found by the object's handle. All functions need the layer's lock. */
#ifndef DISCRETE_OBJECTS_H
#define DISCRETE_OBJECTS_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <stdbool.h>

#define MAX_ARGUMENTS   160
#define MAX_LATE_WRITES 4

struct context;

/* Each record begins with one. */
struct object {
    struct object *next;
    const void *handle;
    size_t num_references;
    struct context *context; /* NULL in contexts and views */
};

struct context {
    struct object object;
    size_t device;  /* its first one */
    cl_int failing; /* the code of a fault that nobody was told of; 0: none */
    cl_int dead;    /* the code of each call since a fault was told */
};

/* A write that a queue has yet to perform. */
struct late_write {
    cl_mem buffer; /* NULL: none */
    size_t offset, nbytes;
    unsigned char bytes[64];
};

struct queue {
    struct object object;
    size_t device;
    double end; /* when its last command ends */
    struct late_write late[MAX_LATE_WRITES];
};

struct buffer {
    struct object object;
    cl_mem_flags flags;
    size_t nbytes;
    char *host;      /* the program's memory, which the buffer shadows */
    size_t resident; /* 1 + the device whose memory it takes; 0: none yet */
};

/* A map; its handle is the address. */
struct view {
    struct object object;
    struct buffer *buffer;
    size_t nbytes;
    cl_map_flags flags;
};

struct kernel {
    struct object object;
    cl_mem buffers[MAX_ARGUMENTS]; /* among the arguments */
};

struct event {
    struct object object;
    double begin, end; /* the same if the model gives the command no time */
    cl_int failure;
};

/* The records of each kind. */
extern struct object *contexts, *queues, *buffers, *views, *kernels, *events;

/* Adds a record with one reference, and NULL and 0 in the rest. It keeps its context. Ends the
 * program without memory. */
void *objects_add(struct object **list, size_t nbytes, const void *handle, struct context *context);

/* Returns the record, or NULL. */
void *objects_find(struct object *list, const void *handle);

void objects_retain(struct object *list, const void *handle);

/* Whether the next release is the last. */
bool objects_is_last(struct object *list, const void *handle);

/* Frees the record with the last reference. */
void objects_release(struct object **list, const void *handle);

#endif
