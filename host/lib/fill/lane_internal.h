/* SPDX-License-Identifier: MIT */
#ifndef OUTERFILL_FILL_LANE_INTERNAL_H
#define OUTERFILL_FILL_LANE_INTERNAL_H

/* What lane.c shares with the two ways of transfer, lane_mapped.c and lane_staged.c, with lane_window.c, and with nobody else. */
#include "fill/lane.h"
#include "fill/pace.h"
#include "fill/trial.h"

/* Each reads back its part of every plane: one alone is bound to what a single core copies where "device" is the host itself. */
#define LANE_COPY_QUEUES 2

/* A place for one band in flight. */
struct lane_slot {
    struct band band;
    struct destination destination; /* where the host wants its results */
    double begin,
        enqueued;      /* when the launch was about to be enqueued, and when it was; in seconds */
    cl_event computed; /* the kernel is done */
    cl_event visible[2 * OUTERFILL_MAX_PLANES]; /* the host can read a plane, or a part of one */
    size_t num_visible;
    cl_mem planes[OUTERFILL_MAX_PLANES]; /* what the kernel writes */
    void *views[OUTERFILL_MAX_PLANES];   /* staged: a copy of it that the host sees */
    cl_mem pinned;                       /* staged: the memory behind views */
    int way;                             /* staged: through them, or past them */
    int kernel_way;                      /* which kernel runs */
    bool is_compared;                    /* its time says which is faster */
};

/* A way for results from the kernel to where the host wants them. */
struct lane_transfer {
    size_t num_slots;
    size_t copies_per_slot; /* of a band's bytes, in memory that the lane allocates or keeps busy */
    size_t default_nbytes;  /* what a slot's band may have where the caller sets no limit */
    size_t shared_nbytes;   /* the same on devices that share the host's memory */
    size_t max_kept;        /* how many lanes of a function and device may wait for the next fill */

    outerfill_status (*allocate)(struct lane *, struct lane_slot *,
                                 outerfill_error *); /* before the first band */
    outerfill_status (*begin)(struct lane *, struct lane_slot *,
                              outerfill_error *); /* gives the kernel its planes */
    outerfill_status (*fetch)(struct lane *, struct lane_slot *,
                              outerfill_error *);       /* enqueues what sets visible */
    void (*deliver)(struct lane *, struct lane_slot *); /* puts a visible band into its place */
    void (*abandon)(struct lane *, struct lane_slot *); /* ends a band that failed */
    void (*release)(struct lane *, struct lane_slot *); /* when the lane ends */
};

extern const struct lane_transfer lane_mapped, lane_staged;

/* A part of a or b that the device sees. */
struct lane_window {
    const char *vector;
    size_t num_elements; /* of the whole vector */
    size_t length;       /* of a window; windows begin at its multiples */
    size_t begin, end;   /* of the present one; empty at first */
    cl_mem buffer;
};

struct lane {
    /* for as long as the lane lives */
    struct context_device *device;
    struct free_list *list; /* where it waits between fills */
    const struct lane_transfer *transfer;
    outerfill_work_item work_item; /* the caller's wish; AUTO only on a CPU */
    bool is_expensive;             /* so is a cell, as far as its text tells */
    bool is_stuck; /* a band was given up, and the device did not say that it had stopped */
    cl_kernel kernel, stream_kernel; /* stream_kernel: NULL where it can win nothing */
    struct trial kernel_trial[2];    /* which of the two is faster */
    bool has_streamed;               /* stream_kernel was launched */
    cl_command_queue compute, copy[LANE_COPY_QUEUES]; /* copy: staged only */
    struct lane_slot slots[LANE_MAX_IN_FLIGHT];
    size_t allocated_cells; /* staged: what the memory of a slot can hold */
    struct trial trial;     /* staged: which way is faster */
    size_t num_copy_threads;
    struct pace pace; /* what a launch should have */
    double parameter_values[OUTERFILL_MAX_PARAMETERS];

    /* for one fill */
    const struct lane_task *task;
    struct lane_window a, b;
    size_t num_started, num_finished; /* slot k % num_slots holds band k */
    size_t slot_cells;                /* what a slot may hold */
};

void lane_window_init(struct lane_window *window, const void *vector, size_t num_elements,
                      size_t max_length);

/* Makes the window hold elements [begin, end). Kernels in flight keep the previous window's buffer alive. */
outerfill_status lane_window_move(struct lane *lane, struct lane_window *window, size_t begin,
                                  size_t end, outerfill_error *error);

/* What the caller wants of the kernel, on that device. */
outerfill_work_item lane_work_item(const struct lane_task *task, const outerfill_device *info);

outerfill_status lane_kernel_open(struct lane *lane, const struct function_program *program,
                                  outerfill_error *error);
void lane_kernel_release(struct lane *lane);

/* What a band may have at most for the kernels. */
size_t lane_kernel_max_cells(const struct lane *lane);
size_t lane_kernel_max_rows(const struct lane *lane);

/* Launches a kernel over the slot's band, which is r; afterwards learns from the time that it took. */
outerfill_status lane_kernel_launch(struct lane *lane, struct lane_slot *slot,
                                    const struct band_rectangle *r, outerfill_error *error);
void lane_kernel_learn(struct lane *lane, const struct lane_slot *slot, double seconds);

/* Bytes of one plane of a band. */
size_t lane_run_nbytes(const struct lane *lane, struct band band);

const char *lane_device_name(const struct lane *lane);

#endif
