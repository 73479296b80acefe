// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit

/// A pilot card as people write it: a block, or the path of a YAML file that holds one.
struct PilotCardAnswers: ParameterValue {
  let card: PilotCard

  static var schema: ParameterSchema {
    .either([.block(name: "pilot card", schema: PilotCardSchema.json), .file])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> PilotCardAnswers? {
    if node.entries != nil {
      do throws(PilotCardFaults) {
        return PilotCardAnswers(card: try PilotCard(answers: node.json))
      } catch {
        for fault in error.faults {
          reading.report(
            fault.code, fault.message, at: fault.span(in: node), help: fault.help)
        }
        return nil
      }
    }
    guard node.items == nil, !node.isNull else {
      reading.reportWrongType(node, wanted: "a pilot card block, or the path of a YAML file")
      return nil
    }
    guard let file = InputFile.read(node, in: &reading) else { return nil }
    return readFile(file, at: node, in: &reading)
  }

  /// The card itself: a card moved to a file of its own changes nothing.
  var json: JSONValue { card.record }
}

extension PilotCardAnswers {
  /// Reads a card from a file of its own; faults name that file and line at the place of its path.
  private static func readFile(
    _ file: InputFile, at node: Node, in reading: inout ParameterReading
  ) -> PilotCardAnswers? {
    guard FileStatus.exists(path: file.location) else {
      reading.report(
        .missingFile, "there is no file '\(file.path)'", at: node,
        help: "paths are relative to the pipeline file"
          + (reading.folder.isEmpty ? "" : ", in \(reading.folder)"))
      return nil
    }
    let document = Document.load(path: file.location)
    guard !document.hasErrors, let root = document.root else {
      for fault in document.diagnostics {
        reading.report(
          fault.code, place(file, fault.span) + fault.message, at: node, help: fault.help)
      }
      return nil
    }
    guard root.entries != nil else {
      reading.report(
        .wrongType, "\(file.path) holds no pilot card but \(root.kindName)", at: node)
      return nil
    }
    do throws(PilotCardFaults) {
      return PilotCardAnswers(card: try PilotCard(answers: root.json))
    } catch {
      for fault in error.faults {
        reading.report(
          fault.code, place(file, fault.span(in: root)) + fault.message, at: node,
          help: fault.help)
      }
      return nil
    }
  }

  private static func place(_ file: InputFile, _ span: SourceSpan?) -> String {
    span.map { "\(file.path), line \($0.start.line): " } ?? "\(file.path): "
  }
}

extension FieldFault {
  fileprivate var code: DiagnosticCode {
    switch kind {
    case .missing: .missingAnswer
    case .unknownKey: .unknownAnswer
    case .wrongValue: .wrongAnswer
    }
  }

  /// Where to point: at the value, at the key of a block, or at the first key of one without.
  fileprivate func span(in root: Node) -> SourceSpan {
    var node = root
    var key: Node?
    for step in path {
      switch step {
      case .key(let name):
        guard let entry = node.entry(name) else { break }
        (key, node) = (entry.key, entry.value)
      case .index(let index):
        guard let item = node[index] else { break }
        (key, node) = (nil, item)
      }
    }
    if kind == .unknownKey, let key { return key.span }
    if node.scalar != nil, !node.isOmitted { return node.span }
    return key?.span ?? node.entries?.first?.key.span ?? node.span
  }
}

extension DiagnosticCode {
  static let missingAnswer: DiagnosticCode = "missing-answer"
  static let unknownAnswer: DiagnosticCode = "unknown-answer"
  static let wrongAnswer: DiagnosticCode = "wrong-answer"
}
