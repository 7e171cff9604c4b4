/* SPDX-License-Identifier: MIT
 *
 * Rewrites a body with loops as a function of a batch of cells. Compilers make vectors of innermost
 * loops only, and a row's loop that has the body's loops inside is none. So the loops change
 * places: a variable becomes an array with a value for each cell, and a loop over the batch's cells
 * runs inside of the body's loops. Of
 *
 *     real x = a;
 *     for (int k = 0; k < 9; k++) {
 *         if (x > b) break;
 *         x = x * x;
 *     }
 *     out[0] = x;
 *
 * the loop becomes, with two macros written out and `x` a macro for x_array[cell],
 *
 *     for (int k = 0; k < 9; k++) {
 *         for (cell = 0; cell < count; cell++) {
 *             if (!alive[cell]) continue;
 *             do {
 *                 if (x > b) { alive[cell] = 0; break; }
 *                 x = x * x;
 *             } while (0);
 *         }
 *         if (the sum of `alive` is 0) break;
 *     }
 *
 * A cell's operations and their order are those of the body. So its bits are too, however the
 * compiler arranges them. Cells that have left a loop go to the end of the batch as soon as they
 * are many. What is written between two loops is a chunk, which has a loop over the cells of its
 * own. */
#include "program/batch_body.h"

#include <string.h>

/* ---- Loops ---- */

struct loop {
    enum { FOR, WHILE, DO } kind;
    size_t id;
    struct span init, condition, step, body;
    const char *end;
    bool is_uniform; /* the same passes for all cells that stay */
    bool is_masked;  /* not for all cells that the list around it has */
};

static bool is_blank(struct span span) {
    return span_next(&span).kind == TOKEN_END;
}

static struct span without_braces(struct span body) {
    struct span rest = body;
    return *body.begin == '{' ? span_take_bracket(&rest) : body;
}

static bool read_loop(struct span statement, struct loop *loop) {
    struct span rest = statement;
    const struct token first = span_next(&rest);
    struct span head = {NULL, NULL};
    *loop = (struct loop){.kind = token_is(first, "for")     ? FOR
                                  : token_is(first, "while") ? WHILE
                                                             : DO,
                          .end = statement.end};
    if (loop->kind != DO) head = span_take_bracket(&rest);
    loop->body = span_take_statement(&rest);
    if (!loop->body.begin) return false;
    loop->body = without_braces(loop->body);
    if (loop->kind == DO) {
        span_next(&rest); /* while */
        head = span_take_bracket(&rest);
    }
    if (loop->kind == FOR) loop->init = span_take_until(&head, ';');
    loop->condition = loop->kind == FOR ? span_take_until(&head, ';') : head;
    if (loop->kind == FOR) loop->step = head;
    return true;
}

/* for (int k = 0; k < n; k++), of one counter that the body does not change. */
static bool counts_alike(struct batch_writer *writer, struct loop *loop) {
    struct batch_variable counter = {.scope_end = loop->end, .kind = BATCH_UNIFORM};
    struct span init = loop->init, step = loop->step;
    if (loop->kind != FOR || !batch_names_take_type(&init, counter.type)) return false;
    counter.name = span_next(&init);
    if (counter.name.kind != TOKEN_NAME || !token_is(span_next(&init), "=")) return false;
    if (span_has(init, ",") || span_has(step, ",") || is_blank(loop->condition)) return false;
    if (!batch_names_are_uniform(&writer->names, init)) return false;
    if (span_assigns(loop->body, counter.name) || span_assigns(loop->condition, counter.name))
        return false;
    if (batch_names_macro_has(&writer->names, counter.name)) return false;
    struct batch_names *const names = &writer->names;
    const size_t num_before = names->num_variables;
    struct batch_variable *const added = batch_names_add(names, counter);
    if (!added) return false;
    if (batch_names_are_uniform(names, loop->condition) && batch_names_are_uniform(names, step))
        return true;
    names->num_variables = num_before;
    return false;
}

static void write_init(struct batch_writer *writer, const struct loop *loop) {
    if (loop->kind != FOR || loop->is_uniform || is_blank(loop->init)) return;
    if (batch_writer_declaration(writer, loop->init, loop->end)) return;
    batch_writer_open_chunk(writer);
    batch_writer_text(writer, loop->init, 0);
    fprintf(writer->code, ";\n");
}

static void write_head(struct batch_writer *writer, const struct loop *loop) {
    const struct batch_frame *const frame = batch_writer_top(writer);
    if (loop->is_masked && frame->has_mask)
        fprintf(writer->code, "OUTERFILL_ENTER(%zu, %zu, %zu)\n", loop->id, frame->mask_id,
                frame->count_id);
    else if (loop->is_masked)
        fprintf(writer->code, "OUTERFILL_ENTER_ALL(%zu, %zu)\n", loop->id, frame->count_id);
    if (!loop->is_uniform) {
        fprintf(writer->code, "for (;;) {\n");
        return;
    }
    struct span init = loop->init;
    char type[32];
    batch_names_take_type(&init, type);
    const struct token counter = span_next(&init);
    fprintf(writer->code, "\n#undef %.*s\nfor (", (int)counter.length, counter.text);
    batch_writer_span(writer, loop->init);
    fputc(';', writer->code);
    batch_writer_span(writer, loop->condition);
    fputc(';', writer->code);
    batch_writer_span(writer, loop->step);
    fprintf(writer->code, ") {\n");
    /* Where the body changes it after all, the text does not compile. */
    fprintf(writer->code,
            "const %s outerfill_counter = %.*s;\n{\nconst %s %.*s = outerfill_counter;\n", type,
            (int)counter.length, counter.text, type, (int)counter.length, counter.text);
}

