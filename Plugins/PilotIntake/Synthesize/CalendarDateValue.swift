// SPDX-License-Identifier: EUPL-1.2

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
