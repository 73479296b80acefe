// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// A day that stands in a parameter.
struct CalendarDateValue: Hashable, Sendable, CustomStringConvertible {
  let date: CalendarDate

  init?(_ text: String) {
    guard let date = CalendarDate(text) else { return nil }
    self.date = date
  }

  var description: String { date.description }
}

extension CalendarDateValue: ParameterValue {
  static var schema: ParameterSchema { .text }

  static func read(_ node: Node, in reading: inout ParameterReading) -> CalendarDateValue? {
    if let value = node.text.flatMap({ CalendarDateValue($0) }) { return value }
    reading.reportWrongType(node, wanted: "a date", help: "such as 2026-03-31")
    return nil
  }

  var json: JSONValue { .string(description) }
}
