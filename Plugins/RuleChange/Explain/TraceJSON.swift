// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import FEEL
import Tables

// A trace as other programs read it.
extension CaseTrace {
  var json: JSONValue {
    [
      "scheme": .string(scheme.id),
      "title": .string(scheme.title),
      "legal": .array(scheme.legal.map(\.json)),
      "date": JSONValue(date.map { "\($0)" }),
      "given": .array(given.map(\.json)),
      "members": .array(
        members.map { member in
          [
            "member": .integer(Int64(member.member.number)),
            "role": JSONValue(member.member.role),
            "given": .array(member.given.map(\.json)),
          ]
        }),
      "decisions": .array(decisions.map(\.json)),
    ]
  }
}

extension GivenValue {
  fileprivate var json: JSONValue {
    [
      "name": .string(input.name), "value": value.json, "unit": JSONValue(input.unit),
      "fixed": .boolean(isFixed),
    ]
  }
}

extension DecisionTrace {
  var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("name", .string(name)), ("member", JSONValue(member?.number)),
      ("unit", JSONValue(decision.unit)),
      (
        "results",
        .array(
          results.map { result in
            [
              "name": .string(result.name), "value": result.value.json,
              "unrounded": result.unrounded?.json ?? .null,
            ]
          })
      ),
      ("legal", .array(legal.map(\.json))),
      ("uses", .array(uses.map(\.json))),
    ]
    if let rounding = decision.rounding {
      members.append(
        (
          "rounding",
          [
            "to": FEELValue.number(rounding.to).json, "mode": .string(rounding.mode.rawValue),
            "legal": .array(rounding.legal.map(\.json)),
          ]
        ))
    }
    switch basis {
    case .formula(let source, let formula):
      members += [("expression", .string(source)), ("worked", formula.json)]
    case .table(let table): members.append(("table", table.json))
    }
    return .object(members: members)
  }
}

extension UsedValue {
  fileprivate var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("name", .string(name)), ("value", value?.json ?? .null), ("unit", JSONValue(unit)),
    ]
    switch origin {
    case .input: members.append(("kind", "input"))
    case .decision: members.append(("kind", "decision"))
    case .other: members.append(("kind", "other"))
    case .scale(let steps, let legal):
      members += [
        ("kind", "scale"), ("legal", .array(legal.map(\.json))),
        (
          "brackets",
          .array(
            steps.map { step in
              [
                "threshold": FEELValue.number(step.threshold).json,
                step.kind.key: step.version.value.json,
                "from": JSONValue(step.version.from.map { "\($0)" }),
                "source": JSONValue(step.version.source),
              ]
            })
        ),
      ]
    case .parameter(let version, let legal):
      members += [
        ("kind", "parameter"), ("from", JSONValue(version?.from.map { "\($0)" })),
        ("source", JSONValue(version?.source)), ("legal", .array(legal.map(\.json))),
      ]
    }
    return .object(members: members)
  }
}

extension TableTrace {
  fileprivate var json: JSONValue {
    [
      "hit": .string(hit.rawValue),
      "inputs": .array(
        inputs.map { ["expression": .string($0.source), "value": $0.value.json] }),
      "fired": .array(fired.map(\.json)),
      "nearest": nearest?.json ?? .null,
      "default": .boolean(usesDefault),
    ]
  }
}

extension TableTrace.Row {
  fileprivate var json: JSONValue {
    [
      "row": .integer(Int64(number)),
      "cells": .array(
        cells.map { cell in
          ["test": .string(cell.source), "passed": cell.passed.map { .boolean($0) } ?? .null]
        }),
      "legal": .array(legal.map(\.json)),
    ]
  }
}

extension WorkedFormula {
  fileprivate var json: JSONValue {
    func all(_ parts: [WorkedFormula]) -> JSONValue { .array(parts.map(\.json)) }
    switch self {
    case .literal(let value): return value.json
    case .name(let path, let value):
      return ["name": .string(path.joined(separator: ".")), "value": value.json]
    case .negation(let operand): return ["operation": "negate", "operands": all([operand])]
    case .operation(let sign, let operands):
      return ["operation": .string(sign), "operands": all(operands)]
    case .call(let name, let arguments):
      return ["function": .string(name), "arguments": all(arguments)]
    case .invocation(let path, let arguments):
      return ["function": .string(path.joined(separator: ".")), "arguments": all(arguments)]
    case .branch(let result, let condition, let holds):
      return ["condition": condition.json, "holds": .boolean(holds), "then": result.json]
    case .source(let text, let value, let names):
      return ["expression": .string(text), "value": value.json, "names": all(names)]
    }
  }
}

extension FEELValue {
  /// A number as JSON has it, a date as ISO 8601, anything without a JSON form as its text.
  var json: JSONValue {
    switch self {
    case .null: .null
    case .boolean(let flag): .boolean(flag)
    case .number(let number):
      number.int64.map { .integer($0) } ?? JSONValue(number.double)
    case .text(let text): .string(text)
    case .list(let items): .array(items.map(\.json))
    case .context(let context):
      .object(members: context.entries.map { ($0.key, $0.value.json) })
    default: .string(description)
    }
  }
}
