// SPDX-License-Identifier: EUPL-1.2

import Tables

/// What an effect compares, as its column `contrast` writes it.
public enum Contrast: Sendable, Hashable {
  /// `treated - control`.
  case arms(treated: String, control: String)
  /// `per unit of COLUMN`.
  case perUnit(of: String)
  case other(String)

  public init(_ text: String) {
    if text.hasPrefix(Self.perUnitPrefix) {
      self = .perUnit(of: String(text.dropFirst(Self.perUnitPrefix.count)))
    } else if let separator = text.firstRange(of: " - "),
      text[separator.upperBound...].firstRange(of: " - ") == nil
    {
      self = .arms(
        treated: String(text[..<separator.lowerBound]),
        control: String(text[separator.upperBound...]))
    } else {
      self = .other(text)
    }
  }

  /// The arm that is compared with the control; the whole text where the contrast names no arms.
  public var treated: String {
    switch self {
    case .arms(let treated, _): treated
    case .perUnit(let column): Self.perUnitPrefix + column
    case .other(let text): text
    }
  }

  private static let perUnitPrefix = "per unit of "
}

extension PilotCard {
  /// What the card calls an arm; the arm itself where the card does not know it.
  ///
  /// Designs without a column of arms call the two sides `treated` and `control`: on a card with two
  /// arms there is no doubt which these are.
  public func label(ofArm id: String) -> String {
    if let arm = arms.first(where: { $0.id.isExactly(id) }) { return arm.label }
    guard arms.count == 2, let control = controlArm else { return id }
    switch id {
    case "control": return control.label
    case "treated": return arms.first { !$0.isControl }?.label ?? id
    default: return id
    }
  }
}
