/* SPDX-License-Identifier: MIT
 *
 * Makes whole sentences of warnings. */
#include "device/warning_list.h"

#include "program/text_error.h"

void warning_list_write(struct warning_list *list, const struct warnings *warnings) {
    for (size_t k = 0; k < warnings->num_items; k++) {
        const struct text_message *found = &warnings->items[k];
        text_describe(list->sentences[k], sizeof list->sentences[k], &found->piece, found->line,
                      found->column, found->text);
        list->items[k] = (outerfill_warning){.plane = found->piece.plane,
                                             .line = found->line,
                                             .column = found->column,
                                             .message = list->sentences[k]};
        list->pointers[k] = &list->items[k];
    }
    list->num_items = warnings->num_items;
}
