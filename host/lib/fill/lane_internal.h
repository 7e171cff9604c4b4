/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_LANE_INTERNAL_H
#define OUTERFILL_FILL_LANE_INTERNAL_H

/* What the files of a lane share: lane.c, lane_band.c, lane_faults.c, lane_kernel.c,
 * lane_profile.c, lane_unwritten.c, lane_window.c, transfer_mapped.c and transfer_staged.c. No
 * other file includes this header. */
#include "base/arithmetic.h"
#include "device/renewed_device.h"
#include "fill/kernel_arguments.h"
#include "fill/lane.h"
#include "fill/pace.h"
#include "fill/ring.h"
#include "fill/trial.h"

/* Which kernel computes a band. context_device.faster_way holds way + 1, because 0 means that the
 * faster way is not known. */
enum lane_kernel_way { ROWS, STREAM };

/* One band in flight, and the memory that it uses. */
struct lane_slot {
    struct band band;
    struct destination destination; /* where the host wants the results */
    /* Times in seconds: when the host began to enqueue the launch, and when the launch was
     * enqueued. */
    double begin, enqueued;
    cl_event computed; /* complete when the kernel has run */
    /* Complete when the host can read a plane, or a part of it, or the faults. */
    cl_event visible[2 * OUTERFILL_MAX_PLANES + 1];
    size_t num_visible;
    /* The kernel writes these. Mapped: a buffer for each plane, owned. Staged: the ring's buffer of
     * all planes, again and again. */
    cl_mem planes[OUTERFILL_MAX_PLANES];
    enum lane_read_way read_way;     /* staged */
    enum lane_kernel_way kernel_way; /* which kernel runs */
    bool is_compared;                /* the band's time counts in the comparison of kernels */
    bool is_lost; /* a dead device may still write the band's results and faults */
    /* For a function that checks subscripts: the kernel's faults, and the host's copy. */
    cl_mem faults;
    _Alignas(PLANE_ALIGNMENT) cl_long found[KERNEL_NUM_FAULTS];
};

/* A way for the results, from the kernel to the destination. A function pointer may be NULL,
 * except fetch and deliver. */
struct lane_transfer {
    /* Gets the memory of all slots, for bands of lane_slot_cells cells, before the first band. */
    outerfill_status (*open)(struct lane *, outerfill_error *);
    /* Gives the kernel its planes. */
    outerfill_status (*begin)(struct lane *, struct lane_slot *, outerfill_error *);
    /* Enqueues the commands that bring the results to the host, and stores their events in
     * visible. */
    outerfill_status (*fetch)(struct lane *, struct lane_slot *, outerfill_error *);
    /* Puts the results into the destination, after all events in visible are complete. */
    void (*deliver)(struct lane *, struct lane_slot *);
    /* Ends a band that failed, after the device has finished or is stuck. */
    void (*abandon)(struct lane *, struct lane_slot *);
    /* Gives the memory of the slots back, when the fill ends or needs another size. If the lane is
     * healthy, later fills may use it. */
    void (*close)(struct lane *, bool is_healthy);
};

extern const struct lane_transfer transfer_mapped, transfer_staged;

/* The part of a or b that the device sees. */
struct lane_window {
    const char *vector;
    size_t num_elements; /* of the whole vector */
    size_t length;       /* elements of a window; a window begins at a multiple of it */
    size_t begin, end;   /* elements in buffer; meaningless while buffer is NULL */
    cl_mem buffer;
};

struct lane {
    /* These live as long as the lane. */
    struct context_device *device;
    const struct function_program *program;
    struct renewed_device *renewed; /* owned; holds device and program after a fault; else NULL */
    struct free_list *list;         /* keeps the lane between fills */
    size_t index;                   /* of the device in the function's context */
    const struct lane_transfer *transfer;
    bool is_dead; /* clFinish failed twice after a band had failed: the device may still write */
    enum lane_reach reach;
    /* NULL in stream_kernel: it is not wanted, or it cannot be faster here. */
    cl_kernel kernel, stream_kernel;
    struct trial kernel_trial[NUM_SIZE_CLASSES]; /* which kernel is faster, by the bands' sizes */
    bool has_streamed;                           /* stream_kernel was launched at least once */
    size_t group_items;                          /* of a work-group of fill_runs, fill_cells */
    cl_command_queue compute;
    struct lane_slot slots[LANE_MAX_IN_FLIGHT];
    struct pace pace; /* how many cells a launch may have */
    double parameter_values[OUTERFILL_MAX_PARAMETERS];

    /* These belong to one fill. */
    const struct lane_task *task;
    struct lane_plan plan; /* bounds.memory_cells falls when the device finds no memory */
    double profile_begin;  /* when profile.seconds began; 0: no band yet, or no profile */
    struct ring *ring;     /* staged: the memory of the slots; NULL: none yet */
    bool is_short;         /* staged: the memory is to be allocated anew, with fewer cells */
    struct lane_window a, b;
    size_t num_started, num_finished; /* slot k % plan.num_slots holds band k */
};

/* Describes a window of up to max_length elements of the vector; the lane fills its buffer
 * later. The vector stays the caller's. */
void lane_window_init(struct lane_window *window, const void *vector, size_t num_elements,
                      size_t max_length);

/* Makes the window hold elements [begin, end), which lie within one window. Kernels in flight
 * keep the previous buffer alive, because OpenCL retains the arguments of enqueued kernels.
 * Fails with OUTERFILL_OUT_OF_MEMORY or _DEVICE_FAILED; the window has no buffer then. */
