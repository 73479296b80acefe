// SPDX-License-Identifier: EUPL-1.2

/// The language in which a report speaks to its readers.
public enum ReportLanguage: String, Sendable, Hashable, CaseIterable {
  case english = "en"
  case dutch = "nl"

  /// The fixed phrases of every report in this language.
  public var wording: Wording { Wording(language: self) }

  var decimalSeparator: String { self == .dutch ? "," : "." }
  var groupSeparator: String { self == .dutch ? "." : "," }
}
