# SPDX-License-Identifier: EUPL-1.2
"""Exchanges every Arrow type with pyarrow, polars and DuckDB, for ArrowTypesTests.

arrow_types.py write FOLDER    writes NAME.arrow (files) and NAME.arrows (streams), and expected.json:
                               {NAME: {column: {"type": text, "values": [text or null, ...]}}}
arrow_types.py read FOLDER     prints what the libraries read from table.arrow and table.arrows:
                               {"library form": {column: [text or null, ...]}} as JSON
"""

import datetime
import decimal
import json
import math
import pathlib
import struct
import sys

import duckdb
import numpy
import polars
import pyarrow
from pyarrow import ipc

EPOCH = datetime.datetime(1970, 1, 1)


def text(value):
    """A value as the Swift side spells it: numbers by their bits, instants in microseconds."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return struct.pack(">d", value + 0.0).hex()
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return str((value - EPOCH) // datetime.timedelta(microseconds=1))
    if isinstance(value, decimal.Decimal):
        return format(value or abs(value), "f")
    return str(value)


# What the tables hold: for each column its Arrow type, its values, and what they are read as.
WHOLE = [1, None, -3, 100, None, 127, 0, -128]
COUNTS = [1, None, 3, 100, None, 127, 0, 255]
TEXTS = ["a", None, "", "één", "a much longer text, for views", None, "😀", "a"]
DAYS = [0, None, 17_257, -1, 19_000, None, 1, -719_162]
# One of them before the epoch, and not on a whole second.
INSTANTS = [0, None, -1, 1_491_004_800_000_001, None, 7_000_000, 86_399_999_999, 1]
FLOATS = [0.5, None, float("nan"), -1.25, 1024.0, 0.0, -0.0, float("inf")]
MONEY = ["0.10", None, "-0.01", "12345678.90", None, "0", "-99999999.99", "1"]


def whole_cases():
    for bits in (8, 16, 32, 64):
        low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
        yield f"int{bits}", getattr(pyarrow, f"int{bits}")(), WHOLE[:-2] + [low, high]
        top = 2 ** min(bits, 63) - 1
        yield f"uint{bits}", getattr(pyarrow, f"uint{bits}")(), COUNTS[:-1] + [top]


def plain_cases():
    """Name, Arrow type, Python values, type here, expected texts."""
    for name, kind, values in whole_cases():
        yield name, kind, values, "integer", [text(v) for v in values]
    yield "bool", pyarrow.bool_(), [True, None, False, True, None, False, True, True], "boolean", None
    for bits in (16, 32, 64):
        yield f"float{bits}", getattr(pyarrow, f"float{bits}")(), FLOATS, "number", None
    for name in ("utf8", "large_utf8", "string_view"):
        yield name, getattr(pyarrow, name)(), TEXTS, "text", None
    for scale in (0, 2, 18):
        unit = decimal.Decimal(1).scaleb(-scale)
        values = [None if v is None else (
            decimal.Decimal(v).quantize(unit) if scale < 18 else
            decimal.Decimal(v).scaleb(-8).quantize(unit)) for v in MONEY]
        yield f"decimal{scale}", pyarrow.decimal128(38, scale), values, f"decimal {scale}", None
    yield "date32", pyarrow.date32(), DAYS, "date", [
        None if d is None else str(EPOCH.date() + datetime.timedelta(days=d)) for d in DAYS]
    yield "date64", pyarrow.date64(), [None if d is None else d * 86_400_000 for d in DAYS], "date", [
        None if d is None else str(EPOCH.date() + datetime.timedelta(days=d)) for d in DAYS]
    for unit, per_second in (("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)):
        values = [None if i is None else i * per_second // 10**6 for i in INSTANTS]
        expected = [None if v is None else str(v * 10**6 // per_second) for v in values]
        for zone in (None, "UTC", "Europe/Amsterdam"):
            yield f"{unit} {zone}", pyarrow.timestamp(unit, zone), values, "timestamp", expected
    yield "null", pyarrow.null(), [None] * 8, "text", None


def columns():
    """Each column's array, its type here, and the texts that are expected of it."""
    for name, kind, values, here, expected in plain_cases():
        if name == "float16":
            array = pyarrow.array([None if v is None else numpy.float16(v) for v in values], kind)
        else:
            array = pyarrow.array(values, kind)
        yield name, array, here, expected or [text(v) for v in values]
    codes = [2, None, 0, 2, 3, 0, None, 2]
    labels = ["unused-later", "unused", "één", None]
    expected = [None if c is None else labels[c] for c in codes]
    for index in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
        for words in ("utf8", "large_utf8"):
            array = pyarrow.DictionaryArray.from_arrays(
                pyarrow.array(codes, getattr(pyarrow, index)()),
                pyarrow.array(labels, getattr(pyarrow, words)()))
            yield f"dictionary {index} {words}", array, "category", expected


