"""Tables from CSV: what is read, what is refused and how, what becomes of columns."""

import csv
import io
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_scalar import DataError
from nn.data.columns import dataset_of, load_iris
from nn.data.csv import USUAL, Dialect, Problems, Table, parse_csv, read_csv
from nn.data.dataset import Dataset, Scale, filled, split
from nn.experiment import run as experiment
from nn.experiment.run import Settings, run


def load(tmp_path, content, target="y", dialect=USUAL, **options):
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return dataset_of(read_csv(path, dialect), target, **options)


ROWS = "x,y\n1,a\n2,b\n3,a\n4,b\n"
MORE = "1,a\n2,b\n1,a\n2,b\n"

# name: (content, parts of the message)
REFUSED = {
    "empty": ("", ["has no rows", "expected a header"]),
    "blank lines": ("\n \n\n", ["has no rows"]),
    "header only": ("x,y\n", ["has no rows"]),
    "ragged": (f"x,y\n1,a\n2,b,c\n{MORE}", ["line 3", "expected 2 cells", "got 3"]),
    "short row": ("x,y\n1\n", ["line 2", "expected 2 cells", "got 1"]),
    "names twice": ("x,x,y\n1,2,a\n", ["several columns are named 'x'"]),
    "no name": (",x,y\n0,1,a\n", ["no name for column 1;", "index=False"]),
    "one column": ("y\na\nb\n", ["one column only", "semicolon"]),
    "no header": ("1.5,2,a\n1,2,b\n", ["looks like data", "column names"]),
    "numbers only": ("1,2\n3,4\n", ["looks like data"]),
    "open quote": ('x,y\n1,"a\n2,b\n', ["line 2", "has to end it"]),
    "after quote": ('x,y\n1,"a"b\n', ["line 2", "expected after", "doubled"]),
    "half of UTF-16": ("x,y\n1,a".encode("utf-16")[:-1], ["UTF-16", "CSV UTF-8"]),
    "a spreadsheet": (b"PK\3\4\x14\0\x8a", ["line 1", "0x8a", "CSV UTF-8"]),
    "zeros": (b"\0" * 9, ["has no rows"]),
    "not UTF-8": (b"x,y\n1,caf\xe9\n", ["line 2", "0xe9", "CSV UTF-8"]),
    "missing": (f"x,y\n1,a\n,b\n{MORE}", ["line 3", "'x'", "--missing drop"]),
    "missing target": (f"x,y\n1,a\n2,?\n{MORE}", ["line 3", "column 'y'"]),
    "no value": (f"x,z,y\n{MORE.replace(',', ',,')}", ["lines 2, 3, 4, 5", "'z'"]),
    "nan": (f"x,y\n1,a\nNaN,b\n{MORE}", ["line 3", "missing"]),
    "inf": (f"x,y\n1,a\ninf,b\n{MORE}", ["line 3", "expected a number", "got 'inf'"]),
    "huge": (f"x,y\n1,a\n1e400,b\n{MORE}", ["line 3", "1e+150, got '1e400'"]),
    "typo": (
        f"x,y\n3o,a\n{MORE}",
        ["line 2", "expected a number", "got '3o'", "correct"],
    ),
    "typos": (
        f"x,y\n3o,a\n1,b\nl,a\n{MORE}",
        ["lines 2, 4", "got '3o', 'l'"],
    ),
    "comma": (f"x;y\n1,5;a\n{MORE.replace(',', ';')}", ["line 2", "--decimal ,"]),
    "point": (f"x;y\n1.5;a\n{MORE.replace(',', ';')}", ["line 2", "--decimal ."]),
    "one class": ("x,y\n1,a\n2,a\n", ["'a' in every row"]),
    "all different": ("x,y\n1,a\n2,b\n3,c\n", ["3 classes in 3 rows"]),
    "all constant": (
        "x,y\n1,a\n1,b\n1,a\n1,b\n",
        ["add a column beside 'y'"],
    ),
    "long cell": (f"x,y\n1,a\n2,{'b' * 131_073}\n", ["line 3", "at most 131,072"]),
    "long name": (f"x,{'y' * 131_073}\n1,a\n", ["line 1", "at most 131,072"]),
    "bidi": ("x,\u202ey\n1,a\n", [r"'\u202ey'"]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_rejected_tables_say_what_and_where(tmp_path, name):
    content, parts = REFUSED[name]
    dialect = Dialect(decimal=",") if name == "point" else USUAL
    with pytest.raises(DataError) as error:
        load(tmp_path, content, dialect=dialect)
    message = str(error.value)
    assert "\n" not in message  # there is one problem, and it is not told twice
    for part in ["t.csv", *parts]:
        assert part in message


def test_unknown_columns_are_listed_with_the_nearest(tmp_path):
    with pytest.raises(DataError, match=r"no column 'specie'.*are 'Species', 'x'$"):
        load(tmp_path, "x,Species\n1,a\n", "specie")
    with pytest.raises(DataError, match=r"no column 'Y'.*\n.*no column 'z'"):
        load(tmp_path, ROWS, "Y", ignore=["z"])
    with pytest.raises(DataError, match="both the target and ignored"):
        load(tmp_path, ROWS, ignore=["y"])


def test_paths_that_are_no_tables(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*nope\.csv: No such .*\(now in"):
        read_csv(tmp_path / "nope.csv")
    with pytest.raises(DataError, match=r"cannot read .*; name a CSV file"):
        read_csv(tmp_path)
    with pytest.raises(DataError, match="cannot read"):
        read_csv("nul\0byte")


def test_a_column_of_names_takes_no_square_of_memory():
    rows = "".join(f"n{i},{i % 7},{'ab'[i % 2]}\n" for i in range(3000))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="3000 different texts"):
            dataset_of(parse_csv(f"name,x,y\n{rows}"), "y")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3000 * 3000 * 8 / 4  # of its one-hot columns


def test_many_columns_without_a_name_are_one_problem(tmp_path):
    with pytest.raises(DataError, match=r"column 2, 3, 4, .* 21 and 9980 more; give"):
        load(tmp_path, f"y{',' * 10_000}\na,{','.join('1' * 10_000)}\n")


def test_a_file_larger_than_the_limit_is_rejected(tmp_path, monkeypatch):
    monkeypatch.setattr("nn.data.csv.MAX_BYTES", len(ROWS))
    assert load(tmp_path, ROWS).features == ("x",)
    with pytest.raises(DataError, match=r"t\.csv is larger than .*; train on a sample"):
        load(tmp_path, ROWS + "5,a\n")


def test_a_column_of_one_text_is_left_out(tmp_path):
    rows = "1,red,a\n2,red,b\n3,red,a\n,red,b\n"
    data = load(tmp_path, f"x,c,y\n{rows}", missing="mean")
    assert data.features == ("x",)
    assert data.notices == (
        "missing values filled in with what is mean in the training examples: 1 in 'x'",
        "column 'c' left out: no two different values",
    )


def test_too_many_texts_are_rejected_with_a_remedy(tmp_path):
    rows = "".join(f"n{i},{'ab'[i % 2]}\n" for i in range(30))
    with pytest.raises(DataError, match=r"30 different texts .*--ignore"):
        load(tmp_path, "x,y\n" + rows)
    commas = "".join(f"1,{i};{'ab'[i % 2]}\n" for i in range(30))
    with pytest.raises(
        DataError, match=r"got '1,0', .* and 27 more; if .*, say --decimal ,"
    ):
        load(tmp_path, "x;y\n" + commas)
    dialect = Dialect(decimal=",")
    assert load(tmp_path, "x;y\n" + commas, dialect=dialect).X[12] == (1.12,)


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffx,y\r\n1,a\r\n2,b\r\n3,a\r\n4,b\r\n",
        "x;y\n1;a\n2;b\n3;a\n4;b\n",
        "x\ty\n1\ta\n2\tb\n3\ta\n4\tb\n",
        "x|y\n1|a\n2|b\n3|a\n4|b",
        '"x","y"\n\n"1", "a"\n2,b\n,\n3,a\n4, b \n',
        "x,y\r1,a\r2,b\r3,a\r4,b\r",
        "x\ty\r\n1\ta\r\n2\tb\r\n3\ta\r\n4\tb\r\n".encode("utf-16"),
    ],
    ids=[
        "BOM and CRLF",
        "semicolons",
        "tabs",
        "bars",
        "quotes, blanks",
        "CR",
        "UTF-16",
    ],
)
def test_the_same_table_in_many_spellings(tmp_path, content):
    data = load(tmp_path, content)
    assert data.features == ("x",)
    assert data.X == ((1.0,), (2.0,), (3.0,), (4.0,))
    assert data.classes == ("a", "b")
    assert data.y == (0.0, 1.0, 0.0, 1.0)


def test_lines_are_counted_over_embedded_newlines(tmp_path):
    with pytest.raises(DataError, match=r"line 4, column 'x'"):
        load(tmp_path, 'x,y\n1,"a\nb"\n,c\n')


def test_columns_are_dropped_encoded_and_told(tmp_path):
    content = "x,k,c,y\n1,7,red,a\n2,7,blue,b\n3,7,red,a\n4,7,blue,b\n,7,red,a\n"
    data = load(tmp_path, content, missing="drop")
    assert data.features == ("x", "c=blue", "c=red")
    assert data.X[1] == (2.0, 1.0, 0.0)
    assert data.notices == (
        "rows left out, as values are missing: 1 of 5",
        "column 'k' left out: no two different values",
        "column 'c' is text: one-hot, 2 columns",
    )
    assert load(tmp_path, content, missing="drop", ignore=["c"]).features == ("x",)


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    bad = "1,,a,1\nl,5,b,2\n3,inf,a,3,4\n2,7,b,\n5,x,a,2\n"
    with pytest.raises(DataError) as error:
        load(tmp_path, "x,z,c,y\n" + bad + "6,7,b,3\n" * 9, task="regression")
    first, *told, gaps, texts = str(error.value).splitlines()
    assert gaps.startswith("  fill in what is missing, leave such rows out")
    assert texts.startswith("  correct what is no number, or")
    assert first.endswith("t.csv has 5 problems:")
    assert [line.partition(":")[0].strip() for line in told] == [
        "line 2, column 'z'",
        "line 3, column 'x'",
        "line 4",
        "line 5, column 'y'",
        "line 6, column 'z'",
    ]


def test_many_problems_are_counted_not_all_listed():
    problems = Problems("t.csv")
    for k in range(25):
        problems.add("cold", lines=range(k + 2, 99))
    with pytest.raises(DataError) as error:
        problems.check()
    lines = str(error.value).splitlines()
    assert lines[:2] == [
        "t.csv has 25 problems:",
        "  lines 2, 3, 4, 5, 6 and 92 more: cold",
    ]
    assert (len(lines), lines[-1]) == (22, "  and 5 more")


@pytest.mark.parametrize(
    ("how", "number"), [("mean", 4.0), ("median", 2.5), ("most-frequent", 2.0)]
)
def test_what_is_missing_is_filled_in_from_the_examples_that_learn(
    tmp_path, how, number
):
    rows = "2,red,a\n2,,b\n3,red,a\n9,blue,b\n,green,a\n4,red,\n"
    data = load(tmp_path, "x,c,y\n" + rows, missing=how)
    assert data.notices[0] == "rows left out, as values are missing: 1 of 6"
    assert data.notices[1] == (
        f"missing values filled in with what is {how} in the training examples: 1 in"
        " 'x', 1 in 'c'"
    )
    assert len(data.y) == 5  # without the row that has no target
    assert [str(x) for x in data.X[1]] == ["2.0", "nan", "nan", "nan"]
    assert data.fill() == (number, 0.0, 0.0, 1.0)  # blue, green, red
    assert filled(data.X, data.fill())[4] == (number, 0.0, 1.0, 0.0)
    assert data.take([3, 1]).fill()[1:] == (1.0, 0.0, 0.0)  # blue alone
    assert data.take([4]).fill()[0] == 0.0  # no number to learn from


def test_nothing_is_filled_in_unless_asked(tmp_path):
    data = load(tmp_path, ROWS)
    assert data.fill() == ()
    assert filled(data.X, ()) is data.X


def test_a_file_without_names_and_with_a_delimiter_that_is_said(tmp_path):
    dialect = Dialect(delimiter="|", decimal=",", header=False)
    rows = "1,5|a\n2,5|b\n\n1,5|a\n2,5|b\n"
    data = load(tmp_path, rows, "2", dialect=dialect)
    assert (data.features, data.X[1], data.classes) == (("1",), (2.5,), ("a", "b"))
    with pytest.raises(DataError, match=r"the columns are '1', '2'"):
        load(tmp_path, "1|a\n2|b\n", "y", dialect=dialect)
    with pytest.raises(DataError, match=r"line 5: expected 2 cells.* got 1"):
        load(tmp_path, "1|a\n2|b\n1|a\n2|b\n2\n", "2", dialect=dialect)


def test_decimal_commas_in_quotes_may_stand_between_commas(tmp_path):
    dialect = Dialect(delimiter=",", decimal=",")
    rows = 'x,y\n"1,5",a\n2,b\n"1,5",a\n2,b\n'
    assert load(tmp_path, rows, dialect=dialect).X[:2] == ((1.5,), (2.0,))
    with pytest.raises(DataError, match=r"line 2, .*got '1\.5'; .*say --decimal \."):
        load(tmp_path, "x,y\n1.5,a\n2,b\n1,a\n2,b\n", dialect=dialect)


def test_nothing_left_after_dropping(tmp_path):
    with pytest.raises(DataError, match="every row has a missing value"):
        load(tmp_path, "x,y\n,a\n1,\n", missing="drop")


def test_rows_of_another_length_are_told_with_the_rest(tmp_path):
    with pytest.raises(
        DataError, match=r"(?s)2 problems.*every row.*line 4: expected 2"
    ):
        load(tmp_path, "x,y\n,a\n1,\n1,2,3\n", missing="drop")


def test_years_may_name_columns_beside_an_ignored_one_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="there is no column 'z'"):
        load(tmp_path, "2019,2020,y\n1,2,a\n2,3,b\n" * 2, ignore=["z"])


