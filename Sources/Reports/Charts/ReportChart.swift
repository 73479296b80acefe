// SPDX-License-Identifier: EUPL-1.2

/// A chart: a pure description that draws itself, and that also exists in words and in characters.
public protocol ReportChart: Sendable {
  /// What the chart is, in a few words.
  var title: String { get }

  /// What the chart shows, in words and with its numbers, for who cannot see it.
  func alternative(in language: ReportLanguage) -> String

  /// One self-contained `svg` element; `identifier` makes the ids in it unique on a page.
  func svg(in language: ReportLanguage, identifier: String) -> String

  /// The chart in characters, no wider than so many columns where that can be.
  func text(in language: ReportLanguage, width: Int) -> String
}

extension ReportChart {
  /// The chart as a file of its own.
  public func svg(in language: ReportLanguage) -> String {
    svg(in: language, identifier: "chart") + "\n"
  }

  /// A chart without a form of its own in characters is told in words.
  public func text(in language: ReportLanguage, width: Int) -> String {
    alternative(in: language)
  }
}
