// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
public import StageKit

/// What is wrong with the declaration of a stage, in words; empty where it is fit to publish.
///
/// Checked: names as people write them, help for everything, an output, a positive version, and an
/// example that the checker accepts.
public func checkStage<S: Stage>(_ stage: S.Type, plugin: String = "test") -> [String] {
  let declaration = StageDeclaration(stage, plugin: plugin)
  var problems: [String] = []
  func demand(_ holds: Bool, _ problem: String) { if !holds { problems.append(problem) } }
  let info = declaration.info
  demand(isName(info.name, "-"), "the name '\(info.name)' has small letters, digits and hyphens")
  demand(info.version >= 1, "the version starts at 1")
  demand(isSentence(info.summary), "the summary is a sentence that ends with a full stop")
  demand(!declaration.outputs.isEmpty, "it has no output")
  for parameter in declaration.parameters {
    demand(
      isName(parameter.name, "_"), "parameter '\(parameter.name)' has letters, digits and _")
    demand(isSentence(parameter.help), "parameter '\(parameter.name)' has a sentence of help")
  }
  for port in declaration.inputs + declaration.outputs {
    demand(isName(port.name, "_"), "port '\(port.name)' has letters, digits and _")
    demand(isSentence(port.help), "port '\(port.name)' has a sentence of help")
  }
  demand(declaration.outputs.allSatisfy { !$0.isList }, "an output port is never a list")
  if let example = info.example { problems += faults(of: example, declaration) }
  return problems
}

/// The parameters in an example must be known and readable; its inputs come from elsewhere.
private func faults(of example: String, _ declaration: StageDeclaration) -> [String] {
  let file = SourceFile(name: "example.yaml", text: example)
  let document = Document.parse(file)
  guard !document.hasErrors, let stage = document.root?.entries?.first?.value else {
    return ["the example is no YAML with a stage in it"]
  }
  var problems: [String] = []
  if stage["use"]?.text != declaration.name { problems.append("the example uses another stage") }
  let names = declaration.parameters.map(\.name)
  let entries = stage["with"]?.entries ?? []
  for entry in entries where !names.contains(entry.name) {
    problems.append("the example has an unknown parameter '\(entry.name)'")
  }
  var reading = ParameterReading(file: file, folder: "", constants: [:])
  let values = entries.filter { !($0.value.text ?? "").contains("${") }.map { ($0.name, $0.value) }
  _ = declaration.load(Dictionary(values, uniquingKeysWith: { first, _ in first }), &reading)
  return problems + reading.diagnostics.map { "the example: \($0.message)" }
}

private func isName(_ name: String, _ joiner: Character) -> Bool {
  guard let first = name.first, first.isASCII, first.isLowercase else { return false }
  return name.allSatisfy {
    $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == joiner)
  }
}

private func isSentence(_ text: String) -> Bool { text.count > 5 && text.hasSuffix(".") }