def test_an_ignored_column_may_have_gaps(tmp_path):
    assert len(load(tmp_path, "x,z,y\n1,,a\n2,,b\n3,,a\n4,,b\n", ignore=["z"]).y) == 4


def number_target(values):
    return "x,y\n" + "".join(f"{i % 7},{v}\n" for i, v in enumerate(values))


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        ([0, 1] * 6, "auto", ("0", "1")),
        (["1", "1.0", "2"] * 4, "auto", ("1", "2")),
        ([10, 9, 2] * 4, "auto", ("2", "9", "10")),
        ([0.5, 1.5] * 6, "auto", ()),
        (range(12), "auto", ()),
        ([0, 1] * 6, "regression", ()),
        ([0.5, 1.5] * 6, "classification", ("0.5", "1.5")),
    ],
)
def test_what_a_numeric_target_is_taken_for(tmp_path, values, task, classes):
    assert load(tmp_path, number_target(values), task=task).classes == classes


def test_text_is_no_target_of_a_regression(tmp_path):
    with pytest.raises(DataError, match="regression needs numbers"):
        load(tmp_path, ROWS, task="regression")


text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(text, text, text), min_size=1, max_size=5),
    st.sampled_from(",;\t|"),
)
def test_what_csv_writes_is_read_back(rows, delimiter):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["first", "second", "third"])
    writer.writerows(rows)
    stripped = [tuple(cell.strip() for cell in row) for row in rows]
    wanted = tuple(row for row in stripped if any(row))
    if wanted:
        columns = parse_csv(file.getvalue()).columns.values()
        assert tuple(zip(*columns, strict=True)) == wanted


