/* SPDX-License-Identifier: MIT
 *
 * Writes what is no loop of a body that batch.c rewrites: declarations, which become arrays, and
 * statements, which get a loop over the cells. Texts go into the program as they are, but for
 * break, continue, return and out[K]. */
#include "program/batch_writer.h"

#include <string.h>

#include "program/text_names.h"

struct batch_frame *batch_writer_top(struct batch_writer *writer) {
    return &writer->frames[writer->num_frames - 1];
}

void batch_writer_push(struct batch_writer *writer, struct batch_frame frame) {
    if (writer->num_frames == BATCH_MAX_FRAMES)
        writer->is_unfit = true;
    else
        writer->frames[writer->num_frames++] = frame;
}

/* ---- Arrays ---- */

void batch_writer_add_array(struct batch_writer *writer, const char *type, const char *prefix,
                            struct token name) {
    fprintf(writer->arrays, "%s %s%.*s[OUTERFILL_BATCH_CELLS];\n", type, prefix, (int)name.length,
            name.text);
    fprintf(writer->swaps, " OUTERFILL_SWAP(%s, %s%.*s)", type, prefix, (int)name.length,
            name.text);
    writer->cell_nbytes += 8;
}

void batch_writer_add_flags(struct batch_writer *writer, const char *prefix, size_t id) {
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%zu", id);
    batch_writer_add_array(writer, "outerfill_flag", prefix,
                           (struct token){TOKEN_NAME, digits, (size_t)length});
}

/* ---- Statements without loops ---- */

void batch_writer_begin_cells(struct batch_writer *writer) {
    const struct batch_frame *const frame = batch_writer_top(writer);
    fprintf(writer->code, BATCH_CELLS, frame->count_id);
    if (frame->has_mask) fprintf(writer->code, "if (!" BATCH_MASK ") continue;\n", frame->mask_id);
}

void batch_writer_open_chunk(struct batch_writer *writer) {
    if (writer->is_chunk_open) return;
    batch_writer_begin_cells(writer);
    fprintf(writer->code, "do {\n");
    writer->is_chunk_open = true;
}

void batch_writer_close_chunk(struct batch_writer *writer) {
    if (writer->is_chunk_open) fprintf(writer->code, "} while (0);\n}\n");
    writer->is_chunk_open = false;
}

void batch_writer_span(struct batch_writer *writer, struct span span) {
    fwrite(span.begin, 1, (size_t)(span.end - span.begin), writer->code);
    fputc('\n', writer->code);
}

/* Writes what a cell does that leaves statements by break, continue or return. inner_id is the
 * innermost loop's, or 0 between loops. */
static void write_jump(struct batch_writer *writer, struct token jump, size_t inner_id) {
    const bool is_return = token_is(jump, "return"), is_continue = token_is(jump, "continue");
    fprintf(writer->code, "{ ");
    if (inner_id && !is_continue) fprintf(writer->code, BATCH_ALIVE " = 0; ", inner_id);
    for (size_t k = writer->num_frames; k-- > 0 && (is_return || !inner_id);) {
        const struct batch_frame *const frame = &writer->frames[k];
        if (!frame->has_mask) continue;
        fprintf(writer->code, BATCH_MASK " = 0; ", frame->mask_id);
        if (frame->kind == LOOP && !is_continue)
            fprintf(writer->code, BATCH_ALIVE " = 0; ", frame->mask_id);
        if (frame->kind == LOOP && !is_return) break;
    }
    fprintf(writer->code, "break; }\n");
}

/* Writes text without a loop of its own. */
void batch_writer_text(struct batch_writer *writer, struct span span, size_t inner_id) {
    struct span rest = span;
    struct token token;
    while ((token = span_next(&rest)).kind != TOKEN_END) {
        const bool is_jump =
            token_is(token, "break") || token_is(token, "continue") || token_is(token, "return");
        if (is_jump) {
            batch_writer_span(writer, (struct span){span.begin, token.text});
            write_jump(writer, token, inner_id);
            writer->is_unfit |= !token_is(span_next(&rest), ";");
            span.begin = rest.begin;
        } else if (token_is(token, "out")) {
            batch_writer_span(writer, (struct span){span.begin, token.text});
            const struct span index = span_take_bracket(&rest);
            writer->is_unfit |= !index.begin;
            if (!index.begin) return;
            fprintf(writer->code, "outerfill_out[%.*s][outerfill_cell]",
                    (int)(index.end - index.begin), index.begin);
            span.begin = rest.begin;
        }
    }
    batch_writer_span(writer, span);
}

/* A statement that may declare something by a type of the caller's, or be made by a macro, is not
 * known. */
static bool is_plain(const struct batch_names *names, struct span statement) {
    struct span rest = statement;
    const struct token first = span_next(&rest), second = span_next(&rest);
    if (first.kind != TOKEN_NAME || token_is(first, "if")) return true;
    if (token_is(first, "break") || token_is(first, "continue") || token_is(first, "return"))
        return true;
    if (text_name_is_keyword(first.text, first.length) || second.kind != TOKEN_SIGN) return false;
    if (*second.text == '*' && second.text[1] != '=') return false;
    if (batch_names_macro_has(names, first)) return false;
    return !span_has(statement, "{") && !span_has(statement, "if") &&
           !span_has(statement, "break") && !span_has(statement, "continue") &&
           !span_has(statement, "return");
}

/* ---- Declarations ---- */

/* A declarator of a variable, with its value if it has one. */
struct declarator {
    struct batch_variable variable;
    struct span value;
};

