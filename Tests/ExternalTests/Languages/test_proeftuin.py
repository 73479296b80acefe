# SPDX-License-Identifier: EUPL-1.2
"""Tests of proeftuin.py: each starts a program as the runner would, and looks at what it wrote.

Run with `python3 -m unittest` or pytest. What needs pyarrow, pandas or polars is skipped where those are absent.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
import unittest.mock
from datetime import date, datetime, timezone
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
LANGUAGES = os.path.join(HERE, "..", "..", "..", "Plugins", "External", "Languages")
sys.dont_write_bytecode = True
sys.path.insert(0, LANGUAGES)

import proeftuin  # noqa: E402
from proeftuin import Context, DataFault, Table  # noqa: E402

HAS = {name: importlib.util.find_spec(name) is not None for name in ("pyarrow", "pandas", "polars")}
needs_arrow = unittest.skipUnless(HAS["pyarrow"], "pyarrow is not installed")
needs_pandas = unittest.skipUnless(HAS["pyarrow"] and HAS["pandas"], "pandas is not installed")
needs_polars = unittest.skipUnless(HAS["polars"], "polars is not installed")

CASES = "case,income,costs,since,seen,open,district\n" \
        "007,1200,300.5,2024-02-29,2026-11-25T21:00:00Z,true,North\n" \
        "008,,10,2025-01-01,2026-11-25T21:00:00.25Z,,\"\"\n" \
        "009,900,,,,false,\"a \"\"quoted\"\", name\nwith é\"\n"
TYPES = {"case": "text", "income": "integer", "costs": "number", "since": "date", "seen": "timestamp",
         "open": "boolean", "district": "category"}


class Attempt:
    """An attempt folder with a program in it, and how the program ended."""

    def __init__(self, source, stage="flag", *, inputs=None, outputs=None, python=None, **given):
        self.folder = tempfile.mkdtemp(prefix="attempt-")
        for part in ("inputs", "outputs", "work/tmp"):
            os.makedirs(os.path.join(self.folder, part))
        self.program = os.path.join(self.folder, "stages.py")
        with open(self.program, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(source) + "\nif __name__ == '__main__':\n    main()\n")
        self.context = {
            "protocol": 1, "plugin": "letters", "version": "1.0.0", "stage": stage, "run": "r", "pipeline": "p",
            "instance": stage, "attempt": 1, "parameters": {}, "seed": None, "random_seed": None,
            "reference_date": None, "deadline": None, "cpus": 1, "memory": None, "secrets": {},
            "work": os.path.join(self.folder, "work"), "inputs": inputs or {},
            "outputs": outputs or {"cases": self.output("cases.csv")}, **given}

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def input(self, name, content, kind="table", columns=None, **more):
        path = self.path("inputs", name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        return {"kind": kind, "path": path, "format": name.rsplit(".", 1)[-1], "sha256": "", "columns": columns or {}, **more}

    def output(self, name, kind="table", columns=None, required=True):
        return {"kind": kind, "path": self.path("outputs", name), "format": name.rsplit(".", 1)[-1],
                "required": required, "columns": columns or {}}

    def environment(self):
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONPATH": LANGUAGES,
                "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "HOME": self.path("work"),
                "TMPDIR": self.path("work", "tmp")}

    def write_context(self):
        with open(self.path("context.json"), "w", encoding="utf-8") as file:
            json.dump(self.context, file)
        return self.path("context.json"), self.path("messages.jsonl")

    def run(self, **environment):
        context, messages = self.write_context()
        ended = subprocess.run(
            [sys.executable, self.program], cwd=self.path("work"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**self.environment(), "PROEFTUIN_CONTEXT": context, "PROEFTUIN_MESSAGES": messages, **environment})
        self.status, self.stderr = ended.returncode, ended.stderr.decode()
        return self

    @property
    def messages(self):
        return read_messages(self.path("messages.jsonl"))

    @property
    def fault(self):
        return self.messages[-1].get("error")

    def text(self, name="cases.csv"):
        with open(self.path("outputs", name), encoding="utf-8", newline="") as file:
            return file.read()


def read_messages(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def one_table(source, content=CASES, columns=TYPES, declared=None, **given):
    """A stage `flag` from one CSV to one CSV."""
    attempt = Attempt(source, **given)
    attempt.context["inputs"]["cases"] = attempt.input("cases.csv", content, columns=columns)
    attempt.context["outputs"] = {"cases": attempt.output("cases.csv", columns=declared)}
    return attempt.run()


PASS_ON = """
    from proeftuin import *
    @stage
    def flag(cases: {kind}) -> {kind}:
        return cases
