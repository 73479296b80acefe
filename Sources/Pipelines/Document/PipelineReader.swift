// SPDX-License-Identifier: EUPL-1.2

public import Documents
import StageKit

/// Reads the shape of a pipeline file and reports everything that is not of that shape.
public struct PipelineReader {
  private let file: SourceFile
  private(set) var diagnostics: [Diagnostic] = []

  /// The document where the shape holds well enough to go on, and all faults found.
  public static func read(
    _ root: Node, of file: SourceFile
  ) -> (document: PipelineDocument?, diagnostics: [Diagnostic]) {
    var reader = PipelineReader(file: file)
    let document = reader.document(root)
    return (document, reader.diagnostics)
  }

  private init(file: SourceFile) { self.file = file }

  static let keys = ["pipeline", "title", "plugins", "parameters", "environment", "stages"]

  private mutating func document(_ root: Node) -> PipelineDocument? {
    guard root.entries != nil else {
      report(
        .notAPipeline, "a pipeline file is a map that starts with 'pipeline:'", at: root.span,
        help: "see 'proeftuin new' for a working example")
      return nil
    }
    allow(Self.keys, in: root, of: "a pipeline")
    let name = pipelineName(root)
    let parameters = pipelineParameters(root["parameters"])
    let stages = stageBlocks(root)
    return PipelineDocument(
      name: name.text, nameSpan: name.span, title: root["title"]?.text,
      plugins: pluginBlocks(root["plugins"]), parameters: parameters, stages: stages,
      environment: environmentNames(root["environment"]), file: file)
  }

  private mutating func pipelineName(_ root: Node) -> (text: String, span: SourceSpan) {
    guard let node = root["pipeline"] else {
      report(
        .missingKey, "the pipeline has no name", at: SourceSpan(at: .start),
        help: "start the file with 'pipeline: my-experiment'")
      return ("unnamed", SourceSpan(at: .start))
    }
    guard let text = node.text, Name.isStage(text[...]) else {
      report(
        .badName, "a pipeline's name has small letters, digits and hyphens", at: node.span,
        help: "such as: recertification-letters")
      return ("unnamed", node.span)
    }
    return (text, node.span)
  }

  private mutating func environmentNames(_ node: Node?) -> [String] {
    guard let node, !node.isNull else { return [] }
    guard let items = node.items else {
      report(.wrongType, "'environment' takes a list of names", at: node.span)
      return []
    }
    return items.compactMap(\.text)
  }

  private mutating func stageBlocks(_ root: Node) -> [StageBlock] {
    guard let node = root["stages"], !node.isNull else {
      report(
        .missingKey, "the pipeline has no stages", at: root.entries?.first?.key.span ?? root.span,
        help: "add 'stages:' with a stage under it")
      return []
    }
    guard let entries = node.entries else {
      report(
        .wrongType, "'stages' takes a map from names to stages, not \(node.kindName)",
        at: node.span,
        help: "write each stage as 'name:' with 'use:' under it, without a dash")
      return []
    }
    return entries.compactMap { stageBlock($0) }
  }

  private mutating func stageBlock(_ entry: Node.Entry) -> StageBlock? {
    if !Name.isStage(entry.name[...]) {
      report(
        .badName, "a stage's name has small letters, digits and hyphens", at: entry.key.span,
        help: "such as: intake")
    }
    let node = entry.value
    guard node.entries != nil else {
      report(
        .wrongType, "stage '\(entry.name)' takes a map with 'use:', not \(node.kindName)",
        at: node.isNull ? entry.key.span : node.span)
      return nil
    }
    allow(StageBlock.keys, in: node, of: "a stage")
    guard let use = node["use"], let name = use.text, !use.isNull else {
      report(
        .missingKey, "stage '\(entry.name)' does not say what it uses", at: entry.key.span,
        help: "add 'use: plugin/stage', such as 'use: pilot/intake'")
      return nil
    }
    return StageBlock(
      id: entry.name, idNode: entry.key, use: name, useNode: use,
      inputs: portBindings(node["from"]), with: mapEntries(node["with"], key: "with"),
      each: fanOuts(node["each"]), when: node["when"].flatMap { $0.isOmitted ? nil : $0 },
      retry: retry(node["retry"]), timeout: timeout(node["timeout"]),
      resources: resources(node["resources"]))
  }

