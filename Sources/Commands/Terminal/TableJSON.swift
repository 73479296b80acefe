// SPDX-License-Identifier: EUPL-1.2

import Documents
import Tables

extension Table {
  /// An array of row objects: dates as ISO 8601, absent values as null, never NaN.
  var json: JSONValue {
    let values = columns.map(\.json)
    return .array(
      (0..<rowCount).map { row in
        .object(members: zip(names, values).map { ($0, $1[row]) })
      })
  }
}

extension Column {
  fileprivate var json: [JSONValue] {
    switch self {
    case .boolean(let column):
      (0..<count).map { row in column[row].map { .boolean($0) } ?? .null }
    case .integer(let column):
      (0..<count).map { row in column[row].map { .integer($0) } ?? .null }
    case .number(let column): (0..<count).map { row in JSONValue(column[row]) }
    case .decimal:
      (0..<count).map { row in
        display(at: row).flatMap { Double($0) }.map { .number($0) } ?? .null
      }
    case .text, .category, .date, .timestamp:
      (0..<count).map { row in display(at: row).map { .string($0) } ?? .null }
    }
  }
}
