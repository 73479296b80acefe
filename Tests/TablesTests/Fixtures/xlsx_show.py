# SPDX-License-Identifier: EUPL-1.2
"""Prints what openpyxl finds in a workbook, a cell a line: address, type, format, value."""

import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
sheet = book.worksheets[0]
print(sheet.title, sheet.freeze_panes, sheet["A1"].font.b)
for row in sheet.iter_rows():
    for cell in row:
        if cell.value is not None:
            print(cell.coordinate, cell.data_type, cell.number_format, repr(cell.value))
