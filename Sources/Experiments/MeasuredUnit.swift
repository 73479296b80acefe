// SPDX-License-Identifier: EUPL-1.2

/// What the unit of an outcome says of how its figures are to be told.
public enum MeasuredUnit: Sendable, Hashable {
  /// From 0 to 1; of whom, where the unit says it, as in `share of households`.
  case share(of: String?)
  case euros
  case other(String)

  /// Whether a unit is in hundredths, in which nothing that is yes or no is measured here.
  public static func isPercent(_ unit: String) -> Bool {
    percents.contains(unit.split(separator: " ").first?.lowercased() ?? "")
  }

  /// - Parameter unit: as a pilot card writes it; nil or empty where it says none.
  public init?(_ unit: String?) {
    guard let unit, let first = unit.split(separator: " ").first else { return nil }
    let word = first.lowercased()
    if Self.shares.contains(word) {
      let rest = unit.split(separator: " ").dropFirst()
      let isOfSome = rest.count > 1 && Self.of.contains(rest.first?.lowercased() ?? "")
      self = .share(of: isOfSome ? rest.dropFirst().joined(separator: " ") : nil)
    } else if Self.currencies.contains(word) {
      self = .euros
    } else {
      self = .other(unit)
    }
  }

  private static let shares: Set = ["share", "proportion", "fraction", "aandeel", "fractie"]
  private static let percents: Set = [
    "%", "percent", "percentage", "procent", "percentpunt", "procentpunt", "percentpunten",
    "procentpunten", "pp",
  ]
  private static let currencies: Set = ["euro", "euros", "eur", "€"]
  private static let of: Set = ["of", "van"]
}
