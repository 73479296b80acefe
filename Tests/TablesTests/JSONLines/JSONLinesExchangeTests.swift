// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

/// Files go to Python, polars and DuckDB and come from them, with equal values.
@Suite(
  .enabled(
    if: Python.has("pandas", "polars", "duckdb"),
    "needs pandas, polars and duckdb; PROEFTUIN_PYTHON names the interpreter"))
struct JSONLinesExchangeTests {
  private struct Expected: Decodable {
    let type: String
    let values: [String?]
  }

  @Test func `what other programs write is read with equal types and values`() throws {
    try TemporaryFolder.with { folder in
      _ = try Python.run(fixture: "json_lines.py", "write", folder)
      let text = try TemporaryFolder.bytes(of: folder + "/expected.json")
      let files = try JSONDecoder().decode([String: [String: Expected]].self, from: Data(text))
      #expect(files.count == 6)
      for (file, columns) in files {
        let table = try JSONLinesReader().read(path: "\(folder)/\(file).jsonl").table
        #expect(Set(table.names) == Set(columns.keys), "\(file)")
        for (name, column) in zip(table.names, table.columns) {
          let wanted = try #require(columns[name])
          #expect(column.type.name == wanted.type, "\(name) in \(file)")
          #expect((column.texts() == wanted.values) == true, "\(name) in \(file)")
        }
      }
    }
  }

  @Test func `what was written is read by other programs`() throws {
    let words = ["plain", "één 😀", "a \" and a \\", "a\nb\tc\u{1}", "\u{2028}", "2026-13-01"]
    func column<Value>(_ place: Int, _ values: [Value]) -> [Value?] {
      (0..<200).map { ($0 + place) % 7 == 0 ? nil : values[$0 % values.count] }
    }
    let table = try Table([
      ("flag", .boolean(BooleanColumn(column(0, [true, false])))),
      ("whole", .integer(FixedColumn(column(1, [0, -1, .max, .min, 1_234])))),
      ("number", .number(FixedColumn(column(2, [0.5, -1.25, 1e-7, 123_456_789.125])))),
      ("word", .text(TextColumn(column(3, words)))),
      ("día", .category(CategoryColumn(column(4, ["x", "y"])))),
    ])
    let printed = try TemporaryFolder.with { folder in
      let path = folder + "/t.jsonl"
      try TemporaryFolder.write(JSONLinesWriter().bytes(table), to: path)
      return try Python.run(fixture: "json_lines.py", "read", path)
    }
    let read = try JSONDecoder().decode([String: [String: [String?]]].self, from: printed)
    #expect(Set(read.keys) == ["python", "polars", "duckdb"])
    for (library, columns) in read {
      for (name, column) in zip(table.names, table.columns) {
        #expect(columns[name] == column.texts(), "\(library): \(name)")
      }
    }
  }

  /// The strict reader and Python's agree on what is a line, for thousands of lines that nearly are.
  @Test(arguments: 0..<3 as Range<UInt64>)
  func `a line is taken where Python's reader takes it`(seed: UInt64) throws {
    let sound = [
      #"{"a": 1, "b": "x\u00e9\n", "c": -0.5e3, "d": null}"#, #"{"a":true,"b":false}"#,
      #"{"é":"\ud83d\ude00","\u0061":"\\\"\/"}"#, #" {"n" : 0 , "m":-12.50E+07} "#,
    ].map { Array($0.utf8) }
    let signs = Array("\"\\{}[]:,u0deE+-. 1tfn\t\r".utf8) + [0, 0x1F, 0xC3, 0xA9, 0xED, 0xFF]
    var random = Xorshift(seed &+ 7)
    let lines = (0..<3_000).map { _ in
      var line = sound[random.below(sound.count)]
      for _ in 0...random.below(3) {
        let place = random.below(line.count)
        switch random.below(3) {
        case 0: line.remove(at: place)
        case 1: line.insert(signs[random.below(signs.count)], at: place)
        default: line[place] = signs[random.below(signs.count)]
        }
      }
      return line
    }
    let printed = try TemporaryFolder.with { folder in
      try TemporaryFolder.write(lines.flatMap { $0 + [0x0A] }, to: folder + "/lines")
      return try Python.run(fixture: "json_lines.py", "judge", folder)
    }
    let verdicts = try JSONDecoder().decode([Bool].self, from: printed)
    #expect(verdicts.count == lines.count)
    var taken = 0
    for (line, verdict) in zip(lines, verdicts) {
      let read = try? JSONLinesReader().read(bytes: line)
      if read != nil { taken += 1 }
      #expect((read != nil) == verdict, "\(String(decoding: line, as: UTF8.self))")
    }
    #expect(taken > 100 && taken < 2_900)
  }
}
