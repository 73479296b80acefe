# SPDX-License-Identifier: EUPL-1.2
"""Each .sql file beside this one is a stage: input tables are tables of their ports' names, parameters are :name."""

import datetime
import decimal
import sqlite3
from pathlib import Path

from proeftuin import DataFault, Fault, Table, main, stage


def stored(value):
    """A value as SQLite holds it: dates and moments as text that sorts, truth values as 0 and 1."""
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return float(value) if isinstance(value, decimal.Decimal) else value


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def answer(query, given):
    """The rows that a query gives over the tables among `given`, with the other values as its parameters."""
    database = sqlite3.connect(":memory:")
    for port, table in given.items():
        if isinstance(table, Table):
            columns = ", ".join(quoted(name) for name in table.names)
            database.execute(f"CREATE TABLE {quoted(port)} ({columns})")
            database.executemany(f"INSERT INTO {quoted(port)} VALUES ({', '.join('?' * len(table.names))})",
                                 ([stored(value) for value in row.values()] for row in table.rows()))
    parameters = {name: stored(value) for name, value in given.items() if not isinstance(value, Table)}
    try:
        database.execute("EXPLAIN " + query, parameters)  # names what the query gets wrong, before it sees a value
    except sqlite3.Error as error:
        raise Fault(f"the query is wrong: {error}") from None
    try:
        found = database.execute(query, parameters)
        names = [column[0] for column in found.description]
        rows = found.fetchall()
    except sqlite3.Error:
        raise DataFault("SQLite could not compute the query on these data") from None
    return Table({name: [row[place] for row in rows] for place, name in enumerate(names)})


def register(path):
    query = path.read_text(encoding="utf-8")

    @stage(path.stem)
    def run(**given):
        return answer(query, given)


for file in sorted(Path(__file__).resolve().parent.glob("*.sql")):
    register(file)

if __name__ == "__main__":
    main()
