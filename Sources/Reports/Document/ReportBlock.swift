// SPDX-License-Identifier: EUPL-1.2

/// One block of a report.
public indirect enum ReportBlock: Sendable {
  /// A heading; level 1 is a chapter, which the contents list, 2 a section in it, 3 a part of that.
  case heading(String, level: Int = 1)
  case paragraph(InlineText)
  case list([InlineText], isNumbered: Bool = false)
  /// Names and what they are, side by side.
  case facts([KeyFact])
  case table(ReportTable)
  case figure(ReportFigure)
  case callout(ReportCallout)
  /// Blocks that open when a reader asks for them.
  case details(String, [ReportBlock])
}

extension ReportBlock {
  /// A passage that must stand out.
  public static func callout(
    _ kind: ReportCallout.Kind, _ title: InlineText, blocks: [ReportBlock] = []
  ) -> ReportBlock {
    .callout(ReportCallout(kind, title, blocks: blocks))
  }

  /// A chart with the caption that says what to see in it.
  public static func figure(_ caption: InlineText, chart: any ReportChart) -> ReportBlock {
    .figure(ReportFigure(caption, chart: chart))
  }
}

/// A name and what it is, as in a list of key facts.
public struct KeyFact: Sendable, Hashable {
  public var name: String
  public var value: InlineText

  public init(_ name: String, _ value: InlineText) {
    self.name = name
    self.value = value
  }
}

/// A passage that must stand out; a word and a sign say its kind, never its colour alone.
public struct ReportCallout: Sendable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case verdict
    case warning
    case note
  }

  public var kind: Kind
  /// The message in a few words.
  public var title: InlineText
  public var blocks: [ReportBlock]

  public init(_ kind: Kind, _ title: InlineText, blocks: [ReportBlock] = []) {
    self.kind = kind
    self.title = title
    self.blocks = blocks
  }
}

extension ReportCallout.Kind {
  func label(in language: ReportLanguage) -> String {
    switch self {
    case .verdict: language.wording.verdict
    case .warning: language.wording.warning
    case .note: language.wording.note
    }
  }

  var sign: String {
    switch self {
    case .verdict: "●"
    case .warning: "▲"
    case .note: "■"
    }
  }
}

/// A chart with the caption that says what to see in it.
public struct ReportFigure: Sendable {
  public var caption: InlineText
  public var chart: any ReportChart

  public init(_ caption: InlineText, chart: any ReportChart) {
    self.caption = caption
    self.chart = chart
  }
}
