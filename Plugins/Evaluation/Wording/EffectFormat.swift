// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Glibc
import Reports

/// How figures on the scale and in the unit of an effect are shown.
///
/// Logarithms are shown as the ratios that they stand for, and differences between shares in percentage
/// points.
struct EffectFormat: Hashable {
  /// As the effects table writes it.
  let scale: String?
  let unit: String?

  init(scale: String?, unit: String?) {
    self.scale = scale
    self.unit = unit
  }

  init(_ effect: Effect) { self.init(scale: effect.scale?.rawValue, unit: effect.unit) }

  /// Whether the figures are ratios, around 1.
  var isRatio: Bool { isLogarithm || scale == Effect.Scale.ratio.rawValue }

  private var isLogarithm: Bool { scale?.hasPrefix("log_") ?? false }

  /// The figure as it is shown.
  func shown(_ value: Double?) -> Double? { isLogarithm ? value.map(exp) : value }

  var number: NumberFormat {
    if isRatio { return .number(decimals: 2) }
    if scale == Effect.Scale.relative.rawValue { return .percentage() }
    switch MeasuredUnit(unit) {
    case .share: return .percentagePoints()
    case .euros: return .euros(decimals: 2)
    case .other(let unit): return .significant(3, unit: unit)
    case nil: return .significant(3)
    }
  }

  /// An estimate with its sign and unit.
  func text(_ value: Double?, in language: ReportLanguage) -> String {
    let format = isRatio ? number : number.signed
    return format.text(shown(value), in: language)
  }

  /// A difference from no effect, as "2.0 percentage points"; of a ratio the per cent more, or fewer.
  func difference(
    _ value: Double, _ direction: PilotCard.Direction, in language: ReportLanguage
  ) -> String {
    guard isRatio else { return number.text(value, in: language) }
    guard isLogarithm else { return NumberFormat.percentage().text(value, in: language) }
    let sign = direction == .increase ? 1.0 : -1.0
    return NumberFormat.percentage().text(abs(exp(sign * value) - 1), in: language)
  }

  /// "95% interval 2.1 to 9.0 percentage points".
  func interval(of effect: Effect, in language: ReportLanguage) -> String {
    let name = language.wording.interval(level: effect.level ?? 0.95)
    let low = shown(effect.confidenceLow)
    return "\(name) \(number.interval(low, shown(effect.confidenceHigh), in: language))"
  }
}
