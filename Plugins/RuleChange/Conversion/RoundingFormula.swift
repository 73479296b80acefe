// SPDX-License-Identifier: EUPL-1.2

import FEEL

extension Rounding {
  /// The rounding of an expression as FEEL writes it, as `round half up(amount, 2)`.
  ///
  /// A unit that is no power of ten is divided by and multiplied with.
  func formula(of source: String) -> String {
    let places = to.scale
    guard to == Decimal128(scaled: 1, scale: places) else {
      let isName = source.allSatisfy { $0.isLetter || $0.isNumber || "_.".contains($0) }
      return "\(function)(\(isName ? source : "(\(source))") / \(to), 0) * \(to)"
    }
    return "\(function)(\(source), \(places))"
  }

  private var function: String {
    switch mode {
    case .halfUp: "round half up"
    // The standard rounds halves to even here.
    case .halfEven: "decimal"
    case .halfDown: "round half down"
    case .up: "round up"
    case .down: "round down"
    case .floor: "floor"
    case .ceiling: "ceiling"
    }
  }
}
