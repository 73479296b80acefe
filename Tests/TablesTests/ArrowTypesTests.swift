// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

/// Every type in every shape (whole, in batches, sliced, empty, all missing), to and from pyarrow, polars
/// and DuckDB, with equal types and values.
@Suite(
  .enabled(
    if: Python.has("pyarrow", "polars", "duckdb", "numpy"),
    "needs pyarrow, polars and duckdb; PROEFTUIN_PYTHON names the interpreter"))
struct ArrowTypesTests {
  private struct Expected: Decodable {
    let type: String
    let values: [String?]
  }

  private func withFilesFromPython(
    _ check: (_ folder: String, [String: [String: Expected]]) throws -> Void
  ) throws {
    try TemporaryFolder.with { folder in
      _ = try Python.run(fixture: "arrow_types.py", "write", folder)
      let text = try TemporaryFolder.bytes(of: folder + "/expected.json")
      try check(
        folder, JSONDecoder().decode([String: [String: Expected]].self, from: Data(text)))
    }
  }

  private func compare(
    _ table: Table, _ expected: [String: Expected], _ file: String
  ) throws {
    #expect(Set(table.names) == Set(expected.keys), "\(file)")
    for (name, column) in zip(table.names, table.columns) {
      let wanted = try #require(expected[name])
      #expect(column.type.exchangeName == wanted.type, "\(name) in \(file)")
      #expect(column.exchangeTexts == wanted.values, "\(name) in \(file)")
    }
  }

  @Test func `every type of every library is read in every shape, from files and streams`() throws {
    try withFilesFromPython { folder, expected in
      #expect(expected.count == 18)
      for (name, columns) in expected {
        try compare(ArrowStream.read(path: "\(folder)/\(name).arrows"), columns, name + ".arrows")
        // No file can replace a dictionary.
        if name == "replaced" { continue }
        try compare(ArrowFile.read(path: "\(folder)/\(name).arrow"), columns, name + ".arrow")
      }
    }
  }

  /// Lengths within compressed data steer the reader as much as those of the file.
  @Test(arguments: ["lz4", "zstd"])
  func `changed bytes of compressed files never trap`(codec: String) throws {
    try withFilesFromPython { folder, _ in
      let bytes = try TemporaryFolder.bytes(of: "\(folder)/damage-\(codec).arrow")
      #expect(try ArrowFile.decode(bytes).rowCount == 400)
      var faults = 0
      for place in bytes.indices {
        for change in [0x01, 0x80, 0xFF] as [UInt8] {
          var changed = bytes
          changed[place] ^= change
          do {
            _ = try ArrowFile.decode(changed)
          } catch {
            faults += 1
          }
        }
      }
      #expect(faults > 200)
      for length in stride(from: 0, to: bytes.count, by: 7) {
        #expect(throws: ArrowFault.self) { try ArrowFile.decode(Array(bytes.prefix(length))) }
      }
    }
  }

