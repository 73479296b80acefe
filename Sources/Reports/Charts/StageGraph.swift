// SPDX-License-Identifier: EUPL-1.2

/// The stages of a pipeline as boxes, with arrows from what makes something to what needs it.
public struct StageGraph: ReportChart, Hashable {
  public struct Box: Sendable, Hashable {
    public var id: String
    public var title: String
    /// A quieter second line, such as the stage's type.
    public var subtitle: String?

    public init(id: String, title: String, subtitle: String? = nil) {
      self.id = id
      self.title = title
      self.subtitle = subtitle
    }
  }

  public struct Arrow: Sendable, Hashable {
    public var from: String
    public var to: String
    /// What flows, if it should be told in words.
    public var label: String?

    public init(from: String, to: String, label: String? = nil) {
      self.from = from
      self.to = to
      self.label = label
    }
  }

  public var title: String
  public var boxes: [Box]
  /// Arrows from or to a box that does not exist are not drawn.
  public var arrows: [Arrow]

  public init(_ title: String, boxes: [Box], arrows: [Arrow]) {
    self.title = title
    self.boxes = boxes
    self.arrows = arrows
  }
}

extension StageGraph {
  public func alternative(in language: ReportLanguage) -> String {
    let wording = language.wording
    return boxes.map { box in
      let targets = targets(of: box)
      let name = box.subtitle.map { "\(box.title) (\($0))" } ?? box.title
      return targets.isEmpty
        ? "\(name) \(wording.leadsNowhere)."
        : "\(name) \(wording.leadsTo) \(targets.joined(separator: ", "))."
    }.joined(separator: " ")
  }

  public func text(in language: ReportLanguage, width: Int) -> String {
    let names = boxes.map { TextCell($0.title) }
    let room = names.map(\.width).max() ?? 0
    return TextLines.joined(
      zip(boxes, names).map { box, name in
        let targets = targets(of: box)
        let arrow = targets.isEmpty ? "" : " → \(targets.joined(separator: ", "))"
        return name.padded(to: room, .leading) + "  " + (box.subtitle ?? "") + arrow
      })
  }

  /// The titles of the boxes that an arrow leads to, each once, with what flows there.
  private func targets(of box: Box) -> [String] {
    var seen: [String] = []
    for arrow in arrows where arrow.from == box.id {
      guard let target = boxes.first(where: { $0.id == arrow.to }) else { continue }
      let name = arrow.label.map { "\(target.title) (\($0))" } ?? target.title
      if !seen.contains(name) { seen.append(name) }
    }
    return seen
  }
}
