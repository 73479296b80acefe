// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL

/// A decision table as the standard has it, for one case at a time.
struct BoxedTable: BoxedExpression {
  private struct Input {
    let expression: BoxedLiteral
    let allowed: UnaryTests?
  }

  private struct Output {
    let name: String
    let fallback: BoxedLiteral?
    /// The values in the order of their priority.
    let priorities: [FEELValue]
  }

  private struct Rule {
    /// Nil for a cell that cannot be read.
    let tests: [UnaryTests?]
    let results: [BoxedLiteral]
  }

  private let policy: String
  private let aggregation: String?
  private let inputs: [Input]
  private let outputs: [Output]
  private let rules: [Rule]
  private let place: BoxedPlace

  init(_ element: MarkupElement, _ reader: BoxedReader) {
    policy = element["hitPolicy"] ?? "UNIQUE"
    aggregation = element["aggregation"]
    place = BoxedPlace(owner: reader.owner, line: element.place?.line, source: "")
    inputs = element.children("input").map { input in
      Input(
        expression: BoxedLiteral(input.child("inputExpression"), reader),
        allowed: input.child("inputValues").flatMap { Self.tests($0, reader) })
    }
    let clauses = element.children("output")
    let type = element["typeRef"] ?? reader.resultType
    outputs = clauses.map { output in
      Output(
        name: output["name"] ?? "",
        fallback: output.child("defaultOutputEntry").map { BoxedLiteral($0, reader) },
        priorities: output.child("outputValues").map { Self.values($0.source) }
          ?? reader.types.priorities(of: output, in: clauses, tableType: type))
    }
    rules = element.children("rule").map { rule in
      Rule(
        tests: rule.children("inputEntry").map { Self.tests($0, reader) },
        results: rule.children("outputEntry").map { BoxedLiteral($0, reader) })
    }
  }

  private static func tests(_ element: MarkupElement, _ reader: BoxedReader) -> UnaryTests? {
    let source = element.source.allSatisfy(\.isWhitespace) ? "-" : element.source
    do throws(FEELFault) {
      return try UnaryTests(
        parsing: source, names: reader.names, types: reader.types.names, mode: reader.mode)
    } catch {
      reader.report(error, in: element)
      return nil
    }
  }

  /// The values of a list of tests that are plain values.
  static func values(_ source: String) -> [FEELValue] {
    let list = try? FEELExpression(parsing: "[\(source)]", names: [], mode: .feel)
    return (try? list?.evaluate(in: FEELScope(mode: .feel)))?.list ?? []
  }
}

extension BoxedTable {
  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    let scope = scope.naming(place)
    guard let hits = try hits(in: scope) else { return .null }
    guard !hits.isEmpty else { return try fallback(in: scope) }
    var results: [[FEELValue]] = []
    for rule in hits {
      var values: [FEELValue] = []
      for result in rule.results { values.append(try result.evaluate(in: scope)) }
      results.append(values)
    }
    let result = result(of: results)
    if result.isNull, results.count > 1, ["UNIQUE", "ANY"].contains(policy) {
      scope.onError?(.ambiguous(policy, count: results.count))
    }
    return result
  }

  /// The rules that apply; nil where an input has a value that the table does not allow.
  private func hits(in scope: FEELScope) throws(FEELFault) -> [Rule]? {
    var values: [FEELValue] = []
    for input in inputs {
      let value = try input.expression.evaluate(in: scope)
      if let allowed = input.allowed, try allowed.evaluate(input: value, in: scope) != true {
        scope.onError?(.notAllowed(input.expression.source, allowed))
        return nil
      }
      values.append(value)
    }
    var hits: [Rule] = []
    rules: for rule in rules {
      for (test, value) in zip(rule.tests, values) {
        guard let test else { continue rules }
        if !test.isAny, try test.evaluate(input: value, in: scope) != true { continue rules }
      }
      hits.append(rule)
    }
    return hits
  }

  private func fallback(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    guard outputs.contains(where: { $0.fallback != nil }) else {
      scope.onError?(.noRule)
      return .null
    }
    var values: [FEELValue] = []
    for output in outputs { values.append(try output.fallback?.evaluate(in: scope) ?? .null) }
    return row(values)
  }

  private func result(of results: [[FEELValue]]) -> FEELValue {
    switch policy {
    case "FIRST": return row(results[0])
    case "ANY": return results.allSatisfy { $0 == results[0] } ? row(results[0]) : .null
    case "PRIORITY": return row(byPriority(results)[0])
    case "RULE ORDER": return .list(results.map(row))
    case "OUTPUT ORDER": return .list(byPriority(results).map(row))
    case "COLLECT": return collected(results)
    default: return results.count == 1 ? row(results[0]) : .null
    }
  }

  /// One output is the value itself, several form a context.
  private func row(_ values: [FEELValue]) -> FEELValue {
    guard outputs.count > 1 else { return values.first ?? .null }
    return .context(FEELContext(zip(outputs, values).map { (key: $0.name, value: $1) }))
  }

  private func byPriority(_ results: [[FEELValue]]) -> [[FEELValue]] {
    func ranks(_ values: [FEELValue]) -> [Int] {
      zip(outputs, values).map { $0.priorities.firstIndex(of: $1) ?? $0.priorities.count }
    }
    let ranked = results.enumerated().map { (ranks: ranks($1), place: $0, values: $1) }
    return ranked.sorted { left, right in
      left.ranks == right.ranks
        ? left.place < right.place : left.ranks.lexicographicallyPrecedes(right.ranks)
    }.map(\.values)
  }

  private func collected(_ results: [[FEELValue]]) -> FEELValue {
    let list = FEELValue.list(results.map(row))
    switch aggregation {
    case "COUNT": return .integer(Int64(results.count))
    case "SUM", "MIN", "MAX":
      let name = aggregation?.lowercased() ?? ""
      let call = try? FEELExpression(parsing: "\(name)(values)", names: ["values"], mode: .feel)
      let scope = FEELScope(constants: ["values": list], mode: .feel)
      return (try? call?.evaluate(in: scope)) ?? .null
    default: return list
    }
  }
}

extension ItemTypes {
  /// The priorities of an output without a list of values: those in which its type allows them.
  fileprivate func priorities(
    of output: MarkupElement, in outputs: [MarkupElement], tableType: String?
  ) -> [FEELValue] {
    if let type = output["typeRef"] {
      let values = allowedValues(of: type)
      if !values.isEmpty { return values }
    }
    return allowedValues(of: tableType, component: outputs.count > 1 ? output["name"] : nil)
  }
}

extension FEELFault {
  fileprivate static let noRule = FEELFault(
    .invalidValue, "no rule of the table applies, and it has no default")

  fileprivate static func ambiguous(_ policy: String, count: Int) -> FEELFault {
    FEELFault(
      .invalidValue,
      policy == "ANY"
        ? "\(count) rules of the table apply and give different results, which ANY forbids"
        : "\(count) rules of the table apply at once, which \(policy) forbids")
  }

  fileprivate static func notAllowed(_ source: String, _ allowed: UnaryTests) -> FEELFault {
    FEELFault(
      .invalidValue, "the table does not allow the value of '\(source)': it takes \(allowed.source)"
    )
  }
}