def test_iris_is_fishers():
    iris = load_iris()
    assert [iris.y.count(label) for label in (0, 1, 2)] == [50, 50, 50]
    means = [round(m, 3) for m in Scale.of(iris.X).means]
    assert means == [5.843, 3.057, 3.758, 1.199]
    assert iris.Y[0] == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("seed", range(5))
def test_a_split_parts_every_class_and_loses_nothing(seed):
    iris = load_iris()
    train, test = split(iris, 0.3, random.Random(seed))
    assert [test.y.count(label) for label in (0, 1, 2)] == [15, 15, 15]
    assert sorted(train.X + test.X) == sorted(iris.X)
    again = split(iris, 0.3, random.Random(seed))
    assert again.test == test


def test_small_classes_and_sets():
    data = Dataset(
        ("x",), "y", ((1.0,),) * 5, (0.0, 0.0, 1.0, 1.0, 2.0), ("a", "b", "c")
    )
    train, test = split(data, 0.9, random.Random(0))
    assert sorted(train.y) == [0.0, 1.0, 2.0]
    assert sorted(test.y) == [0.0, 1.0]
    with pytest.raises(DataError, match="too few"):
        split(data.take([0, 1, 2]), 0.5, random.Random(0))
    with pytest.raises(DataError, match="between 0 and 1"):
        split(data, 1.0, random.Random(0))


