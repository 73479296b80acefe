// SPDX-License-Identifier: EUPL-1.2

public import Tables

extension CalendarDate {
  /// The date as people write it: "23 November 2026", "23 november 2026".
  public func spelledOut(in language: ReportLanguage) -> String {
    let names =
      switch language {
      case .english:
        [
          "January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December",
        ]
      case .dutch:
        [
          "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
          "oktober", "november", "december",
        ]
      }
    return "\(day) \(names[month - 1]) \(year)"
  }
}