  @Test func `a buffer that claims to become a thousand times the file is refused`() throws {
    try withFilesFromPython { folder, _ in
      var bytes = try TemporaryFolder.bytes(of: "\(folder)/damage-zstd.arrow")
      let mark: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
      let frame = try #require(
        (8..<bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual(mark) })
      // The length before the frame becomes 2 GiB.
      bytes.replaceSubrange((frame - 8)..<frame, with: [0, 0, 0, 0x80, 0, 0, 0, 0])
      #expect(
        throws: ArrowFault.unsupported(
          "becomes more than 1000 times as large", help: "write it uncompressed")
      ) { try ArrowFile.decode(bytes) }
    }
  }

  @Test func `what has no counterpart is a fault that names column and type`() throws {
    let types = [
      "list": "list", "large_list": "large list", "fixed_list": "fixed-size list",
      "list_view": "list view", "struct": "struct", "map": "map", "dense_union": "union",
      "sparse_union": "union", "binary": "binary", "large_binary": "large binary",
      "binary_view": "binary view", "fixed_binary": "fixed-size binary", "duration": "duration",
      "interval": "interval", "time32": "time", "time64": "time", "decimal256": "256-bit decimal",
      "fine_decimal": "decimal with 19 decimal places",
      "round_decimal": "decimal with -2 decimal places", "run_end": "run-end encoded",
      "number_dictionary": "dictionary of values that are not text",
    ]
    try withFilesFromPython { folder, _ in
      for (name, type) in types {
        let fault = ArrowFault.unsupportedType(column: "column", type: type)
        #expect(throws: fault, "\(name)") {
          try ArrowFile.read(path: "\(folder)/refused-\(name).arrow")
        }
        #expect(throws: fault, "\(name)") {
          try ArrowStream.read(path: "\(folder)/refused-\(name).arrows")
        }
      }
    }
  }

  @Test(arguments: [0, 1, 8, 65])
  func `what was written is read by pyarrow, polars and DuckDB`(rows: Int) throws {
    try checkTypes(compare(everyType(rows: rows) { ($0 + $1) % 5 == 0 }))
  }

  @Test func `columns without any value are read with their types`() throws {
    try checkTypes(compare(everyType(rows: 70) { _, _ in true }))
  }

  @Test func `several batches are read by pyarrow, polars and DuckDB`() throws {
    _ = try compare(ArrowSamples.twoColumns(rows: 66_100))
  }

  /// Has the libraries read a table, and gives what they say of it.
  private func compare(_ table: Table) throws -> [String: [String: [String?]]] {
    let printed = try TemporaryFolder.with { folder in
      try TemporaryFolder.write(ArrowFile.encode(table), to: folder + "/table.arrow")
      try TemporaryFolder.write(ArrowStream.encode(table), to: folder + "/table.arrows")
      return try Python.run(fixture: "arrow_types.py", "read", folder)
    }
    let read = try JSONDecoder().decode([String: [String: [String?]]].self, from: printed)
    for library in ["pyarrow", "polars", "duckdb"] {
      for form in ["file", "stream"] {
        let columns = try #require(read["\(library) \(form)"])
        #expect(Set(columns.keys) == Set(table.names))
        for (name, column) in zip(table.names, table.columns) {
          #expect((columns[name] == column.exchangeTexts) == true, "\(library) \(form): \(name)")
        }
      }
    }
    return read
  }

  private func checkTypes(_ read: [String: [String: [String?]]]) throws {
    let types = [
      "boolean": "bool", "integer": "int64", "number": "double", "decimal0": "decimal128(19, 0)",
      "decimal2": "decimal128(19, 2)", "decimal18": "decimal128(19, 18)", "text": "string",
      "category": "dictionary<values=string, indices=int32, ordered=0>", "date": "date32[day]",
      "timestamp": "timestamp[us, tz=UTC]",
    ]
    #expect(read["types"] == types.mapValues { [$0] })
    #expect(read["duckdb types"]?["decimal18"] == ["decimal128(19, 18)"])
    #expect(read["duckdb types"]?["date"] == ["date32[day]"])
  }

  /// A column of each type, with the values at the ends of what it holds among others.
  private func everyType(rows: Int, missing: (_ row: Int, _ column: Int) -> Bool) throws -> Table {
    func column<Value>(_ place: Int, _ values: [Value]) -> [Value?] {
      (0..<rows).map { missing($0, place) ? nil : values[$0 % values.count] }
    }
    let whole: [Int64] = [0, 1, -1, .max, .min, 1_234_567_890_123]
    let numbers = [0.1, -1.5, 1e300, 5e-300, .infinity, 0]
    let texts = ["", "één", "😀", "a\u{1}b", "a somewhat longer text"]
    // Day 0001-01-01 to 9999-12-31, which is what the libraries print.
    let days: [Int32] = [0, -1, -719_162, 2_932_896, 17_257]
    return try Table([
      ("boolean", .boolean(BooleanColumn(column(0, [true, false, false])))),
      ("integer", .integer(FixedColumn(column(1, whole)))),
      ("number", .number(FixedColumn(column(2, numbers)))),
      ("decimal0", .decimal(FixedColumn(column(3, whole)), scale: 0)),
      ("decimal2", .decimal(FixedColumn(column(4, whole)), scale: 2)),
      ("decimal18", .decimal(FixedColumn(column(5, whole)), scale: 18)),
      ("text", .text(TextColumn(column(6, texts)))),
      ("category", .category(CategoryColumn(column(7, texts)))),
      ("date", .date(FixedColumn(column(8, days)))),
      (
        "timestamp", .timestamp(FixedColumn(column(9, days.map { Int64($0) * 86_400_000_000 + 1 })))
      ),
    ])
  }
}

extension ColumnType {
  /// The type as the script names it.
  fileprivate var exchangeName: String {
    if case .decimal(let scale) = self { return "decimal \(scale)" }
    return name
  }
}
