// SPDX-License-Identifier: EUPL-1.2

/// Horizontal bars by group with their values, such as winners and losers of a change.
public struct BarChart: ReportChart, Hashable {
  public struct Group: Sendable, Hashable {
    public var label: String
    /// One value for each series, in their order; nil is not available.
    public var values: [Double?]

    public init(_ label: String, _ values: [Double?]) {
      self.label = label
      self.values = values
    }
  }

  public var title: String
  /// The name of each series; each bar carries it, so that no reader depends on colour.
  public var series: [String]
  public var groups: [Group]
  public var format: NumberFormat

  public init(_ title: String, series: [String], groups: [Group], format: NumberFormat) {
    self.title = title
    self.series = series
    self.groups = groups
    self.format = format
  }
}

extension BarChart {
  public func alternative(in language: ReportLanguage) -> String {
    groups.map { group in
      let values = bars(of: group).map { name, value in
        let number = format.text(value, in: language)
        return name.isEmpty ? number : "\(name) \(number)"
      }
      return "\(group.label): \(values.joined(separator: ", "))."
    }.joined(separator: " ")
  }

  public func text(in language: ReportLanguage, width: Int) -> String {
    let names = groups.flatMap { group in
      bars(of: group).map { name, _ in series.count > 1 ? "  \(name)" : group.label }
    }
    let all = groups.flatMap { bars(of: $0) }.map(\.value)
    let numbers = all.map { format.bare($0, in: language) }
    let nameWidth = min(names.map { TextCell($0).width }.max() ?? 0, max(width / 3, 12))
    let numberWidth = numbers.map(TextCell.width(of:)).max() ?? 0
    let room = max(width - nameWidth - numberWidth - 4, 8)
    let largest = all.compactMap { $0?.magnitude }.filter(\.isFinite).max() ?? 0
    var lines: [String] = []
    for (index, value) in all.enumerated() {
      if series.count > 1, index.isMultiple(of: series.count) {
        lines.append(TextCell(groups[index / series.count].label).text)
      }
      let size = (value ?? 0).magnitude
      let length =
        largest > 0 && size.isFinite ? Int((size / largest * Double(room)).rounded()) : 0
      // A bar to the left is drawn hollow: a terminal's column starts at zero.
      let sign = (value ?? 0) < 0 ? "░" : "█"
      lines.append(
        TextCell(names[index]).padded(to: nameWidth, .leading) + "  "
          + TextCell(numbers[index]).padded(to: numberWidth, .trailing) + "  "
          + String(repeating: sign, count: length))
    }
    if let unit = format.unitName(in: language) { lines.append("(\(unit))") }
    return TextLines.joined(lines)
  }

  /// The bars of a group by series; a value that was not given is not available.
  func bars(of group: Group) -> [(name: String, value: Double?)] {
    series.enumerated().map { index, name in
      (name, index < group.values.count ? group.values[index] : nil)
    }
  }
}
