// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// The day that a run takes for today; nothing reads the clock.
public enum ReferenceDate: Sendable, Hashable {
  case day(CalendarDate)
  /// Nobody said: `today()` is a fault.
  case unknown

  public var day: CalendarDate? {
    if case .day(let date) = self { date } else { nil }
  }
}
