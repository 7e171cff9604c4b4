/* SPDX-License-Identifier: MIT
 *
 * outerfill-mpi: all ranks of an MPI job fill one file together. Rows are handed out in pieces,
 * large pieces first, and each free rank takes the next piece. A rank uses one device of its
 * machine, and writes and keeps a journal as a shard does. A job that ended too early
 * is continued by running it again, with any number of ranks, or by `outerfill resume`. The program
 * uses the library and the command's modules. It does not know how pieces are cut (piece). */
#include <glob.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../cli/command.h"
#include "../cli/interrupt.h"
#include "../cli/job.h"
#include "../cli/job_fail.h"
#include "../cli/next_step.h"
#include "../cli/operand.h"
#include "../cli/output.h"
#include "piece.h"

/* A rank's position in the job. */
struct world {
    int rank, num_ranks;
    int local_rank;  /* the rank among the ranks on the same machine, from 0 */
    MPI_Win counter; /* a uint64_t in rank 0's memory: the number of pieces handed out so far */
};

/* ---- The ranks ---- */

static int find_local_rank(void) {
    MPI_Comm machine;
    int local_rank;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_rank(machine, &local_rank);
    MPI_Comm_free(&machine);
    return local_rank;
}

/* Collective. The barrier makes sure that no rank takes a piece before rank 0 has set the counter
 * to 0. Each rank allocates a counter, because the call is collective, but only rank 0's is
 * used. */
static void join(struct world *world) {
    uint64_t *count;
    MPI_Comm_rank(MPI_COMM_WORLD, &world->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &world->num_ranks);
    world->local_rank = find_local_rank();
    MPI_Win_allocate(sizeof *count, sizeof *count, MPI_INFO_NULL, MPI_COMM_WORLD, &count,
                     &world->counter);
    *count = 0;
    MPI_Barrier(MPI_COMM_WORLD);
}

/* Returns the number of the next piece. The addition is atomic, so each call by any rank gets
 * another number. */
static uint64_t next_piece(const struct world *world) {
    const uint64_t one = 1;
    uint64_t piece;
    MPI_Win_lock(MPI_LOCK_SHARED, 0, 0, world->counter);
    MPI_Fetch_and_op(&one, &piece, MPI_UINT64_T, 0, 0, MPI_SUM, world->counter);
    MPI_Win_unlock(0, world->counter);
    return piece;
}

/* Ends all ranks, because one rank has failed. The journals keep the finished bands. MPI_Abort may
 * return, so _exit follows. */
static void end_all(int code) {
    fflush(NULL);
    MPI_Abort(MPI_COMM_WORLD, code);
    _exit(code); /* GCOVR_EXCL_LINE: Open MPI's MPI_Abort does not return */
}

/* ---- The job ---- */

static int check_arguments(const struct fill_arguments *arguments) {
    if (!arguments->output)
        return command_misused("fill", "outerfill-mpi fills a file: -o OUT.npy is missing");
    if (arguments->num_shards)
        return command_misused(
            "fill", "--shard is not for outerfill-mpi: its ranks share the rows themselves");
    if (arguments->keep_inputs)
        return command_misused("fill", "--keep-inputs is not for outerfill-mpi: its inputs are "
                                       "files, which stay where they are");
    if (arguments->dry_run || arguments->print_program)
        return command_misused("fill", "%s is not for outerfill-mpi: ask outerfill",
                               arguments->dry_run ? "--dry-run" : "--print-program");
    if (arguments->profile)
        return command_misused("fill", "--profile is not for outerfill-mpi: each rank fills many "
                                       "pieces, and outerfill tells of one fill");
    if (arguments->status_json)
        return command_misused("fill", "--status-json is not for outerfill-mpi: 'outerfill status "
                                       "--json' tells what all ranks have done");
    if (operand_is_standard_input(arguments->a) || operand_is_standard_input(arguments->b))
        return command_misused(
            "fill", "standard input is not for outerfill-mpi: every rank reads A and B itself");
    return EXIT_DONE;
}

