# SPDX-License-Identifier: EUPL-1.2
"""Exchanges JSON lines with Python, pandas, polars and DuckDB, for JSONLinesExchangeTests.

json_lines.py write FOLDER     writes NAME.jsonl, and expected.json:
                               {NAME: {column: {"type": text, "values": [text or null, ...]}}}
json_lines.py read FILE        prints {library: {column: [text or null, ...]}} as JSON
json_lines.py judge FOLDER     prints for each line of FOLDER/lines whether Python's reader takes it
"""

import decimal
import gzip
import json
import pathlib
import random
import sys

import duckdb
import pandas
import polars


def text(value):
    if value is None or value is pandas.NaT or value != value:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


WORDS = ["plain", "één \U0001F600", 'quote " and \\ and /', "line\nend\ttab", "\x01\x1f\x7f",
         "\u2028\u2029", "{[:,]}", "null", "12", ""]


def write(folder):
    rows = []
    source = random.Random(20260301)
    for row in range(1_000):
        # No text alone in its column is a date, and numbers have a fraction that they keep.
        given = {
            "flag": source.random() < 0.5, "whole": source.randint(-2**63, 2**63 - 1),
            "number": source.randint(-10**9, 10**9) / 8 + 0.125,
            "word": source.choice(WORDS), "name": f"{source.choice(WORDS)} {row}",
            "day": f"20{row % 100:02d}-0{row % 9 + 1}-1{row % 10}", "kafé": None,
        }
        rows.append({k: None if source.random() < 0.1 else v for k, v in given.items()})
    types = {"flag": "boolean", "whole": "integer", "number": "number", "word": "category",
             "name": "text", "day": "date", "kafé": "text"}
    expected = {k: {"type": t, "values": [text(r[k]) for r in rows]} for k, t in types.items()}

    def spell(row, **options):
        return json.dumps(row, **options) + "\n"

    present = [{k: v for k, v in r.items() if v is not None or k == "kafé"} for r in rows]
    present[0] = rows[0]
    files = {
        "escaped": "".join(spell(r) for r in rows),
        "unescaped": "".join(spell(r, ensure_ascii=False, separators=(",", ":")) for r in rows),
        "absent": "".join(spell(r) for r in present),
    }
    frame = polars.DataFrame(rows, schema={
        "flag": polars.Boolean, "whole": polars.Int64, "number": polars.Float64,
        "word": polars.String, "name": polars.String, "day": polars.String, "kafé": polars.String})
    frame.write_ndjson(str(folder / "polars.jsonl"))
    with duckdb.connect() as connection:
        connection.register("given", frame.to_arrow())
        connection.sql("copy (select * from given) to '%s' (format json)" % (folder / "duckdb.jsonl"))
    for name, content in files.items():
        (folder / f"{name}.jsonl").write_bytes(content.encode())
    (folder / "gzip.jsonl").write_bytes(gzip.compress(files["escaped"].encode()))
    names = [*files, "polars", "duckdb", "gzip"]
    (folder / "expected.json").write_text(json.dumps({n: expected for n in names}))


def read(path):
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    rows = [json.loads(line, parse_float=decimal.Decimal) for line in lines]
    columns = {"python": {k: [text(float(r[k]) if isinstance(r[k], decimal.Decimal) else r[k])
                              for r in rows] for k in rows[0]}}
    frame = polars.read_ndjson(str(path), infer_schema_length=None)
    columns["polars"] = {k: [text(v) for v in frame[k].to_list()] for k in frame.columns}
    with duckdb.connect() as connection:
        table = connection.sql(
            "select * from read_json('%s', format = 'newline_delimited', sample_size = -1,"
            " dateformat = 'none', timestampformat = 'none')" % path).to_arrow_table()
    columns["duckdb"] = {k: [text(v) for v in table[k].to_pylist()] for k in table.column_names}
    print(json.dumps(columns))


def judge(folder):
    def takes(line):
        def pairs(given):
            keys = [k for k, _ in given]
            if len(set(keys)) < len(keys) or "" in keys:
                raise ValueError("keys")
            if any(isinstance(v, (dict, list)) for _, v in given):
                raise ValueError("nested")
            return dict(given)

        def constant(_):
            raise ValueError("no JSON")

        try:
            decoded = line.decode("utf-8")
            if decoded.strip(" \t\r") == "":
                return False
            value = json.loads(decoded, object_pairs_hook=pairs, parse_constant=constant)
            if not isinstance(value, dict) or not value:
                return False
            # Half of a surrogate pair and NUL are no text.
            for each in [*value.keys(), *value.values()]:
                if isinstance(each, str):
                    each.encode("utf-8")
                    if "\0" in each:
                        return False
            return "\0" not in decoded
        except (ValueError, RecursionError):
            return False

    lines = (folder / "lines").read_bytes().split(b"\n")[:-1]
    print(json.dumps([takes(line) for line in lines]))


if __name__ == "__main__":
    {"read": read, "write": write, "judge": judge}[sys.argv[1]](pathlib.Path(sys.argv[2]))
