// SPDX-License-Identifier: EUPL-1.2

extension ForestPlot {
  public func text(in language: ReportLanguage, width: Int) -> String {
    let shown = rows.map { $0.kind == .heading ? "" : numbers(of: $0, in: language) }
    let numberWidth = shown.map(TextCell.width(of:)).max() ?? 0
    let labelWidth = min(rows.map { TextCell($0.label).width }.max() ?? 0, max(width / 3, 12))
    let plotWidth = min(max(width - labelWidth - numberWidth - 4, 11), 61)
    let axis = axis
    var lines: [String] = []
    for (row, numbers) in zip(rows, shown) {
      let label = TextCell(row.label).padded(to: labelWidth, .leading)
      guard row.kind != .heading else {
        lines.append(label)
        continue
      }
      let number = TextCell(numbers).padded(to: numberWidth, .trailing)
      lines.append("\(label)  \(characters(of: row, axis, plotWidth))  \(number)")
      if let prediction = prediction(of: row, in: language) {
        lines.append("  \(prediction)")
      }
    }
    let indent = String(repeating: " ", count: labelWidth + 2)
    lines.append(indent + axisLine(axis, plotWidth))
    lines.append(indent + axisNumbers(axis, plotWidth, language))
    let wording = language.wording
    let unit = unitTitle(in: language).map { ", \($0)" } ?? ""
    lines.append("\(wording.estimate) (\(wording.interval(level: level)))\(unit)")
    return TextLines.joined(lines)
  }
}

extension ForestPlot {
  private func characters(of row: Row, _ axis: ChartAxis, _ width: Int) -> String {
    var cells = [Character](repeating: " ", count: width)
    func place(_ value: Double) -> Int {
      min(max(Int((axis.share(value) * Double(width - 1)).rounded()), 0), width - 1)
    }
    cells[place(noEffect)] = "│"
    if let low = row.low, let high = row.high, !low.isNaN, !high.isNaN, low <= high {
      let ends = (place(low), place(high))
      for index in ends.0...ends.1 { cells[index] = "─" }
      cells[ends.0] = axis.share(low) < -1e-9 ? "◂" : "├"
      cells[ends.1] = axis.share(high) > 1 + 1e-9 ? "▸" : "┤"
    }
    if let estimate = row.estimate, estimate.isFinite {
      cells[place(estimate)] = row.kind == .pooled ? "◆" : "■"
    }
    return String(cells)
  }

  private func axisLine(_ axis: ChartAxis, _ width: Int) -> String {
    var cells = [Character](repeating: "─", count: width)
    for tick in axis.ticks {
      let index = Int((axis.share(tick) * Double(width - 1)).rounded())
      if cells.indices.contains(index) { cells[index] = "┴" }
    }
    return String(cells)
  }

  /// The numbers of the ticks, as many as fit side by side.
  private func axisNumbers(
    _ axis: ChartAxis, _ width: Int, _ language: ReportLanguage
  ) -> String {
    var line = ""
    let format = format.forAxis(axis)
    for tick in axis.ticks {
      let number = format.bare(tick, in: language)
      let middle = Int((axis.share(tick) * Double(width - 1)).rounded())
      let start = max(middle - number.count / 2, 0)
      guard line.isEmpty || start > line.count else { continue }
      line += String(repeating: " ", count: start - line.count) + number
    }
    return line
  }
}
