// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// Tells for each unit why a reform gives it another result: which decisions on the way come out otherwise.
///
/// `norm_premium (rate 1.896 → 2.1), allowance`: the decision that the reform touches with what it
/// changes there, and then those that follow from it, in the order in which they are decided. Of a table
/// it tells which row applied before and after: `share (row 2 → row 4)`.
struct ChangeTrace: Sendable {
  /// What a scheme decided for some units.
  struct Decided: Sendable {
    /// The decisions, one column each.
    let table: Table
    /// For tables by which one row decides, that row, counted from 1; missing where none did.
    var rows: [String: Column] = [:]
  }

  /// One decision on the way that both schemes have.
  private struct Step: Sendable {
    let name: String
    let columns: [String]
    /// What the reform changes in it.
    let causes: [String]

    func label(_ more: [String] = []) -> String {
      let told = causes + more
      return told.isEmpty ? name : "\(name) (\(told.joined(separator: ", ")))"
    }
  }

  private let steps: [Step]

  init(from before: Scheme, to after: Scheme, result: String, on date: CalendarDate) {
    let way = before.decisions(behind: result).union(after.decisions(behind: result))
    var steps: [Step] = []
    // What is changed in the rules of members is told where it comes to their unit.
    var carried: [String: [String]] = [:]
    for decision in after.decisions where way.contains(decision.name) {
      guard let old = before.decision(decision.name) else { continue }
      var causes = Self.causes(of: decision, instead: old, before, after, date)
      for cause in decision.words.sorted().flatMap({ carried[$0] ?? [] })
      where !causes.contains(cause) {
        causes.append(cause)
      }
      guard decision.level == .unit else {
        carried[decision.name] = causes
        continue
      }
      steps.append(
        Step(
          name: decision.name, columns: decision.columns.filter(old.columns.contains),
          causes: causes))
    }
    self.steps = steps
  }

  /// The columns that the trace looks at.
  var columns: [String] { steps.flatMap(\.columns) }

  /// A text per unit, missing where no decision on the way changed.
  ///
  /// - Parameters:
  ///   - before: what the scheme as it is decides.
  ///   - after: what the reform decides for the same units.
  ///   - first: rows in which something changed before the rules were applied, with what that is.
  /// - Returns: a column of few texts.
  func column(
    before: Decided, after: Decided, first: (rows: Bitmap?, label: String)? = nil
  ) -> Column {
    var reasons = Reasons(count: before.table.rowCount)
    if let first, let rows = first.rows { reasons.add(first.label, to: rows) }
    for step in steps {
      let differing = step.columns.compactMap { name in
        before.table[name].flatMap { old in
          after.table[name].flatMap { old.rowsDiffering(from: $0) }
        }
      }
      guard let first = differing.first else { continue }
      let changed = differing.dropFirst().reduce(first) { $0 | $1 }
      if case .integer(let old)? = before.rows[step.name],
        case .integer(let new)? = after.rows[step.name]
      {
        reasons.add(
          to: changed, move: { RowMove(from: old[$0] ?? 0, to: new[$0] ?? 0) },
          label: { step.label([$0.text]) })
      } else {
        reasons.add(step.label(), to: changed)
      }
    }
    return .category(reasons.column)
  }

  /// What the reform changes in a decision itself.
  private static func causes(
    of decision: Decision, instead old: Decision, _ before: Scheme, _ after: Scheme,
    _ date: CalendarDate
  ) -> [String] {
    var causes: [String] = []
    for name in decision.words.union(old.words).sorted() {
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

/// From one row of a table to another; 0 stands for none that applies.
private struct RowMove: Hashable {
  let from: Int64
  let to: Int64

  var text: String {
    func name(_ row: Int64) -> String { row == 0 ? "no row" : "row \(row)" }
    return from == to ? name(from) : "\(name(from)) → \(name(to))"
  }
}

/// Reasons that units have, each set of them written once.
private struct Reasons {
  private var codes: [Int32]
  private var texts = [""]

  init(count: Int) { codes = [Int32](repeating: 0, count: count) }

  mutating func add(_ label: String, to rows: Bitmap) {
    var next = [Int32](repeating: -1, count: texts.count)
    rows.forEachRow { row in
      let known = Int(codes[row])
      if next[known] < 0 { next[known] = append(label, to: codes[row]) }
      codes[row] = next[known]
    }
  }

  /// Adds a reason that depends on how the unit moved.
  mutating func add<Move: Hashable>(
    to rows: Bitmap, move: (Int) -> Move, label: (Move) -> String
  ) {
    var next: [Known<Move>: Int32] = [:]
    rows.forEachRow { row in
      let key = Known(code: codes[row], move: move(row))
      let code = next[key] ?? append(label(key.move), to: key.code)
      next[key] = code
      codes[row] = code
    }
  }

  private mutating func append(_ label: String, to known: Int32) -> Int32 {
    let text = texts[Int(known)]
    texts.append(text.isEmpty ? label : "\(text), \(label)")
    return Int32(texts.count - 1)
  }

  private struct Known<Move: Hashable>: Hashable {
    let code: Int32
    let move: Move
  }

  var column: CategoryColumn {
    CategoryColumn(
      codes: codes, dictionary: texts, validity: Bitmap(rows: codes.count) { codes[$0] != 0 })
  }
}
