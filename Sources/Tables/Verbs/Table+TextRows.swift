// SPDX-License-Identifier: EUPL-1.2

extension Table {
  /// The first rows as people read them, the names on top; for a terminal.
  ///
  /// Missing values are empty texts. Control characters are shown as `·`, so that no cell can move the
  /// cursor.
  public func textRows(limit: Int = 20) -> [[String]] {
    let rows = 0..<min(max(limit, 0), rowCount)
    return [names.map(\.withoutControls)]
      + rows.map { row in
        columns.map { ($0.display(at: row) ?? "").withoutControls }
      }
  }
}

extension String {
  fileprivate var withoutControls: String {
    var shown = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control
      shown.append(isControl ? "·" : scalar)
    }
    return String(shown)
  }
}
