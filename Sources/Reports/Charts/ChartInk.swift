// SPDX-License-Identifier: EUPL-1.2

/// The few colours of every chart, by what they are for.
///
/// Each mark carries both a colour, for a chart that stands alone, and a class, by which a page can
/// give it another one in the dark.
enum ChartInk: String, CaseIterable {
  /// Words and marks that must be read.
  case ink
  /// Words that explain.
  case quiet
  /// Lines of reference and borders.
  case rule
  /// What the chart is about.
  case accent
  /// A quiet area behind marks.
  case band
  /// A second series.
  case second
  /// What everything stands on.
  case paper

  var color: String {
    switch self {
    case .ink: "#1c2127"
    case .quiet: "#565e68"
    case .rule: "#c9ced4"
    case .accent: "#0b5394"
    case .band: "#e9eef4"
    case .second: "#9a4a00"
    case .paper: "#ffffff"
    }
  }
}