/* A cell of the loop stays only if the condition holds. */
static void write_condition(struct batch_writer *writer, struct span condition, size_t id) {
    fprintf(writer->code, "if (!(\n");
    batch_writer_text(writer, condition, id);
    fprintf(writer->code, ")) " BATCH_ALIVE " = 0;\n", id);
    fprintf(writer->code, "if (!" BATCH_ALIVE ") continue;\n", id);
}

static void write_end_of_pass(struct batch_writer *writer, struct span step, struct span condition,
                              size_t id) {
    fprintf(writer->code, "if (!" BATCH_ALIVE ") continue;\n", id);
    if (step.begin && !is_blank(step)) {
        batch_writer_text(writer, step, id);
        fprintf(writer->code, ";\n");
    }
    if (condition.begin) write_condition(writer, condition, id);
}

/* A pass of a loop without another one inside is one loop over the cells. */
static void write_masked_pass(struct batch_writer *writer, const struct loop *loop) {
    const struct span none = {NULL, NULL};
    const bool has_condition = !loop->is_uniform && !is_blank(loop->condition);
    fprintf(writer->code, BATCH_CELLS "if (!" BATCH_ALIVE ") continue;\n", loop->id, loop->id);
    if (has_condition && loop->kind != DO) write_condition(writer, loop->condition, loop->id);
    fprintf(writer->code, "do {\n");
    batch_writer_pass(writer, loop->body, loop->id);
    fprintf(writer->code, "} while (0);\n");
    write_end_of_pass(writer, loop->is_uniform ? none : loop->step,
                      has_condition && loop->kind == DO ? loop->condition : none, loop->id);
    fprintf(writer->code, "}\nOUTERFILL_KEEP_ALIVE(%zu)\n", loop->id);
}

static void end_loop(struct batch_writer *writer, bool is_uniform) {
    fprintf(writer->code, is_uniform ? "}\n}\n" : "}\n");
}

static void write_inner_loop(struct batch_writer *writer, const struct loop *loop) {
    batch_writer_uniforms(writer, loop->body);
    if (loop->is_masked) {
        write_masked_pass(writer, loop);
    } else {
        batch_writer_begin_cells(writer);
        fprintf(writer->code, "do {\n");
        batch_writer_pass(writer, loop->body, loop->id);
        fprintf(writer->code, "} while (0);\n}\n");
    }
    end_loop(writer, loop->is_uniform);
    writer->at = loop->end;
}

/* A loop with loops inside: its condition has a loop over the cells, its body is a list. */
static void begin_outer_loop(struct batch_writer *writer, const struct loop *loop) {
    const bool has_condition = !loop->is_uniform && !is_blank(loop->condition);
    struct batch_frame frame = {.kind = LOOP,
                                .has_mask = loop->is_masked,
                                .is_uniform = loop->is_uniform,
                                .mask_id = loop->id,
                                .count_id = batch_writer_top(writer)->count_id,
                                .end = loop->body.end,
                                .after = loop->end};
    if (loop->is_masked) {
        frame.count_id = loop->id;
        batch_writer_add_flags(writer, "outerfill_mask_", loop->id);
        fprintf(writer->code, BATCH_CELLS BATCH_MASK " = 0;\nif (!" BATCH_ALIVE ") continue;\n",
                loop->id, loop->id, loop->id);
        if (has_condition && loop->kind != DO) write_condition(writer, loop->condition, loop->id);
        fprintf(writer->code, BATCH_MASK " = 1;\n}\nOUTERFILL_KEEP_ALIVE(%zu)\n", loop->id,
                loop->id);
    }
    if (!loop->is_uniform) frame.step = loop->step;
    if (has_condition && loop->kind == DO) frame.condition = loop->condition;
    batch_writer_push(writer, frame);
    writer->at = loop->body.begin;
}

static void end_outer_loop(struct batch_writer *writer, const struct batch_frame *frame) {
    if (frame->has_mask) {
        fprintf(writer->code, BATCH_CELLS, frame->mask_id);
        write_end_of_pass(writer, frame->step, frame->condition, frame->mask_id);
        fprintf(writer->code, "}\n");
    }
    end_loop(writer, frame->is_uniform);
}

/* A loop that every cell leaves behind the same pass needs no mask, if the list around has none. */
static bool needs_mask(struct batch_writer *writer, const struct loop *loop) {
    const bool has_inner = span_has_loop(loop->body);
    return !loop->is_uniform || batch_writer_top(writer)->has_mask ||
           span_has(loop->body, "break") || span_has(loop->body, "return") ||
           (has_inner && span_has(loop->body, "continue"));
}

