// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Everything that a stage declares, as a page for people.
enum StagePage {
  static let drawing =
    "Where it draws random numbers it needs a seed, on which the result then depends."

  static func text(_ stage: StageDeclaration) -> String {
    var lines = ["\(Terminal.bold(stage.name))  (\(stage.implementation))", "", stage.info.summary]
    section("Parameters", stage.parameters.flatMap(parameter), &lines)
    section("Inputs", stage.inputs.map(port), &lines)
    section("Outputs", stage.outputs.map(port), &lines)
    if stage.info.draws { lines += ["", drawing] }
    if let example = stage.info.example {
      section("Example", example.split(separator: "\n").map { String($0) }, &lines)
    }
    if let source = stage.info.source { lines += ["", "Source: \(source)"] }
    return lines.joined(separator: "\n")
  }

  private static func section(_ title: String, _ content: [String], _ lines: inout [String]) {
    guard !content.isEmpty else { return }
    lines += ["", Terminal.bold(title)] + content.map { "  " + $0 }
  }

  private static func parameter(_ parameter: ParameterDeclaration) -> [String] {
    let state =
      parameter.isRequired
      ? "required" : parameter.initial.map { "default \(short($0))" } ?? "optional"
    return [
      "\(parameter.name)  (\(state))", "    \(parameter.help)",
      "    takes \(parameter.schema.phrase)",
    ]
  }

  private static func port(_ port: PortDeclaration) -> String {
    "\(port.name)  (\(port.phrase)\(port.isOptional ? ", optional" : ""))  \(port.help)"
  }

  static func short(_ value: JSONValue) -> String {
    (value["expression"] ?? value["secret"] ?? value).compact
  }
}

extension StageDeclaration {
  /// The declaration as other programs read it.
  var json: JSONValue {
    [
      "name": .string(name), "plugin": .string(plugin),
      "implementation": .string(implementation), "summary": .string(info.summary),
      "draws": .boolean(info.draws), "example": JSONValue(info.example),
      "source": JSONValue(info.source), "parameters": .array(parameters.map(\.json)),
      "inputs": .array(inputs.map(\.json)), "outputs": .array(outputs.map(\.json)),
    ]
  }
}

extension ParameterDeclaration {
  fileprivate var json: JSONValue {
    [
      "name": .string(name), "help": .string(help), "takes": .string(schema.phrase),
      "required": .boolean(isRequired), "default": initial ?? .null, "schema": schema.jsonSchema,
    ]
  }
}

extension PortDeclaration {
  fileprivate var json: JSONValue {
    [
      "name": .string(name), "help": .string(help), "kind": .string(kind.rawValue),
      "record": JSONValue(recordType), "list": .boolean(isList), "optional": .boolean(isOptional),
      "columns": .object(members: columns.map { ($0.name, .string($0.type?.name ?? "any")) }),
    ]
  }
}
