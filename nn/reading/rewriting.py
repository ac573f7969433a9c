"""What is rewritten before a formula is read: first in a whole text, then in formulas.

Each function takes one habit of writing, and says there what it makes of it. The order
matters: marks come before what stands between them, and the layers of a quantity before
what is read by them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from nn.reading.code.bias_units import without_bias_units
from nn.reading.code.entry_loops import with_entries_as_matrices
from nn.reading.code.example_loops import with_examples_of_loops
from nn.reading.code.loops import with_layers_of_loops
from nn.reading.code.one_layer import with_any_layer
from nn.reading.code.plain import as_assignments, with_relu_in_one
from nn.reading.code.results import with_results_named
from nn.reading.code.spelling import in_one_spelling
from nn.reading.habits.accented_layers import with_layers_of_accents
from nn.reading.habits.any_parameter import with_any_parameter
from nn.reading.habits.by_rows import with_rows_as_layers
from nn.reading.habits.called_sigma import with_functions_named
from nn.reading.habits.capitals_of_entries import with_letters_of_entries
from nn.reading.habits.defined_by_layer import with_letters_by_layer
from nn.reading.habits.either_function import with_either_function
from nn.reading.habits.functions_alone import with_arguments
from nn.reading.habits.greek_indices import with_latin_indices
from nn.reading.habits.greek_weights import with_greek_weights
from nn.reading.habits.hatted_targets import with_hatted_targets
from nn.reading.habits.inside import with_layers_by_letter
from nn.reading.habits.l_of_no_layer import with_l_of_no_layer
from nn.reading.habits.layer_alone import with_layers_alone
from nn.reading.habits.layers_below import with_layers_above
from nn.reading.habits.layers_in_words import with_numbered_labels, with_numbered_layers
from nn.reading.habits.lone_activations import with_lone_activations
from nn.reading.habits.matrices_by_indices import with_matrices_numbered
from nn.reading.habits.mixed_entries import with_entries_of_one_neuron
from nn.reading.habits.named_derivatives import (
    with_deltas_of_layers,
    with_words_for_derivatives,
)
from nn.reading.habits.named_inputs import with_inputs_as_x
from nn.reading.habits.names_behind import with_names_first
from nn.reading.habits.no_word_in import with_indices_apart
from nn.reading.habits.number_and_index import with_numbers_apart
from nn.reading.habits.numbered_softmax import with_outputs_of_softmax
from nn.reading.habits.one_neuron import with_an_index_for_one_neuron
from nn.reading.habits.other_deltas import with_errors_as_deltas
from nn.reading.habits.over_patterns import with_sums_over_examples
from nn.reading.habits.primed_outputs import with_primed_outputs
from nn.reading.habits.repeated_indices import with_repeated_indices_summed
from nn.reading.habits.row_gradients import with_rows_by_entries
from nn.reading.habits.running import with_what_runs
from nn.reading.habits.said_deltas import with_deltas_as_said
from nn.reading.habits.said_slopes import with_slopes_as_said
from nn.reading.habits.said_sums import with_sums_as_said
from nn.reading.habits.single_output import with_an_index_for_the_output
from nn.reading.habits.starred import with_stars_told_apart
from nn.reading.habits.turned_deltas import with_deltas_as_rows
from nn.reading.habits.updates import with_updates_alike
from nn.reading.habits.usual_letters import with_usual_letters
from nn.reading.habits.values_named import with_values_named
from nn.reading.habits.vectors_as_rows import with_vectors_as_rows
from nn.reading.markup.brackets_behind import with_brackets_closed
from nn.reading.markup.columns import with_columns_parted
from nn.reading.markup.differentials import with_differentials
from nn.reading.markup.exponentials import with_calls_of_exp
from nn.reading.markup.flags import without_flags
from nn.reading.markup.flattened import with_scripts
from nn.reading.markup.gradients import with_gradients
from nn.reading.markup.hosts import with_marks_of_hosts
from nn.reading.markup.macros import with_macros
from nn.reading.markup.marks import (
    with_dollars,
    with_layers_below,
    with_outputs_named,
    without_numbers,
)
from nn.reading.markup.shapes_between import with_shapes_behind
from nn.reading.markup.transposes import with_transposes_behind
from nn.reading.markup.typed_in_haste import without_haste
from nn.reading.markup.typeset import without_typesetting

__all__ = ["rewritten_formulas", "rewritten_text"]


@lru_cache(maxsize=16)  # each reading of a text asks for the same one
def rewritten_text(text: str) -> str:
    r"""Return a text in which marks, lines, and code are written as others write them.

    >>> rewritten_text(r"\newcommand{\w}{W} $\w x$").strip()
    '$W x$'
    """
    for rewrite in _IN_TEXTS:
        text = rewrite(text)
    return text


def rewritten_formulas(formulas: Sequence[str]) -> list[str]:
    r"""Return the formulas of a text without the habits of their writer.

    >>> rewritten_formulas([r"\delta = (y' - y) g'(z)"])
    ["\\delta = (\\hat{y} - y) g'(z)"]
    """
    found = list(formulas)
    for rewrite in _IN_FORMULAS:
        found = rewrite(found)
    return found


_IN_TEXTS: Final[tuple[Callable[[str], str], ...]] = (
    with_marks_of_hosts,
    in_one_spelling,
    without_bias_units,
    with_examples_of_loops,
    with_scripts,
    with_calls_of_exp,
    with_macros,
    without_haste,
    with_usual_letters,
    with_latin_indices,
    with_transposes_behind,
    with_dollars,
    without_typesetting,
    with_outputs_named,
    with_numbers_apart,
    with_brackets_closed,
    with_columns_parted,
    with_stars_told_apart,
    with_hatted_targets,
    with_indices_apart,
    without_flags,
    with_layers_by_letter,
    with_differentials,
    with_gradients,
    with_sums_over_examples,
    with_repeated_indices_summed,
    with_inputs_as_x,
    with_shapes_behind,
    with_slopes_as_said,
    with_deltas_as_said,
    with_sums_as_said,
    with_functions_named,
    with_either_function,
    with_numbered_layers,
    with_layers_above,
    with_any_layer,
    with_results_named,
    as_assignments,
    with_entries_as_matrices,
    with_layers_of_loops,
    with_relu_in_one,
    without_numbers,
    with_layers_below,
)
_IN_FORMULAS: Final[tuple[Callable[[list[str]], list[str]], ...]] = (
    with_names_first,
    with_primed_outputs,
    with_outputs_of_softmax,
    with_layers_of_accents,
    with_values_named,
    with_letters_of_entries,
    with_entries_of_one_neuron,
    with_vectors_as_rows,
    with_updates_alike,
    with_any_parameter,
    with_errors_as_deltas,
    with_matrices_numbered,
    with_deltas_of_layers,
    with_words_for_derivatives,
    with_deltas_as_rows,
    with_rows_by_entries,
    with_layers_alone,
    with_an_index_for_one_neuron,
    with_an_index_for_the_output,
    with_greek_weights,
    with_rows_as_layers,
    with_arguments,
    with_letters_by_layer,
    with_what_runs,
    with_l_of_no_layer,
    with_lone_activations,
    with_numbered_labels,
)
