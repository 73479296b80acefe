// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// Tells for each unit why a reform gives it another result: which decisions on the way come out otherwise.
///
/// `norm_premium (rate 1.896 → 2.1), allowance`: the decision that the reform touches with what it
/// changes there, and then those that follow from it, in the order in which they are decided.
struct ChangeTrace: Sendable {
  /// One decision on the way that both schemes have.
  private struct Step: Sendable {
    let columns: [String]
    let label: String
  }

  private let steps: [Step]

  init(from before: Scheme, to after: Scheme, result: String, on date: CalendarDate) {
    let way = before.decisions(behind: result).union(after.decisions(behind: result))
    steps = after.decisions.filter { way.contains($0.name) }.compactMap { decision in
      guard let old = before.decision(decision.name) else { return nil }
      let causes = Self.causes(of: decision, instead: old, before, after, date)
      return Step(
        columns: decision.columns.filter(old.columns.contains),
        label: causes.isEmpty
          ? decision.name : "\(decision.name) (\(causes.joined(separator: ", ")))")
    }
  }

  /// A text per unit, missing where no decision on the way changed.
  ///
  /// - Parameters:
  ///   - before: the decisions under the scheme as it is.
  ///   - after: the decisions under the reform, for the same units.
  ///   - first: rows in which something changed before the rules were applied, with what that is.
  /// - Returns: a column of few texts.
  func column(before: Table, after: Table, first: (rows: Bitmap?, label: String)? = nil) -> Column {
    var reasons = Reasons(count: before.rowCount)
    if let first, let rows = first.rows { reasons.add(first.label, to: rows) }
    for step in steps {
      let differing = step.columns.compactMap { name in
        before[name].flatMap { old in after[name].flatMap { old.rowsDiffering(from: $0) } }
      }
      guard let first = differing.first else { continue }
      reasons.add(step.label, to: differing.dropFirst().reduce(first) { $0 | $1 })
    }
    return .category(reasons.column)
  }

  /// What the reform changes in a decision itself.
  private static func causes(
    of decision: Decision, instead old: Decision, _ before: Scheme, _ after: Scheme,
    _ date: CalendarDate
  ) -> [String] {
    var causes: [String] = []
    for name in decision.namesUsed.union(old.namesUsed).sorted() {
      if let parameter = after.parameters.first(where: { $0.name == name }),
        let earlier = before.parameters.first(where: { $0.name == name }),
        let value = parameter.value(on: date), let was = earlier.value(on: date), value != was
      {
        causes.append("\(name) \(was.literal) → \(value.literal)")
      }
      if let fixed = after.input(name)?.fixed, before.input(name)?.fixed != fixed {
        causes.append("\(name) is \(fixed.literal) for all")
      }
    }
    switch (decision.body, old.body) {
    case (.expression(let new), .expression(let old)) where new.source == old.source: break
    case (.table(let new), .table(let old)) where new.hasSameRules(as: old): break
    case (.table, .table): causes.append("other rows")
    default: causes.append("another rule")
    }
    if decision.rounding != old.rounding { causes.append("rounded otherwise") }
    return causes
  }
}

/// Reasons that units have, each set of them written once.
private struct Reasons {
  private var codes: [Int32]
  private var texts = [""]

  init(count: Int) { codes = [Int32](repeating: 0, count: count) }

  mutating func add(_ label: String, to rows: Bitmap) {
    var next: [Int32: Int32] = [:]
    for row in rows.setIndices {
      let known = codes[row]
      if let code = next[known] {
        codes[row] = code
        continue
      }
      let text = texts[Int(known)]
      next[known] = Int32(texts.count)
      codes[row] = Int32(texts.count)
      texts.append(text.isEmpty ? label : "\(text), \(label)")
    }
  }

  var column: CategoryColumn {
    CategoryColumn(codes: codes, dictionary: texts, validity: Bitmap(codes.lazy.map { $0 != 0 }))
  }
}
