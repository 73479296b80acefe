// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// What a scheme asks of those who must understand, explain and program it, counted.
struct SchemeComplexity {
  /// One decision of the scheme.
  struct Part: Sendable, Hashable {
    let decision: String
    let isTable: Bool
    let rows: Int
    /// Rows times columns of tests and outputs.
    let cells: Int
    /// Cells that test something.
    let tests: Int
    let thresholds: Int
    /// Decisions from the inputs up to this one, itself included.
    let depth: Int
    let decisions: Set<String>
    let inputs: Set<String>
    let parameters: Set<String>
  }

  let parts: [Part]
  /// Inputs that the population or the citizen must give.
  let inputsAsked: Int
  /// Inputs asked that no decision uses.
  let inputsUnused: [String]
  let parameters: Int
  let legalReferences: Int

  init(_ scheme: Scheme) {
    var depths: [String: Int] = [:]
    parts = scheme.decisions.map { decision in
      let part = Part(decision, in: scheme, depths: depths)
      depths[decision.name] = part.depth
      return part
    }
    let asked = scheme.inputs.filter { $0.fixed == nil }.map(\.name)
    inputsAsked = asked.count
    let used = parts.reduce(into: Set<String>()) { $0.formUnion($1.inputs) }
    inputsUnused = asked.filter { !used.contains($0) }
    parameters = scheme.parameters.count
    legalReferences = Set(scheme.legalReferences).count
  }

  /// Every measure with its name, in the order of the output.
  var measures: [(name: String, value: Int)] {
    func sum(_ value: (Part) -> Int) -> Int { parts.reduce(0) { $0 + value($1) } }
    return [
      ("decisions", parts.count), ("tables", parts.count(where: \.isTable)), ("rows", sum(\.rows)),
      ("cells", sum(\.cells)), ("tests", sum(\.tests)), ("thresholds", sum(\.thresholds)),
      ("inputs_asked", inputsAsked), ("inputs_unused", inputsUnused.count),
      ("parameters", parameters), ("depth", parts.map(\.depth).max() ?? 0),
      ("cross_references", sum { $0.decisions.count }), ("legal_references", legalReferences),
    ]
  }
}

extension SchemeComplexity.Part {
  fileprivate init(_ decision: Decision, in scheme: Scheme, depths: [String: Int]) {
    let table = decision.table
    let sources = decision.tests.map(\.source) + decision.expressions.map(\.source)
    let names = decision.words
    let parameterNames = Set(scheme.parameters.map(\.name))
    // The same limit in two rows is one limit; in two decisions it must be kept the same, and is two.
    let limits = sources.reduce(into: Set<String>()) {
      $0.formUnion(ThresholdScan.limits(in: $1, names: parameterNames))
    }
    // A scale is called as a function, and each of its thresholds must be known to explain the result.
    let called = Set(decision.mentions.map { $0[0] })
    let scales = scheme.parameters.filter { $0.scale != nil && called.contains($0.name) }
    let brackets = scales.reduce(0) { $0 + ($1.scale?.brackets.count ?? 0) }
    let before = Set(depths.keys).intersection(names)
    self.init(
      decision: decision.name, isTable: table != nil, rows: table?.rows.count ?? 0,
      cells: table.map { $0.rows.count * ($0.inputs.count + $0.outputs.count) } ?? 0,
      tests: table?.rows.reduce(0) { $0 + $1.cells.count { !$0.tests.isAny } } ?? 0,
      thresholds: limits.count + brackets, depth: 1 + (before.compactMap { depths[$0] }.max() ?? 0),
      decisions: before, inputs: names.intersection(scheme.inputs.map(\.name)),
      parameters: names.intersection(parameterNames).union(scales.map(\.name)))
  }
}
