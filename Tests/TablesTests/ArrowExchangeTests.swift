// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

/// Files go to pyarrow and polars and come from them, with equal values.
@Suite(
  .enabled(
    if: Python.has("pyarrow", "polars"),
    "needs pyarrow and polars; PROEFTUIN_PYTHON names the interpreter"))
struct ArrowExchangeTests {
  @Test(arguments: [0, 9, 65_600])
  func `pyarrow and polars read what was written`(rows: Int) throws {
    let table = try ArrowSamples.everyType(rows: rows)
    let printed = try TemporaryFolder.with { folder in
      try TemporaryFolder.write(ArrowFile.encode(table), to: folder + "/t.arrow")
      return try Python.run(fixture: "arrow_exchange.py", "read", folder + "/t.arrow")
    }
    let read = try JSONDecoder().decode([String: [String: [String?]]].self, from: printed)
    for (name, column) in zip(table.names, table.columns) {
      #expect(read["pyarrow"]?[name] == column.exchangeTexts, "pyarrow differs in \(name)")
      #expect(read["polars"]?[name] == column.exchangeTexts, "polars differs in \(name)")
    }
    #expect(read["types"]?["category"] == ["dictionary<values=string, indices=int32, ordered=0>"])
    #expect(read["types"]?["decimal"] == ["decimal128(19, 2)"])
    #expect(read["types"]?["timestamp"] == ["timestamp[us, tz=UTC]"])
  }

  @Test func `foreign types are read as their counterparts`() throws {
    let day: [Int32?] = [0, nil, 17_257, -1, 19_000, nil, 1]
    let moment: [Int64?] = [0, nil, -1, 1_491_004_800, nil, 7, 86_399]
    let texts = ["a", nil, "", "één", "a much longer text, for views", nil, "😀"]
    let codes = ["één", nil, "unused-later", "één", nil, "unused-later", nil]
    let flags = [true, nil, false, true, true, nil, false]
    try withFilesFromPython { folder in
      let integers = try ArrowFile.read(path: folder + "/integers.arrow")
      for (name, column) in zip(integers.names, integers.columns) {
        let signed: [Int64?] = [1, nil, -3, 100, nil, 127, 0]
        let whole = name.hasPrefix("u") ? signed.map { $0.map { abs($0) } } : signed
        #expect(column == .integer(FixedColumn(whole)), "\(name)")
      }
      let times = try ArrowFile.read(path: folder + "/times.arrow")
      for (name, column) in zip(times.names, times.columns) {
        let expected: Column =
          name.hasPrefix("date")
          ? .date(FixedColumn(day))
          : .timestamp(FixedColumn(moment.map { $0.map { $0 * 1_000_000 } }))
        #expect(column == expected, "\(name)")
      }
      let read = try ArrowFile.read(path: folder + "/texts.arrow")
      for (name, column) in zip(read.names, read.columns) {
        let expected = name == "null" ? [String?](repeating: nil, count: 7) : texts
        #expect(column == .text(TextColumn(expected)), "\(name)")
      }
      let dictionaries = try ArrowFile.read(path: folder + "/dictionaries.arrow")
      for (name, column) in zip(dictionaries.names, dictionaries.columns) {
        #expect(column == .category(CategoryColumn(codes)), "\(name)")
      }
      let numbers = try ArrowFile.read(path: folder + "/numbers.arrow")
      let wide: [Double?] = [0.1, nil, nil, -1.25, 1e300, 0, 0]
      let narrow: [Double?] = [0.5, nil, nil, -1.25, Double(Float(1e30)), 0, 0]
      let decimals: [Int64?] = [10, nil, .min, .max, 100, 0, -1]
      #expect(numbers["float64"] == .number(FixedColumn(wide)))
      #expect(numbers["float32"] == .number(FixedColumn(narrow)))
      #expect(numbers["decimal"] == .decimal(FixedColumn(decimals), scale: 2))
      #expect(numbers["bool"] == .boolean(BooleanColumn(flags)))
    }
  }

  @Test func `a data frame of polars is read`() throws {
    try withFilesFromPython { folder in
      let table = try ArrowFile.read(path: folder + "/polars.arrow")
      let letters = CategoryColumn(["b", nil, "a", "b", "c", "a", nil])
      let days: [Int32?] = [0, nil, 17_257, -1, 19_000, nil, 1]
      let texts = ["a", nil, "", "één", "a much longer text, for views", nil, "😀"]
      #expect(table["text"] == .text(TextColumn(texts)))
      #expect(table["category"] == .category(letters))
      #expect(table["enum"] == .category(letters))
      #expect(table["integer"] == .integer(FixedColumn([1, nil, -3, 100, nil, 127, 0])))
      #expect(table["date"] == .date(FixedColumn(days)))
      #expect(table["null"] == .text(TextColumn([String?](repeating: nil, count: 7))))
    }
  }

  @Test func `what has no counterpart is a fault that names the column`() throws {
    try withFilesFromPython { folder in
      let faults: [(String, ArrowFault)] = [
        ("list", .unsupportedType(column: "numbers", type: "list")),
        ("large-decimal", .outOfRange(column: "d", wanted: "decimal")),
        ("large-unsigned", .outOfRange(column: "u", wanted: "integer")),
        ("stream", .notArrow(looksLike: "an Arrow stream")),
      ]
      for (name, fault) in faults {
        #expect(throws: fault) { try ArrowFile.read(path: "\(folder)/\(name).arrow") }
      }
      let compressed = try ArrowFile.read(path: folder + "/compressed.arrow")
      #expect(compressed["n"] == .integer(FixedColumn((0..<1_000).map { Int64($0) })))
      let empty = try ArrowFile.read(path: folder + "/no-columns.arrow")
      #expect(empty.columns.isEmpty)
    }
  }

  private func withFilesFromPython(_ check: (String) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      _ = try Python.run(fixture: "arrow_exchange.py", "write", folder)
      try check(folder)
    }
  }
}

extension Column {
  /// Each row as the script writes it: doubles by their bits, instants in microseconds.
  var exchangeTexts: [String?] {
    (0..<count).map { row in
      switch self {
      case .boolean(let column): column[row].map { $0 ? "true" : "false" }
      case .integer(let column), .timestamp(let column): column[row].map { String($0) }
      case .number(let column):
        column[row].map { String(format: "%016llx", $0.bitPattern) }
      case .decimal(let column, let scale):
        column[row].map { DecimalText.print($0, scale: scale) }
      case .text(let column): column[row]
      case .category(let column): column[row]
      case .date(let column): column[row].map { "\(CalendarDate(daysSince1970: $0))" }
      }
    }
  }
}
