// SPDX-License-Identifier: EUPL-1.2

/// The flow of cases through an experiment, as CONSORT asks: who came, who left and why, who counts.
///
/// Source of the form: Schulz, Altman and Moher (2010), CONSORT 2010 statement, BMJ 340:c332.
public struct FlowChart: ReportChart, Hashable {
  /// A number of cases that left, and why.
  public struct Loss: Sendable, Hashable {
    public var reason: String
    public var count: Int

    public init(_ reason: String, _ count: Int) {
      self.reason = reason
      self.count = count
    }
  }

  /// One arm from assignment to analysis; nil is not published.
  public struct Arm: Sendable, Hashable {
    public var label: String
    public var assigned: Int?
    public var losses: [Loss]
    public var analysed: Int?

    public init(_ label: String, assigned: Int?, losses: [Loss] = [], analysed: Int?) {
      self.label = label
      self.assigned = assigned
      self.losses = losses
      self.analysed = analysed
    }
  }

  public var title: String
  /// Everybody who was looked at; nil is not published.
  public var assessed: Int?
  public var excluded: [Loss]
  public var arms: [Arm]

  public init(_ title: String, assessed: Int?, excluded: [Loss] = [], arms: [Arm]) {
    self.title = title
    self.assessed = assessed
    self.excluded = excluded
    self.arms = arms
  }

  /// The cases of all arms together; nil where an arm does not say.
  public var assigned: Int? {
    let counts = arms.compactMap(\.assigned)
    return counts.count == arms.count && !arms.isEmpty ? counts.reduce(0, +) : nil
  }
}

extension FlowChart {
  public func alternative(in language: ReportLanguage) -> String {
    text(in: language, width: .max).split(separator: "\n")
      .map { $0.drop { $0 == " " } }.joined(separator: ". ") + "."
  }

  public func text(in language: ReportLanguage, width: Int) -> String {
    let wording = language.wording
    func count(_ number: Int?) -> String {
      NumberFormat.count.bare(number.map(Double.init), in: language)
    }
    func losses(_ losses: [Loss], _ title: String, indent: String) -> [String] {
      guard !losses.isEmpty else { return [] }
      let reasons = losses.map { "\($0.reason) \(count($0.count))" }.joined(separator: ", ")
      return ["\(indent)\(title): \(count(losses.total)) (\(reasons))"]
    }
    var lines = ["\(wording.assessed): \(count(assessed))"]
    lines += losses(excluded, wording.excluded, indent: "  ")
    if !arms.isEmpty { lines.append("\(wording.assigned): \(count(assigned))") }
    for arm in arms {
      lines.append("  \(arm.label): \(count(arm.assigned))")
      lines += losses(arm.losses, wording.lost, indent: "    ")
      lines.append("    \(wording.analysed): \(count(arm.analysed))")
    }
    return TextLines.joined(
      lines.flatMap { line in
        let indent = String(line.prefix { $0 == " " })
        guard width < .max else { return [line] }
        return TextLines.wrapped(line, width: max(width - indent.count, 12)).enumerated().map {
          ($0 == 0 ? indent : indent + "  ") + $1
        }
      })
  }
}

extension [FlowChart.Loss] {
  var total: Int { reduce(0) { $0 + $1.count } }
}