"""


class TablesThroughCSV(unittest.TestCase):
    def check_passes(self, kind, content=CASES, columns=TYPES):
        attempt = one_table(PASS_ON.format(kind=repr(kind)), content, columns, declared=columns)
        self.assertEqual(attempt.status, 0, attempt.stderr)
        return attempt.text()

    def expected(self):
        return CASES.replace("21:00:00.25Z", "21:00:00.250000Z")

    def test_a_table_comes_out_as_it_went_in(self):
        self.assertEqual(self.check_passes("Table"), self.expected().replace("008,,10,", "008,,10.0,"))

    @needs_pandas
    def test_a_pandas_table_comes_out_as_it_went_in(self):
        self.assertEqual(self.check_passes("pandas.DataFrame"), self.expected().replace("008,,10,", "008,,10.0,"))

    @needs_pandas
    def test_a_pandas_table_comes_out_as_it_went_in_without_pyarrow(self):
        source = "import sys\nsys.modules['pyarrow'] = None\n" + textwrap.dedent(PASS_ON.format(kind="'pandas.DataFrame'"))
        attempt = one_table(source, declared=TYPES)
        self.assertEqual(attempt.status, 0, attempt.stderr)
        self.assertEqual(attempt.text(), self.expected().replace("008,,10,", "008,,10.0,"))

    @needs_polars
    def test_a_polars_table_comes_out_as_it_went_in(self):
        self.assertEqual(self.check_passes("polars.DataFrame"), self.expected().replace("008,,10,", "008,,10.0,"))

    @needs_arrow
    def test_an_arrow_table_comes_out_as_it_went_in(self):
        self.assertEqual(self.check_passes("pyarrow.Table"), self.expected().replace("008,,10,", "008,,10.0,"))

    def test_a_table_without_rows_keeps_its_columns(self):
        self.assertEqual(self.check_passes("Table", "case,income\n", {"case": "text", "income": "number"}), "case,income\n")

    def test_a_table_with_neither_rows_nor_columns_gets_those_that_are_declared(self):
        declared = {"case": "text", "income": "integer", "free": "any"}
        made = ["Table.from_rows([])"] + ["__import__('pandas').DataFrame()"] * HAS["pandas"] + \
            ["__import__('polars').DataFrame()"] * HAS["polars"] + ["__import__('pyarrow').table({})"] * HAS["pyarrow"]
        for empty in made:
            source = f"from proeftuin import *\n@stage\ndef flag(cases: Table):\n    return {empty}\n"
            self.assertEqual(one_table(source, declared=declared).text(), "case,income,free\n", empty)

    def test_a_missing_value_alone_on_its_line_stays_a_row(self):
        self.assertEqual(self.check_passes("Table", 'income\n1\n""\n3\n', {"income": "integer"}), 'income\n1\n""\n3\n')

    def test_lines_may_end_in_returns_and_the_file_may_begin_with_a_mark(self):
        self.assertEqual(self.check_passes("Table", "\ufeffcase,n\r\na,1\r\nb,2", {}), "case,n\na,1\nb,2\n")

    def test_whole_numbers_of_64_bits_are_exact(self):
        self.assertEqual(self.check_passes("Table", "n\n9007199254740993\n", {"n": "integer"}), "n\n9007199254740993\n")

    def test_a_declared_number_that_is_none_names_column_and_row_but_not_the_value(self):
        fault = one_table(PASS_ON.format(kind="Table"), "case,income\na,1\nb,Jansen\n", {"income": "number"}).fault
        self.assertEqual(fault["kind"], "data")
        self.assertEqual(fault["message"], "column 'income' has something that is not a number, in row 2")

    def test_a_torn_file_names_the_line(self):
        fault = one_table(PASS_ON.format(kind="Table"), "a,b\n1,2\n3\n", {}).fault
        self.assertEqual(fault["message"], "'cases.csv' has 1 values in line 3, and 2 columns")

    def test_a_text_that_is_not_utf8_is_a_fault_of_the_data(self):
        fault = one_table(PASS_ON.format(kind="Table"), b"a,b\n\xe9,2\n", {}).fault
        self.assertEqual((fault["kind"], fault["message"]), ("data", "'cases.csv' is not UTF-8 text, at byte 4"))

    def test_an_infinite_number_cannot_be_written(self):
        fault = one_table("""
            from proeftuin import *
            @stage
            def flag(cases: Table):
                return cases.with_column("costs", float("inf"))
        """).fault
        self.assertEqual(fault["message"], "column 'costs' has an infinite number, in row 1")


class CSVCells(unittest.TestCase):
    def read(self, text):
        return [cells for _, cells in proeftuin._records(text)]

    def test_missing_and_empty_differ(self):
        self.assertEqual(self.read('a,"",\n'), [["a", "", None]])

    def test_quotes_commas_and_lines_within_quotes(self):
        self.assertEqual(self.read('"a""b","c,d","e\nf"\n""""\n'), [['a"b', "c,d", "e\nf"], ['"']])

    def test_every_small_text_comes_back(self):
        from itertools import product

        alphabet = [None, "", "a", '"', ",", "\n", '",', '"\n"', "é"]
        for cells in product(alphabet, repeat=3):
            table = Table({"x": [cells[0], "z"], "y": [cells[1], "z"], "w": [cells[2], None]})
            text = "".join(proeftuin._csv_lines(table, "t"))
            self.assertEqual(self.read(text), [["x", "y", "w"], list(cells), ["z", "z", None]])

    def test_types_are_inferred_as_narrow_as_they_come_back(self):
        for texts, kind in ((["007", "1"], "text"), (["1", None], "integer"), (["1", "2.5"], "number"),
                            (["true"], "boolean"), (["2024-02-29"], "date"), (["2023-02-29"], "text"),
                            (["2024-01-01T10:00:00Z"], "timestamp"), ([None], "text"), ([""], "text")):
            self.assertEqual(proeftuin._inferred(texts), kind)


