# SPDX-License-Identifier: EUPL-1.2
"""Writes workbooks with openpyxl, for XLSXExchangeTests: xlsx_samples.py FOLDER"""

import datetime
import pathlib
import sys

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904


def fill(book):
    sheet = book.active
    sheet.title = "Gevallen"
    sheet.append(["whole", "number", "text", "truth", "day", "moment", "mixed", "error"])
    sheet.append([1, 0.5, "één", True, datetime.date(2017, 4, 1),
                  datetime.datetime(2017, 4, 1, 9, 30), 1, "#N/A"])
    sheet.append([None, 1e-7, "<&> 'quoted'", False, datetime.date(1999, 12, 31),
                  datetime.datetime(2024, 2, 29, 23, 59, 59), "een", 2])
    sheet.append([-3, None, "😀", None, None, None, None, 3])
    hidden = book.create_sheet("Verborgen")
    hidden.append(["x"])
    hidden.append([1])
    hidden.sheet_state = "hidden"
    return book


folder = pathlib.Path(sys.argv[1])
fill(openpyxl.Workbook()).save(folder / "samples.xlsx")
book = openpyxl.Workbook()
book.epoch = CALENDAR_MAC_1904
fill(book).save(folder / "samples-1904.xlsx")
book = openpyxl.Workbook()
book.active.append(["total"])
book.active.append(["=1+1"])
book.save(folder / "formula.xlsx")
