// SPDX-License-Identifier: EUPL-1.2

/// How a workbook counts days.
struct XLSXSerialDate {
  /// Whether day 0 is 1904-01-01, as in workbooks from old Macs; else day 1 is 1900-01-01.
  let countsFrom1904: Bool

  /// Microseconds since 1970, to the millisecond, which is as fine as such numbers are.
  ///
  /// The 1900 count has a 29 February 1900 that never was, so that the days before it are off by one.
  ///
  /// - Returns: nil for numbers that stand for no day: that one, day 0 and before, and after 9999.
  func microseconds(_ serial: Double) -> Int64? {
    let milliseconds = (serial * 86_400_000).rounded()
    guard milliseconds.isFinite, abs(milliseconds) < 1e15 else { return nil }
    let whole = Int64(milliseconds)
    let day = whole >= 0 ? whole / 86_400_000 : -1
    let offset: Int64
    if countsFrom1904 {
      guard day >= 0, day <= 2_957_003 else { return nil }
      offset = 24_107
    } else {
      guard day >= 1, day != 60, day <= 2_958_465 else { return nil }
      offset = day < 60 ? 25_568 : 25_569
    }
    return (whole - offset * 86_400_000) * 1000
  }
}
