// SPDX-License-Identifier: EUPL-1.2

/// A report as its parts mean it, before anything decides how it looks.
///
/// ```swift
/// var report = ReportDocument(title: "Reminder letters", language: .english)
/// report.add(.heading("What we found"))
/// report.add(.paragraph("The letter helped \(strong: "5.5 percentage points") more families."))
/// let page = report.html()
/// ```
public struct ReportDocument: Sendable {
  public var title: String
  /// One line under the title: who did what, where and when.
  public var subtitle: String?
  public var language: ReportLanguage
  public var blocks: [ReportBlock]
  /// Where the figures come from, in the page's footer: run, version of the tool, digests.
  public var provenance: [KeyFact]

  public init(
    title: String, subtitle: String? = nil, language: ReportLanguage,
    blocks: [ReportBlock] = [], provenance: [KeyFact] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.language = language
    self.blocks = blocks
    self.provenance = provenance
  }

  public mutating func add(_ block: ReportBlock) { blocks.append(block) }
}