def put(folder, name, table, rows_each=None, options=None):
    with ipc.new_file(str(folder / f"{name}.arrow"), table.schema, options=options) as sink:
        sink.write_table(table, max_chunksize=rows_each)
    with ipc.new_stream(str(folder / f"{name}.arrows"), table.schema, options=options) as sink:
        sink.write_table(table, max_chunksize=rows_each)


def write(folder):
    expected = {}
    given = list(columns())

    def case(name, arrays, values, rows_each=None, options=None):
        put(folder, name, pyarrow.table(arrays), rows_each, options)
        expected[name] = {
            column: {"type": here, "values": values(texts)} for column, _, here, texts in given}

    case("whole", {n: a for n, a, _, _ in given}, lambda t: t)
    case("batches", {n: a for n, a, _, _ in given}, lambda t: t, rows_each=3)
    case("sliced", {n: a[1:-1] for n, a, _, _ in given}, lambda t: t[1:-1])
    case("far-sliced", {
        n: pyarrow.concat_arrays([a] * 20)[67:140] for n, a, _, _ in given if not n.startswith("dict")
    } | {n: a.take(pyarrow.array([i % 8 for i in range(67, 140)])) for n, a, _, _ in given
         if n.startswith("dict")}, lambda t: (t * 20)[67:140], rows_each=17)
    case("empty", {n: a[:0] for n, a, _, _ in given}, lambda t: [])
    case("missing", {
        n: pyarrow.nulls(5, a.type) for n, a, _, _ in given}, lambda t: [None] * 5)

    # Long and repetitive, so that there is something to compress; and short, where it is left as it is.
    for codec in ("lz4", "zstd"):
        options = ipc.IpcWriteOptions(compression=codec)
        arrays = {n: pyarrow.concat_arrays([a] * 300) if not n.startswith("dict") else
                  a.take(pyarrow.array([i % 8 for i in range(2400)])) for n, a, _, _ in given}
        case(f"{codec}-long", arrays, lambda t: t * 300, rows_each=2000, options=options)
        case(codec, {n: a for n, a, _, _ in given}, lambda t: t, options=options)
    from_polars(folder, expected)
    from_duckdb(folder, expected)
    dictionaries(folder, expected)
    refused(folder)
    for codec in ("lz4", "zstd"):
        put(folder, f"damage-{codec}", pyarrow.table({
            "n": [i % 50 for i in range(400)], "t": [f"text {i % 9}" for i in range(400)]}),
            options=ipc.IpcWriteOptions(compression=codec))
    (folder / "expected.json").write_text(json.dumps(expected))


