// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// A change of rules: a patch on a scheme, with why it is proposed and what it does to the law.
///
/// The patch is kept as it was written, and read when the scheme that it changes is at hand.
struct Reform: Sendable {
  let id: String
  let title: String
  /// The id of the scheme that it changes, where the reform says so.
  let schemeID: String?
  let rationale: String?
  let legalEffect: String?
  let root: LocatedNode

  static let keys = [
    "reform", "title", "parameters", "move", "inputs", "neutralise", "decisions", "rows", "tests",
  ]

  /// Reads what stands at the head of a reform file.
  static func read(_ root: LocatedNode, _ reader: inout SchemeReader) -> Reform? {
    guard root.node.entries != nil else {
      reader.faults.reportWrongType("a reform", takes: "a map that starts with 'reform'", at: root)
      return nil
    }
    reader.allow(keys, in: root, "a reform")
    guard
      let head = reader.required("reform", of: root, "a reform starts with 'reform: {id: …}'"),
      let id = reader.requiredText("id", of: head, "a short name for the reform")
    else { return nil }
    reader.allow(
      ["id", "title", "scheme", "rationale", "legal_effect", "legal"], in: head,
      "the block 'reform'")
    reader.checkIdentifier(id, of: head["id"] ?? head)
    return Reform(
      id: id, title: reader.text("title", of: head) ?? id,
      schemeID: reader.text("scheme", of: head), rationale: reader.text("rationale", of: head),
      legalEffect: reader.text("legal_effect", of: head), root: root)
  }
}

/// One variant to compare with the scheme as it is: a reform, or several on top of each other.
struct ReformSource: ParameterValue {
  let reforms: [Reform]
  let json: JSONValue

  /// The ids of the reforms, joined by `+`.
  var id: String { reforms.map(\.id).joined(separator: "+") }
  var title: String { reforms.map(\.title).joined(separator: "; ") }
  var legalEffect: String? {
    let effects = reforms.compactMap(\.legalEffect)
    return effects.isEmpty ? nil : effects.joined(separator: " ")
  }

  static var schema: ParameterSchema {
    let one = ParameterSchema.either([
      .file, .block(name: "reform", schema: ["type": "object"]),
    ])
    return .either([one, .list(one)])
  }

  /// A path, a block, or a list of these that are applied in order.
  static func read(_ node: Node, in reading: inout ParameterReading) -> ReformSource? {
    let nodes = node.items ?? [node]
    guard !nodes.isEmpty else {
      reading.reportWrongType(node, wanted: "a reform, or a list of reforms in their order")
      return nil
    }
    var reforms: [Reform] = []
    var json: [JSONValue] = []
    for node in nodes {
      guard let source = RuleFile.read(node, in: &reading) else { continue }
      var reader = SchemeReader()
      let reform = Reform.read(source.root, &reader)
      reading.report(reader.faults.diagnostics)
      if let reform, !reader.faults.hasErrors {
        reforms.append(reform)
        json.append(source.json)
      }
    }
    guard reforms.count == nodes.count else { return nil }
    return ReformSource(reforms: reforms, json: .array(json))
  }
}

extension ReformSource {
  /// A reform that another stage wrote, such as the rule that `impact/tailoring` learned.
  ///
  /// - Throws: `StageFault` with the first thing that is wrong with it, and where in the file.
  init(_ file: FileArtifact) throws(StageFault) {
    let document = Document.parse(
      SourceFile(name: "reform", text: String(decoding: file.bytes, as: UTF8.self)))
    var reader = SchemeReader()
    let reform = document.root.flatMap {
      Reform.read(LocatedNode(node: $0, file: document.file), &reader)
    }
    let faults = document.diagnostics + reader.faults.diagnostics
    guard let reform, !faults.contains(where: { $0.severity == .error }) else {
      let place = faults.first?.span.map { ", line \($0.start.line)" } ?? ""
      throw StageFault(
        "what comes in by 'reform' is no reform\(place): \(faults.first?.message ?? "it is empty")",
        help: "connect a port that writes one, as in reform: tailored.reform")
    }
    self.init(reforms: [reform], json: .string(reform.id))
  }
}