  private mutating func portBindings(_ node: Node?) -> [PortBinding] {
    guard let node, !node.isNull else { return [] }
    guard let entries = node.entries else {
      return [PortBinding(port: nil, node: node, references: references(node))]
    }
    return entries.map {
      PortBinding(port: $0.name, node: $0.key, references: references($0.value))
    }
  }

  private mutating func references(_ node: Node) -> [(reference: PortReference, node: Node)] {
    var result: [(reference: PortReference, node: Node)] = []
    for item in node.items ?? [node] {
      guard let text = item.text, let reference = PortReference(text) else {
        report(
          .badReference, "this is no reference to another stage's output", at: item.span,
          help: "write stage.port, as in intake.cases")
        continue
      }
      result.append((reference, item))
    }
    return result
  }

  private mutating func fanOuts(_ node: Node?) -> [FanOut] {
    mapEntries(node, key: "each").compactMap { entry in
      guard Name.isPort(entry.name[...]) else {
        report(
          .badName, "a name under 'each' has small letters, digits and underscores",
          at: entry.key.span)
        return nil
      }
      return FanOut(key: entry.name, node: entry.key, values: entry.value)
    }
  }

  private mutating func retry(_ node: Node?) -> Int {
    guard let node, !node.isNull else { return 0 }
    if let count = node.scalar?.integer, (0...100).contains(count) { return Int(count) }
    report(.wrongType, "'retry' takes a whole number from 0 to 100", at: node.span)
    return 0
  }

  private mutating func timeout(_ node: Node?) -> Duration? {
    guard let node, !node.isNull else { return nil }
    if let duration = node.text.flatMap(Duration.init(text:)) { return duration }
    report(
      .wrongType, "'timeout' takes a duration", at: node.span, help: "such as 90s, 10m or 2h")
    return nil
  }

  private mutating func resources(_ node: Node?) -> Resources {
    var resources = Resources()
    guard let node, !node.isNull else { return resources }
    for entry in mapEntries(node, key: "resources") {
      switch entry.name {
      case "cpus":
        if let count = entry.value.scalar?.integer, (1...1024).contains(count) {
          resources.cpus = Int(count)
        } else {
          report(.wrongType, "'cpus' takes a whole number of at least 1", at: entry.value.span)
        }
      case "memory":
        if let bytes = entry.value.text.flatMap({ ByteCount($0) }) {
          resources.memoryBytes = bytes.value
        } else {
          report(
            .wrongType, "'memory' takes a size", at: entry.value.span,
            help: "such as 512MiB or 2GiB")
        }
      default: report(unknown: entry, among: ["cpus", "memory"], of: "'resources'")
      }
    }
    return resources
  }
}

extension PipelineReader {
  mutating func report(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, help: String? = nil,
    notes: [String] = []
  ) {
    diagnostics.append(
      Diagnostic(
        code, severity: .error, message, help: help, notes: notes, file: file.name,
        span: span))
  }

  mutating func mapEntries(_ node: Node?, key: String) -> [Node.Entry] {
    guard let node, !node.isNull else { return [] }
    if let entries = node.entries { return entries }
    report(.wrongType, "'\(key)' takes a map, not \(node.kindName)", at: node.span)
    return []
  }

  mutating func allow(_ keys: [String], in node: Node, of what: String) {
    for entry in node.entries ?? [] where !keys.contains(entry.name) {
      report(unknown: entry, among: keys, of: what)
    }
  }

  mutating func report(unknown entry: Node.Entry, among keys: [String], of what: String) {
    report(
      .unknownKey, "\(what) has no key '\(entry.name)'", at: entry.key.span,
      help: Suggestion.question(for: entry.name, among: keys),
      notes: ["keys: " + keys.joined(separator: ", ")])
  }
}

extension StageBlock {
  static let keys = ["use", "from", "with", "each", "when", "retry", "timeout", "resources"]
}