/* Takes the next declarator. Returns false if it is no plain variable. */
static bool take_declarator(struct span *span, const char type[32], const char *scope_end,
                            struct declarator *declarator) {
    struct span rest = span_take_until(span, ',');
    *declarator = (struct declarator){.variable = {.scope_end = scope_end}};
    memcpy(declarator->variable.type, type, sizeof declarator->variable.type);
    declarator->variable.name = span_next(&rest);
    const struct token sign = span_next(&rest);
    if (token_is(sign, "=")) declarator->value = rest;
    return declarator->variable.name.kind == TOKEN_NAME && !span_has(rest, "{") &&
           (token_is(sign, "=") || sign.kind == TOKEN_END);
}

static void write_uniform(struct batch_writer *writer, const struct declarator *declarator) {
    const struct token name = declarator->variable.name;
    batch_writer_close_chunk(writer);
    fprintf(writer->code, "\n#undef %.*s\nconst %s %.*s =", (int)name.length, name.text,
            declarator->variable.type, (int)name.length, name.text);
    batch_writer_span(writer, declarator->value);
    fprintf(writer->code, ";\n");
}

static void write_variable(struct batch_writer *writer, const struct declarator *declarator,
                           bool has_array) {
    const struct token name = declarator->variable.name;
    const int length = (int)name.length;
    if (!has_array)
        batch_writer_add_array(writer, declarator->variable.type, "outerfill_array_", name);
    fprintf(writer->code, "\n#undef %.*s\n#define %.*s outerfill_array_%.*s[outerfill_cell]\n",
            length, name.text, length, name.text, length, name.text);
    if (!declarator->value.begin) return;
    batch_writer_open_chunk(writer);
    fprintf(writer->code, "%.*s = ", length, name.text);
    batch_writer_text(writer, declarator->value, 0);
    fprintf(writer->code, ";\n");
}

/* Whether a variable keeps its first value up to `end`, the same for all cells. */
static bool keeps_one_value(struct batch_writer *writer, const struct declarator *declarator,
                            const char *end) {
    const struct token name = declarator->variable.name;
    const struct span value = declarator->value;
    return value.begin && batch_names_are_uniform(&writer->names, value) &&
           !span_assigns((struct span){value.end, end}, name) &&
           !batch_names_macro_has(&writer->names, name);
}

bool batch_writer_declaration(struct batch_writer *writer, struct span span,
                              const char *scope_end) {
    char type[32];
    struct declarator declarator;
    if (!batch_names_take_type(&span, type)) return false;
    while (span.begin < span.end && !writer->is_unfit) {
        const bool is_known = take_declarator(&span, type, scope_end, &declarator);
        const bool is_uniform = is_known && keeps_one_value(writer, &declarator, scope_end);
        declarator.variable.kind = is_uniform ? BATCH_UNIFORM : BATCH_ARRAY;
        const struct batch_variable *const added =
            is_known ? batch_names_add(&writer->names, declarator.variable) : NULL;
        writer->is_unfit |= !added;
        if (added && is_uniform)
            write_uniform(writer, &declarator);
        else if (added)
            write_variable(writer, &declarator,
                           batch_names_find_array(&writer->names, added->name) != added);
    }
    return true;
}

/* Returns whether the statement declares variables that each keep one value, the same for all
 * cells. If it declares others, adds them to the names. */
static bool declares_uniforms(struct batch_writer *writer, struct span statement, const char *end) {
    struct span all = {statement.begin, statement.end - 1}, rest;
    char type[32];
    struct declarator declarator;
    bool are_uniform = true;
    if (*all.end != ';' || !batch_names_take_type(&all, type)) return false;
    for (rest = all; rest.begin < rest.end;)
        are_uniform &= take_declarator(&rest, type, end, &declarator) &&
                       keeps_one_value(writer, &declarator, end);
    for (rest = all; rest.begin < rest.end;) {
        take_declarator(&rest, type, end, &declarator);
        declarator.variable.kind = are_uniform ? BATCH_UNIFORM : BATCH_LOCAL;
        writer->is_unfit |= !batch_names_add(&writer->names, declarator.variable);
        if (are_uniform)
            write_uniform(writer, &declarator);
        else if (batch_names_find_array(&writer->names, declarator.variable.name))
            fprintf(writer->code, "\n#undef %.*s\n", (int)declarator.variable.name.length,
                    declarator.variable.name.text);
    }
    return are_uniform;
}

void batch_writer_uniforms(struct batch_writer *writer, struct span body) {
    struct span rest = body, statement;
    while ((statement = span_take_statement(&rest)).begin)
        declares_uniforms(writer, statement, body.end);
}

/* A statement of which batch_writer_uniforms has written all is left out. */
void batch_writer_pass(struct batch_writer *writer, struct span body, size_t id) {
    struct span rest = body, statement;
    while ((statement = span_take_statement(&rest)).begin) {
        struct span tokens = statement;
        char type[32];
        const bool is_declaration = batch_names_take_type(&tokens, type);
        if (!is_declaration || !batch_names_is_uniform(&writer->names, span_next(&tokens)))
            batch_writer_text(writer, statement, id);
    }
    writer->is_unfit |= span_next(&rest).kind != TOKEN_END;
}

void batch_writer_statement(struct batch_writer *writer, struct span statement) {
    const struct span declaration = {statement.begin, statement.end - 1};
    if (*declaration.end == ';' &&
        batch_writer_declaration(writer, declaration, batch_writer_top(writer)->end))
        return;
    writer->is_unfit |= !is_plain(&writer->names, statement);
    batch_writer_open_chunk(writer);
    batch_writer_text(writer, statement, 0);
}
