# SPDX-License-Identifier: EUPL-1.2
"""Writes databases with pandas and sqlite3, for SQLiteExchangeTests: sqlite_samples.py FOLDER"""

import datetime
import json
import pathlib
import random
import sqlite3
import struct
import sys

import pandas

folder = pathlib.Path(sys.argv[1])


def everything():
    """Every type, as a table's own definition and Python's values make it."""
    with sqlite3.connect(folder / "types.db") as base:
        base.execute(
            'CREATE TABLE "Zaken 2024" (id INTEGER PRIMARY KEY, truth BOOLEAN, number REAL, '
            "amount DECIMAL(12,2), day DATE, moment DATETIME, label VARCHAR(9), code TEXT, mixed)")
        base.executemany(
            'INSERT INTO "Zaken 2024" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
            [
                (3, True, 0.1, "1234.50", "2017-04-01", "2017-04-01T09:30:00+02:00", "ja", "007", 1),
                (1, False, 2, 19, "1999-12-31", "1969-12-31 23:59:59.5Z", "nee", "één 😀", "een"),
                (2, None, None, None, None, None, None, None, None),
                (9, 1, -1e300, -0.07, "2024-02-29", "2024-02-29", "ja", "\t'\"\n", 0.25),
                (4, 0, 5e-324, 9999999999.99, "0001-01-01", "1970-01-01 00:00", "nee", "", "1"),
            ])
    base.close()


def frame():
    """A data frame, by pandas' own choice of column types."""
    data = pandas.DataFrame({
        "whole": [1, 2, -3],
        "number": [0.5, float("nan"), 1e-7],
        "truth": [True, False, True],
        "day": [datetime.date(2017, 4, 1), None, datetime.date(1999, 12, 31)],
        "moment": pandas.to_datetime(["2017-04-01 09:30:00", "2024-02-29 23:59:59.000001", None],
                                     format="ISO8601"),
        "text": ["a", None, "b"],
    })
    base = sqlite3.connect(folder / "frame.db")
    data.to_sql("frame", base, index=False)
    base.close()


def many():
    """Random values, and what they are by their bits."""
    source = random.Random(7)

    def double():
        while True:
            value = struct.unpack("<d", source.randbytes(8))[0]
            if value == value and abs(value) != float("inf"):
                return value

    rows = [
        (
            source.choice([None, source.randrange(-2**63, 2**63)]),
            source.choice([None, double()]),
            source.choice([None, source.randrange(-10**13, 10**13)]),
            "".join(chr(source.choice([source.randrange(1, 0xD800), source.randrange(1, 0x7F),
                                       source.randrange(0xE000, 0x110000)]))
                    for _ in range(source.randrange(9))),
        )
        for _ in range(5000)
    ]
    with sqlite3.connect(folder / "many.db") as base:
        base.execute("CREATE TABLE t (whole INTEGER, number REAL, amount DECIMAL(15,2), text TEXT)")
        base.executemany(
            "INSERT INTO t VALUES (?, ?, ?, ?)",
            [(whole, number, None if cents is None else cents / 100, text)
             for whole, number, cents, text in rows])
    base.close()
    json.dump(
        {
            "whole": [None if row[0] is None else str(row[0]) for row in rows],
            "number": [None if row[1] is None else struct.pack(">d", row[1]).hex() for row in rows],
            "amount": [None if row[2] is None else str(row[2]) for row in rows],
            "text": [row[3] for row in rows],
        },
        open(folder / "many.json", "w", encoding="utf-8"))


everything()
frame()
many()
