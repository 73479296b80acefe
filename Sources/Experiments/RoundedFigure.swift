// SPDX-License-Identifier: EUPL-1.2

import Glibc

/// Figures of one effect, rounded to what its interval carries, and written for people.
///
/// Figures are rounded to the largest power of ten within a fifth of the interval's half-width, so that no
/// end moves by more than a tenth of it: 55.109 between 20.5 and 89.7 is 55, between 21 and 90. Without
/// an interval the estimate keeps two digits.
struct RoundedFigure {
  /// The power of ten that figures are rounded to.
  let place: Int
  private let language: PilotCard.Language

  /// Takes the interval's width, or the estimate's size where there is none.
  ///
  /// `least` is the finest place there is, such as 0 for counts.
  init(
    low: Double?, estimate: Double, high: Double?, least: Int = -9,
    language: PilotCard.Language
  ) {
    let ends = [low, high].compactMap(\.self).filter(\.isFinite)
    let reach = ends.map { ($0 - estimate).magnitude }.max() ?? 0
    let width = ends.count == 2 ? (ends[1] - ends[0]).magnitude / 2 : reach
    place = max(
      width > 0 ? Self.place(of: width / 5) : Self.place(of: estimate.magnitude / 10), least)
    self.language = language
  }

  private static func place(of size: Double) -> Int {
    guard size > 0, size.isFinite else { return 0 }
    return min(max(Int(log10(size).rounded(.down)), -9), 15)
  }

  /// Whether nothing is left of a figure that is not zero.
  func vanishes(_ value: Double) -> Bool { value != 0 && whole(value) == 0 }

  /// The size of a figure without its sign, as in "1,250" or "0.34".
  func text(_ value: Double) -> String {
    let whole = whole(value).magnitude
    guard whole < 1e15 else { return "\(value.magnitude)" }
    var digits = String(Int(whole))
    if place >= 0 {
      if whole > 0 { digits += String(repeating: "0", count: place) }
      return language.grouped(digits)
    }
    let decimals = -place
    if digits.count <= decimals {
      digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits
    }
    return language.grouped(String(digits.dropLast(decimals))) + language.decimalMark
      + digits.suffix(decimals)
  }

  private func whole(_ value: Double) -> Double { (value / pow(10, Double(place))).rounded() }
}
