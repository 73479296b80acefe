// SPDX-License-Identifier: EUPL-1.2

/// How a number is shown to people; what is not a number is "not available", never NaN.
///
/// Shares and differences of shares are given as they are computed (0.055) and shown in hundredths (5.5).
public struct NumberFormat: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case plain
    case percentage
    case percentagePoints
    case euros
    case pValue
  }

  enum Precision: Sendable, Hashable {
    case decimals(Int)
    /// Significant digits; zeros at the end are left out.
    case significant(Int)
  }

  var kind: Kind
  var precision: Precision
  var unit: String?
  /// Whether positive numbers carry a plus sign.
  var isSigned = false

  /// A number with its unit behind it, if it has one.
  public static func number(decimals: Int = 2, unit: String? = nil) -> NumberFormat {
    NumberFormat(kind: .plain, precision: .decimals(max(decimals, 0)), unit: unit)
  }

  /// A number with so many significant digits.
  public static func significant(_ digits: Int, unit: String? = nil) -> NumberFormat {
    NumberFormat(kind: .plain, precision: .significant(max(digits, 1)), unit: unit)
  }

  /// A whole number.
  public static var count: NumberFormat { .number(decimals: 0) }

  /// A share, shown as a percentage: 0.055 is "5.5%".
  public static func percentage(decimals: Int = 1) -> NumberFormat {
    NumberFormat(kind: .percentage, precision: .decimals(max(decimals, 0)))
  }

  static func percentage(significant digits: Int) -> NumberFormat {
    NumberFormat(kind: .percentage, precision: .significant(digits))
  }

  /// A difference between two shares: 0.055 is "5.5 percentage points".
  public static func percentagePoints(decimals: Int = 1) -> NumberFormat {
    NumberFormat(kind: .percentagePoints, precision: .decimals(max(decimals, 0)))
  }

  /// An amount of money in euros.
  public static func euros(decimals: Int = 0) -> NumberFormat {
    NumberFormat(kind: .euros, precision: .decimals(max(decimals, 0)))
  }

  /// A p-value with three decimals; "< 0.001" below those.
  public static var pValue: NumberFormat {
    NumberFormat(kind: .pValue, precision: .decimals(3))
  }

  /// The same format with a plus sign before positive numbers, for effects and changes.
  public var signed: NumberFormat {
    var copy = self
    copy.isSigned = true
    return copy
  }

  /// The number with its unit.
  public func text(_ value: Double?, in language: ReportLanguage) -> String {
    guard let value, !value.isNaN else { return language.wording.notAvailable }
    return bare(value, in: language) + unitSuffix(in: language)
  }

  /// The number without words behind it, for an axis or a column whose title names the unit.
  public func bare(_ value: Double?, in language: ReportLanguage) -> String {
    guard let value, !value.isNaN else { return language.wording.notAvailable }
    if kind == .pValue { return pValueText(value, in: language) }
    let digits = DecimalDigits(value)?.shifted(by: displayShift)
    guard let digits else { return decorated("∞", isNegative: value < 0, isZero: false, language) }
    if digits.exponent > 15 {
      return decorated(
        scientific(digits, in: language), isNegative: value < 0, isZero: false, language)
    }
    let shown: DecimalDigits
    let decimals: Int
    switch precision {
    case .decimals(let count):
      shown = digits.rounded(toDecimals: count)
      decimals = count
    case .significant(let count):
      shown = digits.rounded(toSignificant: count)
      decimals = shown.neededDecimals
    }
    let text = shown.text(
      decimals: decimals, decimalSeparator: language.decimalSeparator,
      groupSeparator: language.groupSeparator)
    return decorated(text, isNegative: shown.isNegative, isZero: shown.isZero, language)
  }

  /// Both ends of an interval and the unit once: "2.1 to 9.0 percentage points".
  public func interval(_ low: Double?, _ high: Double?, in language: ReportLanguage) -> String {
    guard let ends = bareInterval(low, high, in: language) else {
      return language.wording.notAvailable
    }
    return ends + unitSuffix(in: language)
  }

  /// An estimate with its interval in brackets, without words behind the numbers: "5.5 (2.1 to 9.0)".
  public func estimate(
    _ value: Double?, _ low: Double?, _ high: Double?, in language: ReportLanguage
  ) -> String {
    let estimate = bare(value, in: language)
    guard let value, !value.isNaN, let ends = bareInterval(low, high, in: language) else {
      return estimate
    }
    return "\(estimate) (\(ends))"
  }

  /// The power of ten by which numbers are shifted before they are shown.
  var displayShift: Int {
    switch kind {
    case .percentage, .percentagePoints: 2
    case .plain, .euros, .pValue: 0
    }
  }

  /// The words of the unit, as an axis or a column title names it.
  public func unitName(in language: ReportLanguage) -> String? {
    switch kind {
    case .percentagePoints: language.wording.percentagePoints
    case .plain, .percentage, .euros, .pValue: unit
    }
  }

  /// The same kind of number with as many decimals as the ticks of an axis need.
  func forAxis(_ axis: ChartAxis) -> NumberFormat {
    var copy = self
    if axis.isLogarithmic {
      copy.precision = .significant(2)
    } else if let digits = DecimalDigits(axis.step)?.shifted(by: displayShift) {
      copy.precision = .decimals(min(digits.rounded(toSignificant: 2).neededDecimals, 8))
    }
    return copy
  }
}

extension NumberFormat {
  private init(kind: Kind, precision: Precision) {
    self.init(kind: kind, precision: precision, unit: nil)
  }

  private func unitSuffix(in language: ReportLanguage) -> String {
    unitName(in: language).map { "\u{A0}\($0)" } ?? ""
  }

  private func bareInterval(
    _ low: Double?, _ high: Double?, in language: ReportLanguage
  ) -> String? {
    guard let low, let high, !low.isNaN, !high.isNaN else { return nil }
    return "\(bare(low, in: language)) \(language.wording.to) \(bare(high, in: language))"
  }

  private func decorated(
    _ text: String, isNegative: Bool, isZero: Bool, _ language: ReportLanguage
  ) -> String {
    let sign = isZero ? "" : isNegative ? "\u{2212}" : isSigned ? "+" : ""
    switch kind {
    case .euros: return sign + (language == .dutch ? "€\u{A0}" : "€") + text
    case .percentage: return sign + text + "%"
    case .plain, .percentagePoints, .pValue: return sign + text
    }
  }

  private func pValueText(_ value: Double, in language: ReportLanguage) -> String {
    let format = NumberFormat.number(decimals: 3)
    if value < 0.001 { return "< " + format.bare(0.001, in: language) }
    if value > 0.999 { return "> " + format.bare(0.999, in: language) }
    return format.bare(value, in: language)
  }

  private func scientific(_ digits: DecimalDigits, in language: ReportLanguage) -> String {
    let mantissa = digits.shifted(by: -digits.exponent).text(
      decimals: 2, decimalSeparator: language.decimalSeparator,
      groupSeparator: language.groupSeparator)
    let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let power = String(digits.exponent).compactMap { $0.wholeNumberValue.map { superscripts[$0] } }
    return "\(mantissa) × 10\(String(power))"
  }
}
