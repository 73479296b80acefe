// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// The day whose rules hold.
struct RuleDate: ParameterValue, Hashable {
  let day: CalendarDate

  static var schema: ParameterSchema { .text }

  static func read(_ node: Node, in reading: inout ParameterReading) -> RuleDate? {
    if let day = node.text.flatMap({ CalendarDate($0) }) { return RuleDate(day: day) }
    reading.reportWrongType(node, wanted: "a date", help: "write it as 2025-01-01")
    return nil
  }

  var json: JSONValue { .string("\(day)") }
}