def test_standardised_columns_have_mean_0_and_deviation_1():
    rows = [(1e100, 1e-200, 5.0), (3e100, 2e-200, 5.0), (2e100, 3e-200, 5.0)]
    columns = list(zip(*Scale.of(rows).standardise(rows), strict=True))
    for column in columns[:2]:
        assert sum(column) == pytest.approx(0.0, abs=1e-12)
        assert sum(x * x for x in column) / 3 == pytest.approx(1.0)
    assert columns[2] == (0.0, 0.0, 0.0)


def test_a_scale_can_be_applied_to_other_rows():
    assert Scale.of([(0.0,), (2.0,)]).standardise([(5.0,)]) == ((4.0,),)


def test_a_header_longer_than_a_cell_may_be_is_read():
    names = [f"column_{k:05}" for k in range(12_000)]
    assert len(",".join(names)) > csv.field_size_limit()
    table = parse_csv(f"{','.join(names)}\n{','.join('1' for _ in names)}\n")
    assert list(table.columns) == names


class Name(str):
    """A column's name that counts how often it is compared with another."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Name.compared += 1
        return str(self) == str(other)

    def __ne__(self, other):
        return not self == other


def comparisons(columns):
    names = tuple(Name(f"c{k}") for k in range(columns))
    cells = {name: [str(k * r % 5) for r in range(6)] for k, name in enumerate(names)}
    table = Table(Problems("t"), USUAL, cells, range(2, 8))
    Name.compared = 0
    ignored = [Name(name) for name in names[1::2]]
    found = dataset_of(table, "c2", task="regression", ignore=ignored)
    assert len(found.features) > 0.3 * columns
    return Name.compared


def test_the_work_grows_with_the_columns_not_with_their_square():
    assert comparisons(4_000) < 2.5 * comparisons(2_000)


def test_a_table_too_wide_to_train_on_is_said_to_be(tmp_path):
    names = ",".join(["y", *(f"x{k}" for k in range(300))])
    rows = [",".join(str((k % 6 + 1) * r % 7) for k in range(301)) for r in range(1, 7)]
    data = load(tmp_path, "\n".join([names, *rows]), task="regression")
    settings = Settings((3, 2), "tanh", 1, 0.1, 2, 0.5, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experiment, "MOST_WEIGHTS", 3 * 301 + 2 * 4 + 3)
        run(data, settings)
        patch.setattr(experiment, "MOST_WEIGHTS", 3 * 301 + 2 * 4 + 2)
        with pytest.raises(DataError, match=r"300 features.* 914 w.*--ignore.*--hid"):
            run(data, settings)


@pytest.mark.parametrize(
    ("n", "fraction", "tested"),
    [
        (8, 0.2, 2),
        (8, 0.3, 2),
        (10, 0.24, 2),
        (10, 0.26, 3),
        (7, 0.01, 1),
        (7, 0.99, 6),
    ],
)
def test_the_test_part_has_the_nearest_number_of_examples(n, fraction, tested):
    y = tuple(map(float, range(n)))
    data = Dataset(("x",), "y", tuple((x,) for x in y), y, ())
    train, test = split(data, fraction, random.Random(0))
    assert (len(train.y), len(test.y)) == (n - tested, tested)


def test_python_s_underscores_make_no_number(tmp_path):
    data = load(tmp_path, "x,y\n1_0,a\n2_0,b\n1_0,a\n2_0,b\n")
    assert data.X == ((1.0, 0.0), (0.0, 1.0)) * 2


@pytest.mark.parametrize(("rows", "classes"), [(8, ()), (9, ("1", "2", "3"))])
def test_integers_are_classes_if_each_comes_three_times_on_average(
    tmp_path, rows, classes
):
    body = "".join(f"{k * k},{1 + k % 3}\n" for k in range(rows))
    assert load(tmp_path, "x,y\n" + body).classes == classes
