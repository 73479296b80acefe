// SPDX-License-Identifier: EUPL-1.2

extension PilotCard {
  /// The language in which an experiment's findings are told.
  public enum Language: String, Sendable, Hashable, CaseIterable {
    case english = "en"
    case dutch = "nl"

    var decimalMark: String { self == .dutch ? "," : "." }

    /// Whole digits with a mark between thousands.
    func grouped(_ digits: String) -> String {
      var text = ""
      for (position, digit) in digits.enumerated() {
        if position > 0, (digits.count - position) % 3 == 0 { text += self == .dutch ? "." : "," }
        text.append(digit)
      }
      return text
    }
  }
}
