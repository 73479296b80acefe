// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Which outputs feed which ports, stage by stage; instances are matched later.
struct StageWiring {
  /// A reference whose stage and port are known to exist and to fit.
  struct Feed {
    let input: PortDeclaration
    let reference: PortReference
    let outputPort: String
    let node: Node
  }

  private let document: PipelineDocument
  private let declarations: [String: StageDeclaration]
  private(set) var diagnostics: [Diagnostic] = []

  /// Takes what each stage uses, by stage id; unknown ones are absent.
  init(document: PipelineDocument, declarations: [String: StageDeclaration]) {
    self.document = document
    self.declarations = declarations
  }

  /// What feeds a stage; everything that does not fit is reported.
  mutating func feeds(of block: StageBlock) -> [Feed] {
    guard let declaration = declarations[block.id] else { return [] }
    var feeds: [Feed] = []
    var bound: Set<String> = []
    for binding in block.inputs {
      guard let input = input(binding, of: declaration) else { continue }
      bound.insert(input.name)
      if !input.isList, binding.references.count > 1 {
        report(
          .tooManyInputs, "port '\(input.name)' takes \(input.phrase), not several", binding.node,
          help: "\(declaration.name) works on one; repeat the stage with 'each' for more")
      }
      for (reference, node) in binding.references {
        if let port = output(reference, node, into: input) {
          feeds.append(Feed(input: input, reference: reference, outputPort: port, node: node))
        }
      }
    }
    for input in declaration.inputs
    where !input.isOptional && !input.isList && !bound.contains(input.name) {
      reportMissing(input, block, declaration)
    }
    for input in declaration.inputs where input.isList && !bound.contains(input.name) {
      if block.inputs.isEmpty { reportMissing(input, block, declaration) }
    }
    return feeds
  }

  private mutating func input(
    _ binding: PortBinding, of declaration: StageDeclaration
  ) -> PortDeclaration? {
    let names = declaration.inputs.map(\.name)
    if let name = binding.port {
      if let port = declaration.inputs.first(where: { $0.name == name }) { return port }
      report(
        .unknownPort, "\(declaration.name) has no input '\(name)'", binding.node,
        help: Suggestion.question(for: name, among: names),
        notes: names.isEmpty ? ["it has no inputs"] : ["inputs: " + names.joined(separator: ", ")])
      return nil
    }
    let required = declaration.inputs.filter { !$0.isOptional }
    if required.count == 1 { return required[0] }
    if declaration.inputs.count == 1 { return declaration.inputs[0] }
    report(
      .unknownPort,
      names.isEmpty
        ? "\(declaration.name) has no inputs" : "say which input of \(declaration.name) this feeds",
      binding.node, help: names.first.map { "write from: {\($0): …}" },
      notes: names.isEmpty ? [] : ["inputs: " + names.joined(separator: ", ")])
    return nil
  }

  /// The output port that a reference means, where it exists and carries what the input takes.
  private mutating func output(
    _ reference: PortReference, _ node: Node, into input: PortDeclaration
  ) -> String? {
    guard document.stages.contains(where: { $0.id == reference.stage }) else {
      let names = document.stages.map(\.id)
      report(
        .unknownReference, "there is no stage '\(reference.stage)'", node,
        help: Suggestion.question(for: reference.stage, among: names),
        notes: ["stages: " + names.joined(separator: ", ")])
      return nil
    }
    guard let source = declarations[reference.stage] else { return nil }
    guard let port = port(reference, of: source, node) else { return nil }
    if port.kind != input.kind || (input.recordType != nil && port.recordType != input.recordType) {
      report(
        .wrongPortKind, "port '\(input.name)' takes \(input.phrase), not \(port.phrase)", node,
        help: source.outputs.first { $0.kind == input.kind && $0.recordType == input.recordType }
          .map { "did you mean '\(reference.stage).\($0.name)'?" })
      return nil
    }
    return port.name
  }

  private mutating func port(
    _ reference: PortReference, of source: StageDeclaration, _ node: Node
  ) -> PortDeclaration? {
    let names = source.outputs.map(\.name)
    guard let name = reference.port else {
      if source.outputs.count == 1 { return source.outputs[0] }
      report(
        .ambiguousReference, "stage '\(reference.stage)' has several outputs", node,
        help: "write " + names.map { "\(reference.stage).\($0)" }.joined(separator: " or "))
      return nil
    }
    if let port = source.outputs.first(where: { $0.name == name }) { return port }
    report(
      .unknownReference, "stage '\(reference.stage)' has no output '\(name)'", node,
      help: Suggestion.question(for: name, among: names),
      notes: ["outputs of \(source.name): " + names.joined(separator: ", ")])
    return nil
  }

  private mutating func reportMissing(
    _ input: PortDeclaration, _ block: StageBlock, _ declaration: StageDeclaration
  ) {
    report(
      .missingInput, "stage '\(block.id)' has nothing for input '\(input.name)'", block.idNode,
      help: "add from: {\(input.name): stage.port}",
      notes: ["\(declaration.name) takes \(input.phrase): \(input.help)"])
  }

  private mutating func report(
    _ code: DiagnosticCode, _ message: String, _ node: Node, help: String? = nil,
    notes: [String] = []
  ) {
    diagnostics.append(
      Diagnostic(
        code, severity: .error, message, help: help, notes: notes,
        file: document.file.name, span: node.span))
  }
}