/* Whether the name's ending is that of a shard's journal, and not of a copy that somebody keeps. */
static bool is_shard_journal(const char *ending) {
    unsigned long long shard, num_shards;
    int end = 0;
    return sscanf(ending, ".journal-%llu-of-%llu%n", &shard, &num_shards, &end) == 2 &&
           !ending[end];
}

/* Removes PATH.part and its journals. glob takes a character behind a backslash as it is. */
static int remove_unfinished(const char *part_path) {
    const size_t length = strlen(part_path) - strlen(".part");
    char *pattern = malloc(2 * length + 64);
    glob_t found = {0};
    if (!pattern) return command_fail(EXIT_DEVICE_FAILED, "no memory for the output's name");
    for (size_t k = 0; k < 2 * length; k++) pattern[k] = k % 2 ? part_path[k / 2] : '\\';
    strcpy(pattern + 2 * length, ".journal*");
    glob(pattern, 0, NULL, &found);
    unlink(part_path);
    for (size_t k = 0; k < found.gl_pathc; k++) {
        const char *const ending = found.gl_pathv[k] + length;
        if (strcmp(ending, ".journal") == 0 || is_shard_journal(ending)) unlink(found.gl_pathv[k]);
    }
    globfree(&found);
    free(pattern);
    return EXIT_DONE;
}

/* Rank 0 alone decides whether the job may begin, before any rank creates the file, because old
 * and new files look alike afterwards. The ranks then write as shards, which always resume. So
 * with --restart the unfinished file and its journals are removed here. Another job may work on
 * the same file. */
static int settle_unfinished(const struct fill_arguments *arguments) {
    outerfill_file_plan *plan;
    const outerfill_file_options options = output_options(arguments);
    outerfill_error error;
    int code = output_check_names(arguments);
    if (code) return code;
    if (outerfill_fill_npy_plan(arguments->output, arguments->dtype,
                                fill_arguments_num_planes(arguments), 0, 0, &options, &plan,
                                &error))
        return command_fail_library(&error);
    const bool is_busy = plan->verdict == OUTERFILL_FILE_IS_BUSY && !arguments->restart;
    code = is_busy ? EXIT_DONE : output_refuse(arguments, plan);
    if (!code && arguments->restart) code = remove_unfinished(plan->part_path);
    outerfill_free(plan);
    return code;
}

/* Replaces the user's selector by the id of one device. The ranks of a machine take the selected
 * devices in turn: rank k of the machine takes device k modulo the number of devices. The job keeps
 * a pointer to `id`. */
static int choose_device(struct job *job, const struct world *world, char *id, size_t id_nbytes) {
    outerfill_context *context;
    const outerfill_context_options options = {.struct_nbytes = sizeof options,
                                               .device = job->arguments.device,
                                               .dtype = job->arguments.dtype,
                                               .same_device_bits = job->arguments.same_device_bits};
    if (outerfill_context_create(&options, &context, &job->error))
        return command_fail_library(&job->error);
    const size_t k = (size_t)world->local_rank % outerfill_context_num_devices(context);
    snprintf(id, id_nbytes, "%s", outerfill_context_device(context, k)->id);
    job->arguments.device = id;
    outerfill_context_destroy(context);
    return EXIT_DONE;
}

static int fill_piece(struct job *job, const struct world *world, struct piece piece) {
    outerfill_fill_options options = job_fill_options(job);
    outerfill_file_options file = job_file_options(job);
    options.row_begin = piece.row_begin;
    options.row_end = piece.row_end;
    /* An empty array has one piece, which any rank may take. The library creates the file of an
     * empty array only for shard 1. */
    file.shard = job->a.n && job->b.n ? (size_t)world->rank + 1 : 1;
    file.num_shards = (size_t)world->num_ranks;
    file.unfinished = OUTERFILL_UNFINISHED_RESUME;
    const outerfill_status status =
        outerfill_fill_npy(job->function, job->a.values, job->a.n, job->b.values, job->b.n,
                           job->arguments.output, &file, &options, &job->error);
    return status ? job_fail(job) : EXIT_DONE;
}

