// SPDX-License-Identifier: EUPL-1.2

/// A rectangle of cells, as Excel writes it: `B5:F200`.
public struct XLSXRange: Sendable, Hashable {
  let rows: ClosedRange<Int>
  let columns: ClosedRange<Int>

  /// Reads two corners, `$` before a letter or number passed over; nil where that is no range.
  ///
  /// Without the last row, as in `B5:F`, the range goes on to the sheet's end.
  public init?(_ text: String) {
    let corners = text.uppercased().split(separator: ":", omittingEmptySubsequences: false)
    guard corners.count == 2, let first = XLSXAddress(corners[0].utf8) else { return nil }
    let isOpen = !corners[1].isEmpty && corners[1].allSatisfy { !$0.isNumber }
    let end = isOpen ? corners[1] + "\(XLSXAddress.rowLimit)" : corners[1]
    guard let last = XLSXAddress(end.utf8), first.row <= last.row, first.column <= last.column
    else { return nil }
    rows = first.row...last.row
    columns = first.column...last.column
  }

  func contains(_ address: XLSXAddress) -> Bool {
    rows.contains(address.row) && columns.contains(address.column)
  }
}

extension XLSXRange: CustomStringConvertible {
  public var description: String {
    "\(XLSXAddress(row: rows.lowerBound, column: columns.lowerBound))"
      + ":\(XLSXAddress(row: rows.upperBound, column: columns.upperBound))"
  }
}