@needs_arrow
class TablesThroughArrow(unittest.TestCase):
    def setUp(self):
        import pyarrow as pa

        self.table = pa.table({
            "flag": pa.array([True, None, False]), "whole": pa.array([1, None, 2**62], pa.int64()),
            "full": pa.array([1, 2, 3], pa.int64()), "number": pa.array([0.5, None, -1e300]),
            "amount": pa.array([Decimal("12.50"), None, Decimal("-0.01")], pa.decimal128(18, 2)),
            "text": pa.array(["", None, "é,\""]),
            "kind": pa.array(["b", None, "b"]).dictionary_encode(),
            "day": pa.array([date(2024, 2, 29), None, date(1969, 12, 31)]),
            "moment": pa.array([datetime(2026, 11, 25, 21, tzinfo=timezone.utc), None, None], pa.timestamp("us", "UTC"))})
        self.types = {"flag": "boolean", "whole": "integer", "full": "integer", "number": "number", "amount": "decimal",
                      "text": "text", "kind": "category", "day": "date", "moment": "timestamp"}

    def run_on(self, source, table=None, declared=None):
        import pyarrow as pa

        attempt = Attempt(source)
        table = self.table if table is None else table
        with pa.OSFile(attempt.path("inputs", "cases.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=2)
        port = attempt.input("none.arrow", b"", columns=self.types)
        attempt.context["inputs"] = {"cases": {**port, "path": attempt.path("inputs", "cases.arrow")}}
        attempt.context["outputs"] = {"cases": attempt.output("cases.arrow", columns=declared)}
        attempt.run()
        if attempt.status == 0:
            attempt.result = pa.ipc.open_file(attempt.path("outputs", "cases.arrow")).read_all()
        return attempt

    def check_passes(self, kind, table=None):
        attempt = self.run_on(PASS_ON.format(kind=repr(kind)), table)
        self.assertEqual(attempt.status, 0, attempt.stderr)
        expected = self.table if table is None else table
        self.assertEqual(attempt.result.column_names, expected.column_names)
        self.assertEqual(attempt.result.to_pydict(), expected.to_pydict())
        return attempt.result.schema

    def check_types(self, schema):
        for name, kind in self.types.items():
            self.assertEqual(proeftuin._type_name(schema.field(name).type), kind, name)

    def test_a_table_keeps_all_types_and_gaps(self):
        self.check_types(self.check_passes("Table"))

    def test_an_arrow_table_keeps_all_types_and_gaps(self):
        self.check_types(self.check_passes("pyarrow.Table"))

    @needs_pandas
    def test_pandas_keeps_all_types_and_gaps(self):
        self.check_types(self.check_passes("pandas.DataFrame"))

    @needs_polars
    def test_polars_keeps_all_types_and_gaps(self):
        self.check_types(self.check_passes("polars.DataFrame"))

    def test_tables_without_rows_keep_their_types(self):
        for kind in ["Table", "pyarrow.Table"] + ["pandas.DataFrame"] * HAS["pandas"] + ["polars.DataFrame"] * HAS["polars"]:
            with self.subTest(kind):
                self.check_types(self.check_passes(kind, self.table.slice(0, 0)))

    def test_a_table_with_neither_rows_nor_columns_gets_those_that_are_declared(self):
        import pyarrow

        path, declared = os.path.join(tempfile.mkdtemp(), "x.arrow"), {**TYPES, "amount": "decimal", "free": "any"}
        empty = [Table({}), pyarrow.table({})]
        for name in ("pandas", "polars"):
            empty += [importlib.import_module(name).DataFrame()] * HAS[name]
        for table in empty:
            proeftuin._write_table(table, path, "arrow", {"case": "text"}, declared, "cases")
            read = proeftuin._read_table(path, "arrow", {})
            self.assertEqual((read.names, len(read)), (list(declared), 0))
            self.assertEqual({name: read.types[name] for name in TYPES}, TYPES)

    def test_values_that_were_looked_at_keep_their_types(self):
        attempt = self.run_on("""
            from proeftuin import *
            @stage
            def flag(cases: Table):
                return cases.filter(lambda row: row["full"] != 2).filter([False, False])
        """)
        self.check_types(attempt.result.schema)

    @needs_pandas
    def test_pandas_columns_can_be_written_to(self):
        attempt = self.run_on("""
            import pandas
            from proeftuin import *
            @stage
            def flag(cases: pandas.DataFrame) -> pandas.DataFrame:
                second = cases["full"] == 2
                for name in cases.columns.drop("full"):
                    cases.loc[second, name] = cases[name].iloc[0]
                return cases[cases["full"] > 1]
        """)
        self.assertEqual(attempt.status, 0, attempt.stderr)
        self.check_types(attempt.result.schema)
        self.assertEqual(attempt.result["number"].to_pylist(), [0.5, -1e300])

    @needs_pandas
    def test_pandas_numbers_become_whole_again_where_that_is_declared(self):
        attempt = self.run_on("""
            from proeftuin import *
            @stage
            def flag(cases: "pandas.DataFrame"):
                cases["full"] = cases["full"].where(cases["full"] > 1).astype("float64")
                return cases
        """, declared={"full": "integer"})
        self.assertEqual(attempt.result["full"].to_pylist(), [None, 2, 3])
        self.assertEqual(str(attempt.result["full"].type), "int64")

    @needs_pandas
    def test_an_index_with_a_name_is_not_dropped_silently(self):
        fault = self.run_on("""
            from proeftuin import *
            @stage
            def flag(cases: "pandas.DataFrame"):
                return cases.groupby("kind")[["number"]].mean()
        """).fault
        self.assertEqual(fault["message"], "output 'cases' has an index 'kind', and an index is not written")

    def test_types_that_proeftuin_does_not_read_are_named(self):
        for made, spelled in (("pyarrow.array([[1]])", "list"), ("pyarrow.array([b'x'])", "binary"),
                              ("pyarrow.array([1], pyarrow.duration('s'))", "duration"),
                              ("pyarrow.array([1], pyarrow.time32('s'))", "time32")):
            with self.subTest(spelled):
                fault = self.run_on(f"""
                    import pyarrow
                    from proeftuin import *
                    @stage
                    def flag(cases: pyarrow.Table):
                        return pyarrow.table({{"part": {made}}})
                """).fault
                self.assertEqual(fault["kind"], "data")
                self.assertEqual(fault["message"],
                                 f"column 'part' has the type {spelled}, which a table of Proeftuin cannot hold")

    def test_types_that_only_need_a_cast_get_it(self):
        attempt = self.run_on("""
            import pyarrow as pa, decimal
            from proeftuin import *
            @stage
            def flag(cases: pa.Table):
                return pa.table({"half": pa.array([1.5], pa.float16()), "wide": pa.array([decimal.Decimal("1.5")], pa.decimal256(50, 1)),
                                 "codes": pa.array([7]).dictionary_encode(),
                                 "large": pa.array(["x"], pa.large_string()).dictionary_encode()})
        """)
        self.assertEqual([str(field.type) for field in attempt.result.schema],
                         ["float", "decimal128(38, 1)", "int64", "dictionary<values=string, indices=int32, ordered=0>"])

    def test_mixed_values_name_the_column_and_no_value(self):
        attempt = self.run_on("""
            from proeftuin import *
            @stage
            def flag(cases: Table):
                return cases.with_column("mixed", ["Jansen", 3, None])
        """)
        self.assertEqual(attempt.fault["message"], "column 'mixed' mixes values of different types: 'int', 'str'")


class WithoutArrow(unittest.TestCase):
    def test_arrow_without_pyarrow_says_what_to_do(self):
        attempt = Attempt("""
            import sys
            sys.modules["pyarrow"] = None
            from proeftuin import *
            @stage
            def flag(cases: Table):
                return cases
        """)
        attempt.context["inputs"]["cases"] = attempt.input("cases.arrow", b"")
        fault = attempt.run().fault
        self.assertEqual(fault["kind"], "user")
        self.assertEqual(fault["hint"], "install pyarrow, or write 'format: csv' at the stage in plugin.yaml")


class Faults(unittest.TestCase):
    def raised(self, line, **given):
        return one_table(f"""
            from proeftuin import *
            @stage
            def flag(cases: Table, *, threshold: float = 0.2):
                {line}
        """, **given)

    def test_each_kind_of_fault_is_said_with_its_parameter_and_hint(self):
        for name, kind in (("DataFault", "data"), ("UserFault", "user"), ("TransientFault", "transient")):
            attempt = self.raised(f"raise {name}('it cannot be', parameter='threshold', hint='try less')")
            self.assertEqual(attempt.status, 1)
            self.assertEqual(attempt.messages[0]["type"], "opened")
            self.assertEqual(attempt.fault, {"kind": kind, "message": "it cannot be", "parameter": "threshold", "hint": "try less"})

    def test_an_unexpected_exception_says_type_and_place_and_holds_no_value(self):
        attempt = self.raised("raise ValueError('income of ' + cases['district'][0])")
        self.assertEqual(attempt.fault["kind"], "bug")
        self.assertRegex(attempt.fault["message"], r"^ValueError in flag \(stages.py, line \d+\)$")
        with open(attempt.path("messages.jsonl")) as file:
            self.assertNotIn("North", file.read())
        self.assertIn("North", attempt.stderr)

    def test_the_place_is_in_the_stage_and_not_in_a_library(self):
        self.assertRegex(self.raised("import decimal; decimal.Decimal('x')").fault["message"], r"in flag \(stages.py")

    def test_leaving_the_program_is_no_success(self):
        attempt = self.raised("import sys; sys.exit(0)")
        self.assertEqual(attempt.status, 1)
        self.assertIn("sys.exit", attempt.fault["message"])

    def test_a_column_that_is_not_there_is_named_with_what_was_meant(self):
        fault = self.raised("return cases['incme']").fault
        self.assertEqual((fault["kind"], fault["message"]), ("data", "there is no column 'incme'; did you mean 'income'?"))

    def test_a_missing_module_is_named(self):
        attempt = one_table("from proeftuin import *\nimport no_such_module\n")
        self.assertEqual(attempt.fault["message"], "ModuleNotFoundError (module 'no_such_module') in <module> (stages.py, line 2)")
        self.assertEqual(attempt.fault["hint"], "install 'no_such_module' for the Python that 'command:' in plugin.yaml "
                                                f"names, which is {sys.executable}")
        self.assertNotEqual(attempt.status, 0)
        attempt = one_table("from proeftuin import *\nfrom json import no_such_name\n")
        self.assertEqual(attempt.fault["message"], "ImportError (module 'json') in <module> (stages.py, line 2)")
        self.assertIn(sys.executable, attempt.fault["hint"])

    def test_an_unknown_protocol_names_both_versions(self):
        attempt = self.raised("return cases", protocol=2)
        self.assertEqual(attempt.status, 1)
        self.assertEqual([one["type"] for one in attempt.messages], ["closed"])
        self.assertEqual(attempt.fault["kind"], "bug")
        self.assertIn("version 1", attempt.fault["message"])
        self.assertIn("version 2", attempt.fault["message"])

    def test_a_stage_that_the_program_lacks_is_named_with_those_it_has(self):
        fault = self.raised("return cases", stage="flags").fault
        self.assertEqual(fault["message"], "the program has no stage 'flags', which plugin.yaml lists; it has 'flag'")

    def test_a_parameter_that_the_function_lacks_is_named(self):
        fault = self.raised("return cases", parameters={"limit": 1}).fault
        self.assertEqual(fault["message"], "plugin.yaml declares the parameter 'limit', which function 'flag' does not take; "
                                           "it takes 'threshold'")

    def test_a_parameter_of_another_type_is_the_users_fault(self):
        fault = self.raised("return cases", parameters={"threshold": "much"}).fault
        self.assertEqual((fault["kind"], fault["parameter"]), ("user", "threshold"))

    def test_a_required_output_that_is_none_is_named(self):
        fault = self.raised("pass").fault
        self.assertEqual((fault["message"], fault["hint"]),
                         ("flag() returned nothing for the output 'cases'", "is there a 'return'?"))

    def test_none_for_several_outputs_and_a_missing_one_are_told_apart(self):
        for line, hint in (("pass", "is there a 'return'?"), ("return {'a': cases}", "give it a value for 'b'")):
            attempt = Attempt(f"""
                from proeftuin import *
                @stage
                def flag():
                    cases = Table({{"n": [1]}})
                    {line}
            """)
            attempt.context["outputs"] = {name: attempt.output(f"{name}.csv") for name in "ab"}
            self.assertEqual(attempt.run().fault["hint"], hint)


class PortsAndParameters(unittest.TestCase):
    def test_parameters_have_the_types_of_their_annotations(self):
        attempt = one_table("""
            from __future__ import annotations
            from datetime import date
            from typing import Optional
            from proeftuin import *
            @stage
            def flag(cases: Table, *, a: float, b: date, c: list[float], d: Optional[int] = None, e: int = 5, f: bool = False) -> Table:
                return Table({"value": [repr((a, b.year, c, d, e, f))]})
        """, parameters={"a": 2, "b": "2024-02-29", "c": [1, 2], "d": None, "e": None, "f": True})
        self.assertEqual(attempt.text(), 'value\n"(2.0, 2024, [1.0, 2.0], None, 5, True)"\n')

    def test_list_ports_are_pairs_and_optional_inputs_none(self):
        attempt = Attempt("""
            from proeftuin import *
            @stage
            def flag(sites: "list[tuple[str, Table]]", extra: Table):
                assert extra is None
                return Table({"site": [label for label, _ in sites], "rows": [len(table) for _, table in sites]})
        """)
        attempt.context["inputs"]["sites"] = [
            {**attempt.input("sites-1.csv", "a\n1\n"), "label": "site[name=North]"},
            {**attempt.input("sites-2.csv", "a\n1\n2\n"), "label": "site[name=South]"}]
        self.assertEqual(attempt.run().text(), "site,rows\nsite[name=North],1\nsite[name=South],2\n")

    def test_several_outputs_come_from_a_dict_or_a_named_tuple(self):
        for returned in ('{"late": cases, "summary": summary, "letter": "Beste é\\n", "spare": None}',
                         'NamedTuple("Outcome", [("late", Table), ("summary", dict), ("letter", str), ("spare", Table)])'
                         '(cases, summary, "Beste é\\n", None)'):
            attempt = Attempt(f"""
                from typing import NamedTuple
                from proeftuin import *
                @stage
                def flag(cases: Table, card: dict, letter: bytes, form: str):
                    summary = {{"type": "count", "version": 1, "n": len(cases), "title": card["title"],
                               "bytes": len(letter), "form": form}}
                    return {returned}
            """)
            attempt.context["inputs"] = {
                "cases": attempt.input("cases.csv", CASES, columns=TYPES),
                "card": attempt.input("card.json", '{"type": "card", "version": 1, "title": "h\\u00e9 \\ud83d\\ude00"}', kind="record"),
                "letter": attempt.input("letter.txt", b"\x00\x01", kind="file"),
                "form": attempt.input("form.txt", "één", kind="file")}
            attempt.context["outputs"] = {
                "late": attempt.output("late.csv"), "summary": attempt.output("summary.json", "record"),
                "letter": attempt.output("letter.txt", "file"), "spare": attempt.output("spare.csv", required=False)}
            attempt.run()
            self.assertEqual(attempt.status, 0, attempt.stderr)
            self.assertEqual(json.loads(attempt.text("summary.json")), {
                "type": "count", "version": 1, "n": 3, "title": "hé 😀", "bytes": 2, "form": "één"})
            self.assertEqual(attempt.text("letter.txt"), "Beste é\n")
            self.assertFalse(os.path.exists(attempt.path("outputs", "spare.csv")))

    def test_a_record_says_what_it_is(self):
        attempt = Attempt("""
            from proeftuin import *
            @stage
            def flag():
                return {"n": 1}
        """)
        attempt.context["outputs"] = {"summary": attempt.output("summary.json", "record")}
        self.assertEqual(attempt.run().fault["message"], "the record 'summary' has no 'type'")

    def test_what_a_stage_says_is_read_back(self):
        attempt = one_table("""
            from proeftuin import *
            @stage
            def flag(cases: Table, *, context: Context):
                context.progress(1, 2)
                context.progress(2, 2)
                context.metric("left out", 3, unit="cases", n=10, low=1.5)
                context.check("ids unique", True, severity="warning", message="fine")
                context.note("# Hé\\n'quoted' \\"text\\"")
                context.log("torn \\ud800 text", level="debug")
                print("nothing", "breaks", "it")
                assert str(context.reference_date) == "2026-11-25"
                assert context.secret("token") == "s3cret"
                (context.scratch / "between.txt").write_text("x")
                return cases
        """, reference_date="2026-11-25", secrets={"token": "PATH_TOKEN"}, parameters={})
        self.assertNotEqual(attempt.status, 0)  # the secret is not in the environment
        self.assertEqual(attempt.fault["message"], "the secret of parameter 'token' is not there")
        attempt.run(PATH_TOKEN="s3cret")
        self.assertEqual(attempt.status, 0, attempt.stderr)
        said = {one["type"]: one for one in attempt.messages if one["type"] != "closed"}
        self.assertEqual(said["progress"], {"type": "progress", "done": 2, "of": 2})
        self.assertEqual(said["metric"], {"type": "metric", "name": "left out", "value": 3, "unit": "cases", "n": 10, "low": 1.5})
        self.assertEqual(said["check"]["passed"], True)
        self.assertEqual(said["note"]["markdown"], "# Hé\n'quoted' \"text\"")
        self.assertEqual(said["log"]["message"], "torn ? text")

    def test_seeds_repeat_and_parts_differ(self):
        source = """
            import random
            from proeftuin import *
            @stage
            def flag(cases: Table, *, context: Context):
                return Table({"draw": [context.random(1).random(), context.random(2).random(), context.random("x").random(), random.random()]})
        """
        first = one_table(source, seed=7, random_seed=12345).text()
        self.assertEqual(first, one_table(source, seed=7, random_seed=12345).text())
        self.assertNotEqual(first, one_table(source, seed=8, random_seed=12346).text())
        self.assertEqual(len(set(first.split())), 5)
        self.assertIn("draws: true", one_table(source).fault["hint"])


    def test_a_record_gets_the_type_that_the_manifest_names(self):
        attempt = Attempt("""
            from proeftuin import *
            @stage
            def flag():
                return {"n": 1}
        """)
        attempt.context["outputs"] = {"summary": {**attempt.output("summary.json", "record"), "record": "count"}}
        self.assertEqual(json.loads(attempt.run().text("summary.json")), {"type": "count", "version": 1, "n": 1})


class Draws(unittest.TestCase):
    FAULT = {"kind": "bug", "message": "the stage draws random numbers, which plugin.yaml does not say",
             "hint": "add 'draws: true' to the stage"}

    def ended(self, line, top="import random", **given):
        return one_table(f"{top}\nfrom proeftuin import *\n@stage\ndef flag(cases: Table):\n    {line}\n    return cases\n", **given)

    def test_draws_that_the_manifest_does_not_say_are_no_success(self):
        for line in ("random.random()", "random.gauss(0, 1)"):
            attempt = self.ended(line)
            self.assertEqual((attempt.status, attempt.fault), (1, self.FAULT))
        self.assertEqual(self.ended("import random; random.random()", top="").fault, self.FAULT)
        self.assertEqual(self.ended("random.random()", random_seed=1).fault, None)

    @needs_pandas
    def test_draws_of_numpy_that_the_manifest_does_not_say_are_no_success(self):
        self.assertEqual(self.ended("numpy.random.random()", top="import numpy.random").fault, self.FAULT)
        self.assertEqual(self.ended("pandas.Series([1, 2]).sample(1)", top="import numpy.random, pandas").fault, self.FAULT)
        self.assertEqual(self.ended("numpy.random.default_rng(1).random()", top="import numpy.random").fault, None)

    def test_what_does_not_draw_or_repeats_itself_passes(self):
        for line, top in (("pass", "import random"), ("import random, tempfile; tempfile.mkdtemp()", ""),
                          ("import tempfile; tempfile.mkdtemp()", ""), ("import uuid; uuid.uuid1(node=1)", ""),
                          ("random.seed(1); random.random()", "import random"),
                          ("random.Random(1).random()", "import random")):
            attempt = self.ended(line, top)
            self.assertEqual((attempt.status, attempt.fault), (0, None), line + attempt.stderr)

    def test_looking_costs_next_to_nothing(self):
        import random  # noqa: F401
        from time import perf_counter

        times = []
        for _ in range(50):
            start = perf_counter()
            proeftuin._has_drawn(proeftuin._generators(), proeftuin._generators)
            times.append(perf_counter() - start)
        self.assertLess(min(times), 0.0002)


class Workers(unittest.TestCase):
    def test_the_folder_of_a_stage_is_that_of_its_messages(self):
        attempt = one_table("from proeftuin import *\n@stage\ndef flag(cases: Table):\n    return cases\n")
        before, folder = dict(os.environ), os.getcwd()
        try:
            for wanted, gone in (("work/tmp", None), ("work", "work/tmp")):
                if gone:
                    os.rmdir(attempt.path(gone))
                with unittest.mock.patch.object(proeftuin, "_run", lambda *_: seen.append((os.getcwd(), os.environ["TMPDIR"]))):
                    seen = []
                    proeftuin._serve_one({"context": os.path.join(tempfile.mkdtemp(), "context.json"),
                                          "messages": attempt.path("messages.jsonl")})
                self.assertEqual(seen, [(os.path.realpath(attempt.path("work")), attempt.path(wanted))])
        finally:
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(before)
            tempfile.tempdir = None

    def test_a_worker_does_stage_after_stage_and_outlives_those_that_fail(self):
        source = """
            import os, sys
            from proeftuin import *
            @stage
            def flag(cases: Table, *, how: str):
                if how == "raise":
                    raise ValueError("North")
                if how == "exit":
                    os.environ["LEFT"] = "behind"
                    sys.exit(3)
                assert "LEFT" not in os.environ
                context().progress(1, 1)
                return cases.with_column("how", os.path.basename(os.path.dirname(os.getcwd())) and how)
        """
        attempts = []
        for how in ("fine", "raise", "exit", "fine"):
            attempt = Attempt(source, parameters={"how": how})
            attempt.context["inputs"]["cases"] = attempt.input("cases.csv", "a\n1\n")
            attempts.append(attempt)
        folder = tempfile.mkdtemp(prefix="worker-")
        for name in ("requests", "replies"):
            os.mkfifo(os.path.join(folder, name))
        process = subprocess.Popen([sys.executable, attempts[0].program], stderr=subprocess.DEVNULL,
                                   env={**attempts[0].environment(), "PROEFTUIN_WORKER": folder})
        with open(os.path.join(folder, "requests"), "wb", buffering=0) as requests, \
                open(os.path.join(folder, "replies"), "rb") as replies:
            for attempt in attempts:
                context, messages = attempt.write_context()
                line = json.dumps({"context": context, "messages": messages}).encode() + b"\n"
                requests.write(line)
                self.assertEqual(replies.readline(), line)
        self.assertEqual(process.wait(timeout=10), 0)
        for attempt in (attempts[0], attempts[3]):
            self.assertEqual([one["type"] for one in attempt.messages], ["opened", "progress", "closed"])
            self.assertEqual(attempt.text(), "a,how\n1,fine\n")
        self.assertRegex(attempts[1].fault["message"], r"^ValueError in flag \(stages.py, line \d+\)$")
        self.assertIn("sys.exit", attempts[2].fault["message"])


class ByHand(unittest.TestCase):
    SOURCE = '''
        from typing import Literal
        from proeftuin import *
        @stage
        def flag(cases: Table, *, threshold: float = 0.2, arm: Literal["plain", "form"] = "plain", days: list = [1, 2]) -> Table:
            """Flags cases.

            cases: One row per case.
            threshold: Share of income.
            """
            context().metric("rows", len(cases))
            return cases.with_column("flagged", lambda row: row["costs"] > threshold * row["income"])
        @stage("count-sites")
        def count(sites: "list[tuple[str, Table]]", *, strict: bool) -> "dict[str, Table]":
            return {"a": Table({"site": [label for label, _ in sites]}), "b": {"strict": strict}}
        @stage
        def broken(cases: Table):
            raise KeyError(cases["costs"][0])
    '''

    def setUp(self):
        self.attempt = Attempt(self.SOURCE)
        with open(self.attempt.path("work", "cases.csv"), "w") as file:
            file.write("id,income,costs\n007,100,30\n008,200,10\n")

    def hand(self, *words, status=0):
        ended = subprocess.run([sys.executable, self.attempt.program, *words], cwd=self.attempt.path("work"),
                               env=self.attempt.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(ended.returncode, status, ended.stderr.decode())
        self.stderr = ended.stderr.decode()
        return ended.stdout.decode()

    def test_a_stage_runs_on_a_file_and_shows_its_table(self):
        self.assertEqual(self.hand("flag", "--cases", "cases.csv"), "id,income,costs,flagged\n007,100,30,true\n008,200,10,false\n")
        self.assertEqual(self.stderr, "metric: name rows, value 2\n")

    def test_a_result_goes_to_a_file_by_the_ending_of_its_name(self):
        self.hand("flag", "--cases", "cases.csv", "--threshold", "0.4", "--output", "out.json")
        with open(self.attempt.path("work", "out.json")) as file:
            self.assertEqual(json.load(file)[0], {"id": "007", "income": 100, "costs": 30, "flagged": False})
        self.assertIn("0.4", self.hand("flag", "--help") + "0.4")

    def test_several_outputs_and_list_ports(self):
        shown = self.hand("count-sites", "--sites", "North=cases.csv", "cases.csv", "--strict", "true", "--output", "a=a.csv",
                          "--output", "b=b.json")
        self.assertEqual(shown, "")
        with open(self.attempt.path("work", "a.csv")) as file:
            self.assertEqual(file.read(), 'site\nNorth\ncases\n')
        with open(self.attempt.path("work", "b.json")) as file:
            self.assertEqual(json.load(file), {"strict": True})

    def test_semicolons_are_refused_with_advice(self):
        with open(self.attempt.path("work", "cases.csv"), "w") as file:
            file.write("id;income;costs\n007;100;30,5\n")
        self.hand("flag", "--cases", "cases.csv", status=1)
        self.assertEqual(self.stderr, "error: 'cases.csv' has semicolons between its columns\n"
                                      "help: commas are expected; save the file as CSV with commas\n")

    def test_help_comes_from_the_docstring(self):
        self.assertIn("Share of income. (0.2 unless given)", self.hand("flag", "--help"))

    def test_a_wrong_value_and_a_missing_file_are_said_plainly(self):
        self.hand("flag", "--cases", "cases.csv", "--threshold", "much", status=1)
        self.assertEqual(self.stderr, "error: parameter 'threshold' has to be a number\n")
        self.hand("flag", "--cases", "gone.csv", status=1)
        self.assertEqual(self.stderr, "error: there is no file 'gone.csv' for input 'cases'\n")

    def test_an_unexpected_exception_shows_no_trace_unless_asked(self):
        self.hand("broken", "--cases", "cases.csv", status=1)
        self.assertRegex(self.stderr, r"^error: KeyError in broken \(stages.py, line \d+\)\nhelp: ")
        self.hand("broken", "--cases", "cases.csv", "--traceback", status=1)
        self.assertIn("Traceback", self.stderr)

    def test_the_manifest_begins_from_the_functions(self):
        shown = self.hand("--manifest")
        self.assertIn("      threshold: {type: number, default: 0.2, help: Share of income.}\n", shown)
        self.assertIn("      arm: {type: choice, choices: [plain, form], default: plain, help: What it is.}\n", shown)
        self.assertIn("      days: {type: list, items: integer, default: [1, 2], help: What it is.}\n", shown)
        self.assertIn("      sites: {kind: table, list: true, help: One row per case.}\n", shown)
        self.assertIn("      strict: {type: boolean, help: What it is.}\n", shown)


class InTests(unittest.TestCase):
    def test_a_stage_is_still_its_function(self):
        @proeftuin.stage
        def double(cases: Table, *, context: Context = None) -> Table:
            proeftuin.context().metric("rows", len(cases))
            return cases.with_column("twice", lambda row: 2 * row["n"])

        with proeftuin.trial(seed=3, reference_date="2026-11-25") as context:
            self.assertEqual(double(Table({"n": [1, 2]})), Table({"n": [1, 2], "twice": [2, 4]}))
            self.assertEqual(context.messages, [{"type": "metric", "name": "rows", "value": 2}])
            self.assertEqual(context.reference_date, date(2026, 11, 25))
            self.assertEqual(context.random(1).random(), context.random(1).random())

    def test_verbs_of_a_table(self):
        table = Table.from_rows([{"id": "b", "n": 2}, {"id": "a"}, {"id": "b", "n": 1}])
        self.assertEqual(table.sort("n", descending=True)["n"], [2, 1, None])
        self.assertEqual([(key, len(part)) for key, part in table.groups("id")], [(("b",), 2), (("a",), 1)])
        self.assertEqual(table.rename(case="id").select("case").names, ["case"])
        self.assertEqual(repr(table), "Table(3 rows: id, n)")
        with self.assertRaises(DataFault):
            table.select("nn")

    def test_no_module_is_loaded_that_a_stage_may_not_need(self):
        loaded = subprocess.run(
            [sys.executable, "-c", "import sys; before = set(sys.modules); import proeftuin; print(sorted(set(sys.modules) - before))"],
            stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": LANGUAGES, "PYTHONDONTWRITEBYTECODE": "1"}).stdout.decode().strip()
        self.assertEqual(loaded, "['proeftuin']")


if __name__ == "__main__":
    unittest.main()
