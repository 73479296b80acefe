// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// The scheme that a stage works on: the path of its file, or the scheme itself as a block.
struct SchemeSource: ParameterValue {
  let scheme: Scheme
  let json: JSONValue

  static var schema: ParameterSchema {
    .either([.file, .block(name: "scheme", schema: ["type": "object"])])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> SchemeSource? {
    guard let source = RuleFile.read(node, in: &reading) else { return nil }
    let (scheme, faults) = SchemeReader.scheme(source.root)
    reading.report(faults.diagnostics)
    guard let scheme else { return nil }
    // The population must have these columns: they are checked as if people had written them here.
    for input in scheme.inputs(of: .unit) {
      let name = Node(
        content: .scalar(Scalar(text: input.name, style: .doubleQuoted)), span: node.span)
      _ = ColumnName.read(name, in: &reading)
    }
    return SchemeSource(scheme: scheme, json: source.json)
  }
}

/// A scheme or reform as it is named in a pipeline: in a file of its own, or right there.
struct RuleFile {
  let root: LocatedNode
  /// What enters the stage key beside the file's digest.
  let json: JSONValue

  /// Reads the file, or takes the block; faults of the file's YAML are reported with their places.
  static func read(_ node: Node, in reading: inout ParameterReading) -> RuleFile? {
    if node.entries != nil {
      useTables(of: LocatedNode(node: node, file: reading.file), besides: "", node, &reading)
      return RuleFile(root: LocatedNode(node: node, file: reading.file), json: node.json)
    }
    guard let file = InputFile.read(node, in: &reading) else { return nil }
    guard FileStatus.exists(path: file.location) else {
      reading.report(
        .missingFile, "there is no file '\(file.path)'", at: node,
        help: "paths are relative to the pipeline file")
      return nil
    }
    let document = Document.load(path: file.location)
    reading.report(document.diagnostics)
    guard let root = document.root, !document.hasErrors else { return nil }
    let located = LocatedNode(node: root, file: document.file)
    useTables(of: located, besides: file.path, node, &reading)
    return RuleFile(root: located, json: file.json)
  }

  /// The content of the files that hold tables is part of the stage key, too.
  private static func useTables(
    of root: LocatedNode, besides path: String, _ node: Node, _ reading: inout ParameterReading
  ) {
    for file in SheetSource.files(in: root) {
      let path = SheetSource.path(file.node.text ?? "", besides: path)
      guard FileStatus.exists(path: InputFile(path, in: reading.folder).location) else { continue }
      _ = InputFile.read(
        Node(content: .scalar(Scalar(text: path, style: .doubleQuoted)), span: node.span),
        in: &reading)
    }
  }
}
