// SPDX-License-Identifier: EUPL-1.2

import Documents
import Tables

/// Lines of JSON; one line alone is also what the reader of whole JSON texts has to make sense of.
enum JSONLinesInput: FuzzedInput {
  static func read(_ bytes: [UInt8]) {
    let options = JSONLinesOptions(missing: ["", "NA", "999"], columns: [:])
    do throws(JSONLinesFault) {
      let content = try JSONLinesReader(options).read(bytes: bytes)
      let table = content.table
      demand(table.rowCount > 0, "a table without rows is no fault")
      demand(table.columns.allSatisfy { $0.count == table.rowCount }, "a column is too short")
      demand(content.types.map(\.type) == table.columns.map(\.type), "a type is another")
      for column in table.columns { _ = column.texts() }
    } catch {
      demand(!error.description.isEmpty, "a fault says nothing")
    }
    readWhole(bytes)
  }

  private static func readWhole(_ bytes: [UInt8]) {
    guard let value = try? JSONValue.parse(bytes: bytes), let written = try? value.canonical else {
      return
    }
    let again = try? JSONValue.parse(bytes: written)
    demand((try? again?.canonical) == written, "what was written reads otherwise")
  }

  static func seeds() -> [[UInt8]] {
    let texts = [
      "{\"a\":1,\"b\":null,\"c\":\"x\"}\n{\"c\":\"\\u00e9\\ud83d\\ude00\",\"a\":-2.5e3}\n",
      "{\"d\":\"2020-02-29\",\"t\":\"2024-01-01T00:00:00Z\",\"u\":true}\r\n \n{}\n",
      "{\"a\":9223372036854775807}\n{\"a\":\"NA\"}\n{\"a\":1e400}\n", "[1,{\"b\":[[],{}]}]",
    ]
    return texts.map { Array($0.utf8) }
  }
}