def from_polars(folder, expected):
    integers = {k: [None if v is None else abs(v) for v in WHOLE[:-1]] for k in
                ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64")}
    series = {k: polars.Series(v, dtype=getattr(polars, k)) for k, v in integers.items()}
    here = {k: "integer" for k in series}
    words = ["b", None, "a", "b", "c", "a", None]
    extra = {
        "Boolean": (polars.Boolean, [True, None, False, True, None, False, True], "boolean"),
        "Float32": (polars.Float32, FLOATS[:-1], "number"),
        "Float64": (polars.Float64, FLOATS[:-1], "number"),
        "String": (polars.String, TEXTS[:-1], "text"),
        "Categorical": (polars.Categorical, words, "category"),
        "Enum": (polars.Enum(["a", "b", "c", "d"]), words, "category"),
        "Date": (polars.Date, [None if d is None else EPOCH.date() + datetime.timedelta(days=d)
                               for d in DAYS[:-1]], "date"),
        "Decimal": (polars.Decimal(18, 2), [None if m is None else decimal.Decimal(m).quantize(
            decimal.Decimal("0.01")) for m in MONEY[:-1]], "decimal 2"),
        "Null": (polars.Null, [None] * 7, "text"),
    }
    for unit in ("ms", "us", "ns"):
        moments = [None if i is None else EPOCH + datetime.timedelta(seconds=i // 10**6)
                   for i in INSTANTS[:-1]]
        extra[f"Datetime {unit}"] = (polars.Datetime(unit), moments, "timestamp")
    for name, (kind, values, type_here) in extra.items():
        series[name] = polars.Series(values, dtype=kind, strict=False)
        here[name] = type_here
    frame = polars.DataFrame(series)
    twice = polars.concat([frame, frame], rechunk=False)
    for name, data, codec in (
            ("polars", frame, "uncompressed"), ("polars-sliced", frame.slice(1, 5), "uncompressed"),
            ("polars-chunks", twice, "uncompressed"), ("polars-lz4", twice, "lz4"),
            ("polars-zstd", twice, "zstd")):
        data.write_ipc(str(folder / f"{name}.arrow"), compression=codec)
        data.write_ipc_stream(str(folder / f"{name}.arrows"), compression=codec)
        expected[name] = {c: {"type": here[c], "values": [text(v) for v in data[c].to_list()]}
                          for c in data.columns}


def from_duckdb(folder, expected):
    kinds = {
        "boolean": ("boolean", ["true", "false"]), "tinyint": ("integer", ["-128", "127"]),
        "utinyint": ("integer", ["0", "255"]), "smallint": ("integer", ["-5", "6"]),
        "integer": ("integer", ["-7", "8"]), "uinteger": ("integer", ["0", "4294967295"]),
        "bigint": ("integer", ["-9223372036854775808", "9223372036854775807"]),
        "real": ("number", ["0.5", "-2"]), "double": ("number", ["0.1", "1e300"]),
        "decimal(4,2)": ("decimal 2", ["-99.99", "0.01"]),
        "decimal(18,18)": ("decimal 18", ["-0.5", "0.000000000000000001"]),
        "decimal(38,0)": ("decimal 0", ["-9223372036854775808", "12"]),
        "varchar": ("text", ["", "één 😀"]), "date": ("date", ["1969-12-31", "2026-03-01"]),
        "enum('x', 'y')": ("category", ["y", "x"]),
        "timestamp": ("timestamp", ["1969-12-31 23:59:59.999999", "2026-03-01 10:00:00"]),
        "timestamp_s": ("timestamp", ["1969-12-31 23:59:59", "2026-03-01 10:00:00"]),
        "timestamp_ms": ("timestamp", ["1969-12-31 23:59:59.999", "2026-03-01 10:00:00"]),
        "timestamp_ns": ("timestamp", ["1969-12-31 23:59:59.999999", "2026-03-01 10:00:00"]),
        "timestamptz": ("timestamp", ["2026-03-01 10:00:00+02", "2026-03-01 10:00:00+00"]),
    }
    rows = []
    for row in (0, 1, None):
        cells = [f"cast({'null' if row is None else repr(v[row])} as {kind})"
                 for kind, (_, v) in kinds.items()]
        rows.append("(" + ", ".join(cells) + ")")
    names = ", ".join(f'"{kind}"' for kind in kinds)
    with duckdb.connect() as connection:
        table = connection.sql(
            f"select * from (values {', '.join(rows)}) t({names})").to_arrow_table()
        put(folder, "duckdb", table)
    expected["duckdb"] = {
        kind: {"type": here, "values": [text(v) for v in table[kind].to_pylist()]}
        for kind, (here, _) in kinds.items()}


def dictionaries(folder, expected):
    """Streams whose dictionaries change between batches, in both ways there are."""
    schema = pyarrow.schema([("arm", pyarrow.dictionary(pyarrow.int8(), pyarrow.utf8()))])

    def batch(codes, words):
        array = pyarrow.DictionaryArray.from_arrays(pyarrow.array(codes, pyarrow.int8()), words)
        return pyarrow.record_batch([array], schema=schema)

    replaced = [batch([0, 1, None], ["a", "b"]), batch([1, 0], ["b", "c"]), batch([0], ["a"])]
    grown = [batch([0, 1, None], ["a", "b"]), batch([2, 0], ["a", "b", "c"])]
    for name, batches, deltas in (("replaced", replaced, False), ("grown", grown, True)):
        options = ipc.IpcWriteOptions(emit_dictionary_deltas=deltas)
        with ipc.new_stream(str(folder / f"{name}.arrows"), schema, options=options) as sink:
            for each in batches:
                sink.write_batch(each)
        words = [text(v) for each in batches for v in each.column(0).to_pylist()]
        expected[name] = {"arm": {"type": "category", "values": words}}
    with ipc.new_file(str(folder / "grown.arrow"), schema,
                      options=ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as sink:
        for each in grown:
            sink.write_batch(each)


def refused(folder):
    """One column each of what has no counterpart, beside a sound one."""
    cases = {
        "list": [[1], None], "large_list": pyarrow.array([[1], None], pyarrow.large_list(pyarrow.int8())),
        "fixed_list": pyarrow.array([[1], None], pyarrow.list_(pyarrow.int8(), 1)),
        "list_view": pyarrow.array([[1], None], pyarrow.list_view(pyarrow.int8())),
        "struct": [{"x": 1}, None],
        "map": pyarrow.array([[("k", 1)], None], pyarrow.map_(pyarrow.utf8(), pyarrow.int8())),
        "dense_union": pyarrow.UnionArray.from_dense(
            pyarrow.array([0, 1], pyarrow.int8()), pyarrow.array([0, 0], pyarrow.int32()),
            [pyarrow.array([1]), pyarrow.array(["x"])]),
        "sparse_union": pyarrow.UnionArray.from_sparse(
            pyarrow.array([0, 1], pyarrow.int8()), [pyarrow.array([1, 2]), pyarrow.array(["x", "y"])]),
        "binary": [b"\x00", None], "large_binary": pyarrow.array([b"x", None], pyarrow.large_binary()),
        "binary_view": pyarrow.array([b"x", None], pyarrow.binary_view()),
        "fixed_binary": pyarrow.array([b"xy", None], pyarrow.binary(2)),
        "duration": pyarrow.array([1, None], pyarrow.duration("s")),
        "interval": pyarrow.array([(1, 2, 3), None], pyarrow.month_day_nano_interval()),
        "time32": pyarrow.array([1, None], pyarrow.time32("s")),
        "time64": pyarrow.array([1, None], pyarrow.time64("us")),
        "decimal256": pyarrow.array([decimal.Decimal("1.5"), None], pyarrow.decimal256(40, 2)),
        "fine_decimal": pyarrow.array([None, None], pyarrow.decimal128(38, 19)),
        "round_decimal": pyarrow.array([None, None], pyarrow.decimal128(10, -2)),
        "run_end": pyarrow.RunEndEncodedArray.from_arrays(pyarrow.array([2], pyarrow.int32()), [7]),
        "number_dictionary": pyarrow.DictionaryArray.from_arrays(pyarrow.array([0, None]), [7]),
    }
    for name, values in cases.items():
        put(folder, f"refused-{name}", pyarrow.table({"sound": [1, 2], "column": values}))


def read(folder):
    with pyarrow.memory_map(str(folder / "table.arrow")) as source:
        file = ipc.open_file(source).read_all()
    with pyarrow.memory_map(str(folder / "table.arrows")) as source:
        stream = ipc.open_stream(source).read_all()
    for table in (file, stream):
        table.validate(full=True)
    results = {"pyarrow file": file, "pyarrow stream": stream}
    with duckdb.connect() as connection:
        for form, table in (("file", file), ("stream", stream)):
            connection.register("given", table)
            results[f"duckdb {form}"] = connection.sql("select * from given").to_arrow_table()
    spelled = {name: {c: [text(v) for v in table[c].to_pylist()] for c in table.column_names}
               for name, table in results.items()}
    for form, frame in (("file", polars.read_ipc(str(folder / "table.arrow"))),
                        ("stream", polars.read_ipc_stream(str(folder / "table.arrows")))):
        spelled[f"polars {form}"] = {c: [text(v) for v in frame[c].to_list()] for c in frame.columns}
    spelled["types"] = {field.name: [str(field.type)] for field in stream.schema}
    spelled["duckdb types"] = {
        field.name: [str(field.type)] for field in results["duckdb stream"].schema}
    print(json.dumps(spelled))


if __name__ == "__main__":
    {"read": read, "write": write}[sys.argv[1]](pathlib.Path(sys.argv[2]))
