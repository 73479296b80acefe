// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Estimates with their intervals under each other, on one scale.
///
/// Values stand in the unit that the format expects (shares for percentage points). On a logarithmic
/// axis they are ratios, and the value of no effect is 1.
public struct ForestPlot: ReportChart, Hashable {
  /// One line of the plot.
  public struct Row: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
      case heading
      case estimate
      case pooled
    }

    var kind: Kind
    public var label: String
    /// Nil where the estimate is not published or could not be computed.
    public var estimate: Double?
    public var low: Double?
    public var high: Double?
    /// The share of the pooled estimate that this row brings, in any unit; it sets the mark's size.
    public var weight: Double?
    var predictionLow: Double?
    var predictionHigh: Double?

    /// A title above the rows that follow.
    public static func heading(_ label: String) -> Row { Row(kind: .heading, label: label) }

    /// One estimate, drawn as a square on its interval.
    public static func estimate(
      _ label: String, _ estimate: Double?, low: Double?, high: Double?, weight: Double? = nil
    ) -> Row {
      Row(
        kind: .estimate, label: label, estimate: estimate, low: low, high: high, weight: weight)
    }

    /// The estimate of all together, drawn as a diamond; the prediction interval says what to expect
    /// in a new place.
    public static func pooled(
      _ label: String, _ estimate: Double?, low: Double?, high: Double?,
      predictionLow: Double? = nil, predictionHigh: Double? = nil
    ) -> Row {
      Row(
        kind: .pooled, label: label, estimate: estimate, low: low, high: high,
        predictionLow: predictionLow, predictionHigh: predictionHigh)
    }
  }

  /// A stretch of the scale that means something, such as differences too small to matter.
  public struct Band: Sendable, Hashable {
    public var low: Double
    public var high: Double
    public var label: String

    public init(from low: Double, to high: Double, label: String) {
      self.low = min(low, high)
      self.high = max(low, high)
      self.label = label
    }
  }

  public var title: String
  public var rows: [Row]
  public var format: NumberFormat
  /// What the axis counts; the unit's name where this is nil.
  public var axisTitle: String?
  public var isLogarithmic: Bool
  public var noEffect: Double
  public var band: Band?
  /// The confidence level of the intervals, 0 to 1.
  public var level: Double
  /// What it means to lie left and right of no effect.
  public var directions: Directions?

  /// The words at both ends of the axis.
  public struct Directions: Sendable, Hashable {
    public var low: String
    public var high: String

    public init(low: String, high: String) {
      self.low = low
      self.high = high
    }
  }

  public init(
    _ title: String, rows: [Row], format: NumberFormat, level: Double = 0.95,
    isLogarithmic: Bool = false
  ) {
    self.title = title
    self.rows = rows
    self.format = format
    self.level = level
    self.isLogarithmic = isLogarithmic
    noEffect = isLogarithmic ? 1 : 0
  }
}

extension ForestPlot {
  public func alternative(in language: ReportLanguage) -> String {
    var sentences: [String] = []
    var group = ""
    for row in rows {
      switch row.kind {
      case .heading: group = "\(row.label), "
      case .estimate:
        sentences.append("\(group)\(row.label): \(numbers(of: row, in: language)).")
      case .pooled:
        sentences.append("\(row.label): \(numbers(of: row, in: language)).")
        if let prediction = prediction(of: row, in: language) { sentences.append(prediction + ".") }
      }
    }
    let wording = language.wording
    var reference = "\(wording.noEffect): \(format.text(noEffect, in: language))."
    if let band {
      reference += " \(band.label): \(format.interval(band.low, band.high, in: language))."
    }
    let unit = unitTitle(in: language).map { ", \($0)" } ?? ""
    let columns = "\(wording.estimate) (\(wording.interval(level: level)))\(unit)."
    return ([columns] + sentences + [reference]).joined(separator: " ")
  }

  /// The numbers of a row as its last column shows them.
  func numbers(of row: Row, in language: ReportLanguage) -> String {
    format.estimate(row.estimate, row.low, row.high, in: language)
  }

  func prediction(of row: Row, in language: ReportLanguage) -> String? {
    guard let low = row.predictionLow, let high = row.predictionHigh, !low.isNaN, !high.isNaN
    else { return nil }
    return "\(language.wording.predictionInterval): "
      + "\(format.bare(low, in: language)) \(language.wording.to) \(format.bare(high, in: language))"
  }

  func unitTitle(in language: ReportLanguage) -> String? {
    axisTitle ?? format.unitName(in: language)
  }

  /// The axis: every estimate is on it; an interval that is far wider than most runs off it.
  var axis: ChartAxis {
    var values = rows.compactMap(\.estimate).filter(\.isFinite) + [noEffect]
    if let band { values += [band.low, band.high] }
    func position(_ value: Double) -> Double {
      isLogarithmic ? (value > 0 ? log(value) : -.infinity) : value
    }
    let halves = rows.compactMap { row -> Double? in
      guard let low = row.low, let high = row.high else { return nil }
      let half = (position(high) - position(low)) / 2
      return half.isFinite ? half : nil
    }.sorted()
    let ends = rows.flatMap { [$0.low, $0.high, $0.predictionLow, $0.predictionHigh] }
      .compactMap(\.self).filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
    if halves.isEmpty {
      values += ends
    } else {
      let room = halves[halves.count / 2] * 3
      let usable = values.filter { !isLogarithmic || $0 > 0 }.map(position)
      let lowest = (usable.min() ?? 0) - room
      let highest = (usable.max() ?? 0) + room
      for end in ends {
        let shown = min(max(position(end), lowest), highest)
        values.append(isLogarithmic ? exp(shown) : shown)
      }
    }
    return ChartAxis(spanning: values, isLogarithmic: isLogarithmic)
  }
}
