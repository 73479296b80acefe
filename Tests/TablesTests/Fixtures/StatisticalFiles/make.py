# SPDX-License-Identifier: EUPL-1.2
"""Writes the files of this folder; see README.md."""

import ctypes
import ctypes.util
import datetime
import os

import numpy
import pandas
import pyreadstat

here = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(here, name)


days = [datetime.date(2017, 4, 1), datetime.date(1999, 12, 31), None, datetime.date(2024, 2, 29)]
moments = [
    datetime.datetime(2017, 4, 1, 9, 30), None, datetime.datetime(1999, 12, 31, 23, 59, 59),
    datetime.datetime(2024, 2, 29),
]


def survey():
    return pandas.DataFrame({
        "id": [1.0, 2.0, 3.0, 4.0],
        "income": [2500.5, numpy.nan, 1800.0, -0.25],
        "arm": [1.0, 2.0, 1.0, 2.0],
        "score": [10.0, 7.0, 99.0, 98.0],
        "born": days,
        "moment": moments,
        "name": ["één", "twee", "drie", "vier"],
        "town": ["Ede", "Urk", "Ede", "Urk"],
        "answer": ["J", "N", "X", ""],
    })


labels = {
    "arm": {1.0: "brief", 2.0: "oproep"},
    "score": {10.0: "zeer tevreden", 98.0: "weet niet"},
    "answer": {"J": "ja", "N": "nee", "X": "geen antwoord"},
}
formats = {"id": "F8.0", "income": "F8.2", "arm": "F1.0", "score": "F2.0"}


def spss():
    missing = {"score": [98.0, 99.0], "answer": ["X"]}
    for name, options in [
        ("survey.sav", {}), ("survey-rows.sav", {"row_compress": True}),
        ("survey.zsav", {"compress": True}),
    ]:
        pyreadstat.write_sav(
            survey(), path(name), variable_value_labels=labels, missing_ranges=missing,
            variable_format=formats, **options)
    clash = survey()[["score", "id"]].rename(columns={"id": "score_missing"})
    pyreadstat.write_sav(clash, path("clash.sav"), missing_ranges={"score": [98.0, 99.0]})
    ranges = pandas.DataFrame({
        "score": [-5.0, 0.0, 3.0, 99.0, -1.0], "essay": ["é" * 300, "y", "", "z", "z"]})
    pyreadstat.write_sav(
        ranges, path("ranges.sav"), missing_ranges={"score": [{"lo": -9, "hi": -1}, 99.0]},
        variable_value_labels={"score": {-1.0: "niet gevraagd", 99.0: "weet niet"}},
        variable_format={"score": "F3.0"})
    plain = survey().drop(columns=["answer"])
    plain["name"] = ["een", "twee", "drie", "vier"]
    pyreadstat.write_por(plain, path("survey.por"), variable_format=formats)


def stata():
    frame = survey()
    frame["id"] = frame["id"].astype("int32")
    frame["arm"] = frame["arm"].astype("int8")
    frame["score"] = [10, 7, "a", "b"]
    frame["month"] = [687.0, 479.0, numpy.nan, 769.0]
    pyreadstat.write_dta(
        frame, path("survey.dta"), version=15,
        variable_value_labels={
            "arm": {1: "brief", 2: "oproep"}, "score": {10: "zeer tevreden", "a": "weet niet"}},
        missing_user_values={"score": ["a", "b"]}, variable_format={"month": "%tm"})
    pandas.DataFrame({"code": [1, 2], "name": ["één", "twee"], "whole": [1.0, 2.0]}).to_stata(
        path("old.dta"), version=114, write_index=False)
    pandas.DataFrame({"id": [1, 2, 3, 4], "essay": ["é" * 1000, "y", "", "z"]}).to_stata(
        path("long.dta"), version=118, write_index=False, convert_strl=["essay"])


def transport():
    pyreadstat.write_xport(
        survey().drop(columns=["answer"]), path("survey.xpt"), file_format_version=8)


class Writer:
    """The writer of the library itself, for a format that pyreadstat does not write."""

    def __init__(self, kind, rows):
        self.library = ctypes.CDLL(ctypes.util.find_library("readstat") or "libreadstat.so.1")
        for name in ["readstat_writer_init", "readstat_add_variable", "readstat_add_label_set"]:
            getattr(self.library, name).restype = ctypes.c_void_p
        self.bytes = bytearray()
        prototype = ctypes.CFUNCTYPE(
            ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
        self.receive = prototype(self.append)
        self.writer = ctypes.c_void_p(self.library.readstat_writer_init())
        self.library.readstat_set_data_writer(self.writer, self.receive)
        self.library.readstat_writer_set_file_timestamp(self.writer, ctypes.c_long(1491004800))
        self.kind, self.rows = kind, rows
        self.variables = []

    def append(self, data, count, _):
        self.bytes += ctypes.string_at(data, count)
        return count

    def add(self, name, is_text, width, form=None):
        variable = ctypes.c_void_p(self.library.readstat_add_variable(
            self.writer, name.encode(), 0 if is_text else 5, ctypes.c_size_t(width)))
        if form:
            self.library.readstat_variable_set_format(variable, form.encode())
        self.variables.append(variable)

    def weight_by(self, place):
        self.library.readstat_writer_set_fweight_variable(self.writer, self.variables[place])

    def write(self, rows):
        begin = getattr(self.library, "readstat_begin_writing_" + self.kind)
        assert begin(self.writer, None, ctypes.c_long(self.rows)) == 0
        for row in rows:
            self.library.readstat_begin_row(self.writer)
            for variable, value in zip(self.variables, row):
                if value is None:
                    code = self.library.readstat_insert_missing_value(self.writer, variable)
                elif isinstance(value, tuple):
                    code = self.library.readstat_insert_tagged_missing_value(
                        self.writer, variable, ctypes.c_char(value[0].encode()))
                elif isinstance(value, str):
                    code = self.library.readstat_insert_string_value(
                        self.writer, variable, value.encode())
                else:
                    code = self.library.readstat_insert_double_value(
                        self.writer, variable, ctypes.c_double(value))
                assert code == 0, code
            assert self.library.readstat_end_row(self.writer) == 0
        assert self.library.readstat_end_writing(self.writer) == 0
        return bytes(self.bytes)


def sas():
    writer = Writer("sas7bdat", 4)
    for name, is_text, width, form in [
        ("id", False, 8, "F8.0"), ("income", False, 8, None), ("score", False, 8, None),
        ("born", False, 8, "DATE9."), ("moment", False, 8, "DATETIME20."),
        ("name", True, 20, None), ("town", True, 4, None),
    ]:
        writer.add(name, is_text, width, form)
    start = datetime.datetime(1960, 1, 1)
    rows = []
    for place in range(4):
        row = survey().iloc[place]
        day, moment = days[place], moments[place]
        rows.append([
            row["id"], None if numpy.isnan(row["income"]) else row["income"],
            [10.0, 7.0, ("A",), ("B",)][place],
            None if day is None else float((day - start.date()).days),
            None if moment is None else (moment - start).total_seconds(),
            row["name"], row["town"],
        ])
    with open(path("survey.sas7bdat"), "wb") as file:
        file.write(writer.write(rows))


def weighted():
    writer = Writer("sav", 2)
    writer.add("id", False, 8, "F8.0")
    writer.add("weight", False, 8, "F8.2")
    writer.weight_by(1)
    with open(path("weighted.sav"), "wb") as file:
        file.write(writer.write([[1.0, 0.5], [2.0, 1.5]]))


spss()
weighted()
stata()
transport()
sas()
