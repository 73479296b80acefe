// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// Works out what a decision gives single rows in decimal arithmetic, before it is rounded.
///
/// A quotient in a column is a double, and may lie on the other side of a half than the decimal number
/// that it stands for. Decisions that were not rounded, and that the one at hand follows from, are worked
/// out with it.
struct ExactRows {
  let scheme: Scheme
  /// The inputs and the decisions before the one at hand, or a block of their rows.
  let data: Table
  let scope: FEELScope

  /// A value for each column of the decision.
  func values(of decision: Decision, row: Int) throws(RuleFault) -> [FEELValue] {
    if let groups = scope.groups, groups.names.contains(where: decision.words.contains) {
      return try askingMembers(decision, row: row)
    }
    let scope = try scope(of: decision, row: row)
    switch decision.body {
    case .expression(let expression): return [try expression.value(in: scope)]
    case .table(let table): return try TableCaseEvaluation(table, in: scope).result().values
    }
  }

  /// What members give goes through the table that knows whose they are; of a decision table none is
  /// given, and its doubles count.
  private func askingMembers(_ decision: Decision, row: Int) throws(RuleFault) -> [FEELValue] {
    guard case .expression(let expression) = decision.body else { return [] }
    do throws(FEELFault) {
      return [try expression.feel.evaluate(row: row, of: data, in: scope)]
    } catch {
      throw RuleFault(error, at: expression.origin)
    }
  }

  /// The parameters, and the row's own values under the names that the decision mentions.
  private func scope(of decision: Decision, row: Int) throws(RuleFault) -> FEELScope {
    var scope = scope
    for word in decision.words {
      guard let other = scheme.decision(word), isInexact(other) else { continue }
      let values = try values(of: other, row: row)
      scope.constants[word] =
        other.columns == [word]
        ? values.first ?? .null
        : .context(FEELContext(zip(other.outputs, values).map { (key: $0, value: $1) }))
    }
    for (name, column) in zip(data.names, data.columns) {
      let path = name.split(separator: ".").map { String($0) }
      guard decision.words.contains(path[0]), scope.constants[path[0]] == nil || path.count > 1
      else { continue }
      let value = column.feelValue(at: row)
      guard path.count > 1 else {
        scope.constants[name] = value
        continue
      }
      // A table of several outputs, or the household of a person, is a context of its values.
      guard scheme.decision(path[0]).map({ !isInexact($0) }) ?? true else { continue }
      var context = scope.constants[path[0]]?.context ?? FEELContext()
      context[path.dropFirst().joined(separator: ".")] = value
      scope.constants[path[0]] = .context(context)
    }
    return scope
  }

  /// Whether a decision is there as doubles that nobody rounded.
  private func isInexact(_ decision: Decision) -> Bool {
    decision.rounding == nil
      && decision.columns.contains { if case .number = data[$0] { true } else { false } }
  }
}

extension Scheme {
  /// The names that a decision mentions, and those behind it up to what was rounded.
  func words(behind decision: Decision) -> Set<String> {
    var words: Set<String> = []
    var open = [decision]
    while let next = open.popLast() {
      for word in next.words where words.insert(word).inserted {
        if let other = self.decision(word), other.rounding == nil { open.append(other) }
      }
    }
    return words
  }
}
