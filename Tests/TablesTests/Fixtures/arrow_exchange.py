# SPDX-License-Identifier: EUPL-1.2
"""Writes and reads Arrow files with pyarrow and polars, for ArrowExchangeTests.

arrow_exchange.py write FOLDER    writes files of foreign types
arrow_exchange.py read FILE       prints {library: {column: [text or null, ...]}} as JSON
"""

import datetime
import decimal
import json
import pathlib
import struct
import sys

import polars
import pyarrow
from pyarrow import ipc


def text(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return struct.pack(">d", value).hex()
    if isinstance(value, datetime.datetime):
        origin = datetime.datetime(1970, 1, 1, tzinfo=value.tzinfo and datetime.timezone.utc)
        return str((value - origin) // datetime.timedelta(microseconds=1))
    return str(value)


def read(path):
    with pyarrow.memory_map(path) as source:
        table = ipc.open_file(source).read_all()
    table.validate(full=True)
    columns = {name: [text(v) for v in table[name].to_pylist()] for name in table.column_names}
    frame = polars.read_ipc(path)
    framed = {name: [text(v) for v in frame[name].to_list()] for name in frame.columns}
    types = {field.name: str(field.type) for field in table.schema}
    print(json.dumps({"pyarrow": columns, "polars": framed, "types": {n: [t] for n, t in types.items()}}))


def put(folder, name, columns, rows_each=None):
    table = pyarrow.table(columns)
    with ipc.new_file(str(folder / f"{name}.arrow"), table.schema) as sink:
        sink.write_table(table, max_chunksize=rows_each)


def write(folder):
    whole = [1, None, -3, 100, None, 127, 0]
    day = [0, None, 17257, -1, 19000, None, 1]
    moments = [0, None, -1, 1491004800, None, 7, 86399]
    texts = ["a", None, "", "één", "a much longer text, for views", None, "😀"]
    integers = {}
    for bits in (8, 16, 32, 64):
        integers[f"int{bits}"] = pyarrow.array(whole, getattr(pyarrow, f"int{bits}")())
        integers[f"uint{bits}"] = pyarrow.array(
            [v and abs(v) for v in whole], getattr(pyarrow, f"uint{bits}")())
    put(folder, "integers", integers, rows_each=3)
    times = {"date32": pyarrow.array(day, pyarrow.date32()),
             "date64": pyarrow.array([d and d * 86_400_000 for d in day], pyarrow.date64())}
    for unit, factor in (("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)):
        times[unit] = pyarrow.array(
            [m and m * factor for m in moments], pyarrow.timestamp(unit))
        times[unit + "-zone"] = pyarrow.array(
            [m and m * factor for m in moments], pyarrow.timestamp(unit, "Europe/Amsterdam"))
    put(folder, "times", times, rows_each=2)
    put(folder, "texts", {
        "utf8": pyarrow.array(texts, pyarrow.utf8()),
        "large": pyarrow.array(texts, pyarrow.large_utf8()),
        "view": pyarrow.array(texts, pyarrow.string_view()),
        "sliced": pyarrow.array(["x"] + texts, pyarrow.utf8())[1:],
        "null": pyarrow.nulls(7),
    }, rows_each=3)
    dictionaries = {
        str(kind): pyarrow.DictionaryArray.from_arrays(
            pyarrow.array([2, None, 0, 2, 3, 0, None], kind),
            pyarrow.array(["unused-later", "unused", "één", None], pyarrow.utf8()))
        for kind in (pyarrow.int8(), pyarrow.int16(), pyarrow.int32(), pyarrow.uint32())}
    put(folder, "dictionaries", dictionaries, rows_each=4)
    put(folder, "numbers", {
        "float32": pyarrow.array([0.5, None, float("nan"), -1.25, 1e30, 0, -0.0], pyarrow.float32()),
        "float64": pyarrow.array([0.1, None, float("nan"), -1.25, 1e300, 0, -0.0]),
        "decimal": pyarrow.array(
            [None if v is None else decimal.Decimal(v) for v in
             ("0.10", None, "-92233720368547758.08", "92233720368547758.07", "1", "0", "-0.01")],
            pyarrow.decimal128(38, 2)),
        "bool": pyarrow.array([True, None, False, True, True, None, False]),
    }, rows_each=5)
    polars.DataFrame({
        "text": polars.Series(texts),
        "category": polars.Series(["b", None, "a", "b", "c", "a", None], dtype=polars.Categorical),
        "enum": polars.Series(["b", None, "a", "b", "c", "a", None], dtype=polars.Enum(["a", "b", "c"])),
        "integer": polars.Series(whole, dtype=polars.Int16),
        "number": polars.Series([0.1, None, None, -1.25, 1e300, 0, 0.0]),
        "bool": polars.Series([True, None, False, True, True, None, False]),
        "date": polars.Series([None if d is None else datetime.date(1970, 1, 1)
                               + datetime.timedelta(days=d) for d in day]),
        "null": polars.Series([None] * 7),
    }).write_ipc(str(folder / "polars.arrow"))
    put(folder, "list", {"numbers": pyarrow.array([[1], [2, 3]])})
    put(folder, "large-decimal", {"d": pyarrow.array(
        [decimal.Decimal("92233720368547758.08")], pyarrow.decimal128(38, 2))})
    put(folder, "large-unsigned", {"u": pyarrow.array([2**63], pyarrow.uint64())})
    table = pyarrow.table({"n": list(range(1000))})
    options = ipc.IpcWriteOptions(compression="zstd")
    with ipc.new_file(str(folder / "compressed.arrow"), table.schema, options=options) as sink:
        sink.write_table(table)
    with ipc.new_stream(str(folder / "stream.arrow"), table.schema) as sink:
        sink.write_table(table)
    table = pyarrow.table({})
    with ipc.new_file(str(folder / "no-columns.arrow"), table.schema) as sink:
        sink.write_table(table)


if __name__ == "__main__":
    if sys.argv[1] == "read":
        read(sys.argv[2])
    else:
        write(pathlib.Path(sys.argv[2]))