static void write_loop(struct batch_writer *writer, struct span statement) {
    struct loop loop;
    if (!read_loop(statement, &loop)) {
        writer->is_unfit = true;
        return;
    }
    loop.is_uniform = counts_alike(writer, &loop);
    loop.is_masked = needs_mask(writer, &loop);
    loop.id = ++writer->num_ids;
    write_init(writer, &loop);
    batch_writer_close_chunk(writer);
    if (loop.is_masked) batch_writer_add_flags(writer, "outerfill_alive_", loop.id);
    write_head(writer, &loop);
    if (span_has_loop(loop.body))
        begin_outer_loop(writer, &loop);
    else
        write_inner_loop(writer, &loop);
}

/* ---- Branches with loops ---- */

static void push_branch(struct batch_writer *writer, size_t id, struct span statement,
                        const char *after) {
    const struct span body = without_braces(statement);
    batch_writer_push(writer, (struct batch_frame){.kind = BRANCH,
                                                   .has_mask = true,
                                                   .mask_id = id,
                                                   .count_id = batch_writer_top(writer)->count_id,
                                                   .end = body.end,
                                                   .after = after});
    fprintf(writer->code, "{\n");
    writer->at = body.begin;
}

static void write_branches(struct batch_writer *writer, struct span statement) {
    const size_t then_id = ++writer->num_ids, else_id = ++writer->num_ids;
    struct span rest = statement;
    span_next(&rest); /* if */
    const struct span condition = span_take_bracket(&rest),
                      then_statement = span_take_statement(&rest);
    const bool has_else = token_is(span_next(&rest), "else");
    const struct span else_statement = has_else ? span_take_statement(&rest) : then_statement;
    writer->is_unfit |= !then_statement.begin || !else_statement.begin;
    if (writer->is_unfit) return;
    batch_writer_close_chunk(writer);
    batch_writer_add_flags(writer, "outerfill_mask_", then_id);
    batch_writer_add_flags(writer, "outerfill_mask_", else_id);
    fprintf(writer->code, BATCH_CELLS BATCH_MASK " = " BATCH_MASK " = 0;\n}\n",
            batch_writer_top(writer)->count_id, then_id, else_id);
    batch_writer_begin_cells(writer);
    fprintf(writer->code, "if (\n");
    batch_writer_text(writer, condition, 0);
    fprintf(writer->code, ") " BATCH_MASK " = 1; else " BATCH_MASK " = 1;\n}\n", then_id, else_id);
    if (has_else) push_branch(writer, else_id, else_statement, statement.end);
    push_branch(writer, then_id, then_statement,
                has_else ? without_braces(else_statement).begin : statement.end);
}

/* ---- The body ---- */

static void end_list(struct batch_writer *writer) {
    batch_writer_close_chunk(writer);
    const struct batch_frame frame = *batch_writer_top(writer);
    writer->num_frames--;
    if (frame.kind == LOOP) end_outer_loop(writer, &frame);
    if (frame.kind == BRANCH) fprintf(writer->code, "}\n");
    writer->at = frame.after;
}

static void write_statement(struct batch_writer *writer) {
    struct span rest = {writer->at, batch_writer_top(writer)->end};
    const struct span statement = span_take_statement(&rest);
    writer->statement = writer->at;
    writer->is_unfit |= !statement.begin;
    if (writer->is_unfit) return;
    writer->statement = statement.begin;
    struct span tokens = statement;
    const struct token first = span_next(&tokens);
    writer->at = rest.begin;
    if (!span_has_loop(statement)) {
        batch_writer_statement(writer, statement);
    } else if (token_is(first, "if")) {
        write_branches(writer, statement);
    } else if (token_is(first, "for") || token_is(first, "while") || token_is(first, "do")) {
        write_loop(writer, statement);
    } else {
        writer->is_unfit = true;
    }
}

bool batch_body_write(struct batch_writer *writer, const char *body) {
    const char *const end = body + strlen(body);
    writer->at = body;
    batch_writer_add_array(writer, "real", "outerfill_array_", (struct token){TOKEN_NAME, "b", 1});
    batch_writer_push(writer,
                      (struct batch_frame){.kind = BODY,
                                           .has_mask = span_has((struct span){body, end}, "return"),
                                           .end = end,
                                           .after = end});
    if (batch_writer_top(writer)->has_mask) {
        batch_writer_add_flags(writer, "outerfill_mask_", 0);
        fprintf(writer->code, "OUTERFILL_MASK_ALL\n");
    }
    while (writer->num_frames && !writer->is_unfit) {
        if (is_blank((struct span){writer->at, batch_writer_top(writer)->end}))
            end_list(writer);
        else
            write_statement(writer);
    }
    for (size_t k = 0; k < writer->names.num_variables; k++)
        fprintf(writer->code, "#undef %.*s\n", (int)writer->names.variables[k].name.length,
                writer->names.variables[k].name.text);
    return !writer->is_unfit;
}