static int fill_pieces(struct job *job, const struct world *world) {
    int code = EXIT_DONE;
    /* a rank knows only its own rows; `outerfill status` tells the progress of the whole file */
    job->progress.is_wanted = false;
    interrupt_set_output(job->arguments.output);
    while (!code) {
        struct piece piece;
        if (!piece_find(next_piece(world), job->a.n, job->b.n, (size_t)world->num_ranks, &piece))
            break;
        code = fill_piece(job, world, piece);
    }
    interrupt_set_output(NULL);
    return code;
}

/* Reads the file's status again, because only the journals and the file tell what all ranks did.
 * `begin` is when the fill began, in seconds of progress_now. */
static int print_summary(const struct job *job, const struct world *world, double begin) {
    char total[32];
    outerfill_file_status *run;
    outerfill_error error;
    if (outerfill_file_status_create(job->arguments.output, &run, &error))
        return command_fail_library(&error); /* GCOVR_EXCL_LINE: the file was there just now */
    const bool is_complete = run->state == OUTERFILL_FILE_COMPLETE;
    outerfill_free(run);
    if (!is_complete)
        return command_fail(EXIT_FILE_FAILED,
                            "\"%s\" is not complete: run the job again with --resume",
                            job->arguments.output);
    progress_format(job_nbytes(job), "B", total, sizeof total);
    if (!job->arguments.quiet)
        fprintf(stderr, "%s: (%zu, %zu, %zu) %s, %s, by %d ranks in %.3g s\n",
                job->arguments.output, job_num_planes(job), job->a.n, job->b.n,
                outerfill_dtype_name(job->arguments.dtype), total, world->num_ranks,
                progress_now() - begin);
    return EXIT_DONE;
}

/* The first barrier keeps every rank from creating the file before rank 0 has called
 * settle_unfinished. The second one makes rank 0 wait with the summary until all ranks are done. */
static int run(int argc, char **argv, struct job *job, const struct world *world) {
    char id[24];
    int code = fill_arguments_parse(argc, argv, &job->arguments);
    if (!code) code = check_arguments(&job->arguments);
    next_step_set(NEXT_JOB);
    if (world->rank) job->arguments.quiet = true; /* warnings are printed once */
    if (!code) code = job_take_note(job, argc - 1, argv + 1);
    if (!code && world->rank == 0) code = settle_unfinished(&job->arguments);
    job->is_planned = true;
    if (code) return code;
    MPI_Barrier(MPI_COMM_WORLD);
    code = choose_device(job, world, id, sizeof id);
    if (!code) code = job_open(job);
    const double begin = progress_now();
    if (!code) code = fill_pieces(job, world);
    if (code) return code;
    MPI_Barrier(MPI_COMM_WORLD);
    return world->rank == 0 ? print_summary(job, world, begin) : EXIT_DONE;
}

int main(int argc, char **argv) {
    struct world world;
    struct job job = {0};
    char name[64];
    int level;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level);
    join(&world);
    snprintf(name, sizeof name, "outerfill-mpi: rank %d", world.rank);
    command_name = name;
    if (level < MPI_THREAD_FUNNELED) /* GCOVR_EXCL_START: the MPI of the tests allows threads */
        end_all(command_fail(EXIT_DEVICE_FAILED, "this MPI allows no threads"));
    /* GCOVR_EXCL_STOP */
    const int code = run(argc, argv, &job, &world);
    job_close(&job);
    if (code > 0) end_all(code);
    MPI_Win_free(&world.counter);
    MPI_Finalize();
    return EXIT_DONE;
}