outerfill_status lane_window_move(struct lane *lane, struct lane_window *window, size_t begin,
                                  size_t end, outerfill_error *error);

/* Creates the kernels of the lane's plan; lane_kernel_release releases them. Fails
 * as opencl_error does, or with OUTERFILL_INVALID_ARGUMENT if the caller asks for streamed stores
 * that the program lacks. */
outerfill_status lane_kernel_open(struct lane *lane, outerfill_error *error);
void lane_kernel_release(struct lane *lane);

/* Returns whether the lane still compares two kernels. */
bool lane_kernel_is_undecided(const struct lane *lane);

/* Launches a kernel over the slot's band; r is the same band as a rectangle. Sets
 * slot->computed, which the caller releases. Fails with OUTERFILL_OUT_OF_MEMORY or
 * _DEVICE_FAILED. lane_kernel_learn is called after the band, with the seconds that the launch
 * took. */
outerfill_status lane_kernel_launch(struct lane *lane, struct lane_slot *slot,
                                    const struct band_rectangle *r, outerfill_error *error);
void lane_kernel_learn(struct lane *lane, const struct lane_slot *slot, double seconds);

/* As lane_kernel_launch, with the kernel fill_cells, which tells the cell of a fault. */
outerfill_status lane_kernel_launch_cells(struct lane *lane, struct lane_slot *slot,
                                          const struct band_rectangle *r, outerfill_error *error);

/* Moves both windows to the slot's band, launches a kernel, and enqueues the transfer of the
 * results. Fails with OUTERFILL_OUT_OF_MEMORY or _DEVICE_FAILED. */
outerfill_status lane_enqueue(struct lane *lane, struct lane_slot *slot, outerfill_error *error);

/* Waits for all commands of the slot's band. Fails as lane_enqueue does. */
outerfill_status lane_await(struct lane *lane, struct lane_slot *slot, outerfill_error *error);
void lane_release_events(struct lane_slot *slot);

/* Waits until the queue, which may be NULL, is empty. Returns false if that fails twice. */
bool lane_drain(cl_command_queue queue);

/* Ends a band that is not delivered: empties the queues, and releases the band's memory. If the
 * queues do not become empty, the lane is dead, and a slot with commands in flight is lost. */
void lane_abandon(struct lane *lane, struct lane_slot *slot);

/* Add to the caller's profile of the device: a band that has come to its end, with its events, and
 * the seconds for which the host waited for it; then the seconds for which its results were copied,
 * until now. They do nothing if the caller wants no profile. */
void lane_profile_band(struct lane *lane, const struct lane_slot *slot, double waited);
void lane_profile_copy(struct lane *lane, double seconds, double now);

/* The faults of subscripts. lane_faults_begin makes the slot's buffer, lane_faults_fetch enqueues
 * its way to the host. Both do nothing for a function that checks no subscripts, and fail with
 * OUTERFILL_OUT_OF_MEMORY or _DEVICE_FAILED. lane_faults_check is called after the band, before the
 * results are delivered: it fails with OUTERFILL_INVALID_ARGUMENT, and names a cell, if a subscript
 * was beyond the planes. */
outerfill_status lane_faults_begin(struct lane *lane, struct lane_slot *slot,
                                   outerfill_error *error);
outerfill_status lane_faults_fetch(struct lane *lane, struct lane_slot *slot,
                                   outerfill_error *error);
outerfill_status lane_faults_check(struct lane *lane, struct lane_slot *slot,
                                   outerfill_error *error);

/* Cells that a kernel did not write, among the first cells of the lane's first band.
 * lane_unwritten_begin puts a pattern into them: into the destination of a mapped band, before its
 * buffers are made, or into the device's buffers. lane_unwritten_check is called after the results
 * are delivered. It fails with OUTERFILL_DEVICE_FAILED, and names a plane, if a cell was not
 * written. */
outerfill_status lane_unwritten_begin(struct lane *lane, struct lane_slot *slot,
                                      outerfill_error *error);
outerfill_status lane_unwritten_check(struct lane *lane, struct lane_slot *slot,
                                      outerfill_error *error);

/* Returns the cells that the memory of one slot must hold. */
static inline size_t lane_slot_cells(const struct lane *lane) {
    return band_bounds_slot_cells(&lane->plan.bounds);
}

/* Returns the bytes of one plane of a band. */
static inline size_t lane_run_nbytes(const struct lane *lane, struct band band) {
    return band_num_cells(band) * lane->task->itemsize;
}

/* Returns the bytes from one plane of a staged band to the next, for runs of this size. Large
 * planes begin at pages, small ones waste less. */
static inline size_t lane_plane_nbytes(size_t run_nbytes) {
    return round_up(run_nbytes, run_nbytes < LARGE_PLANE_NBYTES ? PLANE_ALIGNMENT : PAGE_NBYTES);
}

/* Returns the bytes of all planes of a staged band, as they lie on the device and in pinned
 * memory. */
static inline size_t lane_planes_nbytes(size_t run_nbytes, size_t num_planes) {
    return lane_plane_nbytes(run_nbytes) * num_planes;
}

/* Returns the bytes from one plane of a band to the next in its buffer. 0: each plane has a buffer
 * of its own. */
static inline size_t lane_plane_stride(const struct lane *lane, struct band band) {
    return lane->plan.transfer == OUTERFILL_TRANSFER_MAPPED
               ? 0
               : lane_plane_nbytes(lane_run_nbytes(lane, band));
}

/* The name belongs to the device. */
static inline const char *lane_device_name(const struct lane *lane) {
    return lane->device->device.info.name;
}

#endif
