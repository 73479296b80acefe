// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Foundation
import StageKit

/// A stage that a command runs by its name, outside any pipeline; nothing is stored.
struct RegisteredStage {
  let declaration: StageDeclaration
  private let name: String

  init(_ name: String) throws {
    guard let declaration = Installation.current.catalog[name] else {
      throw CommandFailure(
        .usage, "this program was built without '\(name)'",
        help: "add the plugin that has it to main.swift")
    }
    self.declaration = declaration
    self.name = name
  }

  /// Runs the stage on artifacts by input port; unknown ports are left out.
  func run(
    _ inputs: [String: [Labeled<Artifact>]], with parameters: [String: Node] = [:]
  ) async throws -> [String: Artifact] {
    let file = SourceFile(name: name, text: "")
    var reading = ParameterReading(file: file, folder: "", constants: [:])
    let known = declaration.parameters.map(\.name)
    let values = parameters.filter { known.contains($0.key) }
    guard let loaded = declaration.load(values, &reading) else {
      let fault = reading.diagnostics.first
      throw CommandFailure(.usage, fault?.message ?? "'\(name)' needs more", help: fault?.help)
    }
    let context = StageContext(stage: name, instance: name, experiment: name)
    do {
      return try await loaded.run(inputs.delivered, context)
    } catch let fault as StageFault {
      throw CommandFailure(.stageFailed, fault.message, help: fault.help)
    }
  }
}

extension Node {
  /// A text as people would have written it in quotes.
  static func text(_ text: String) -> Node {
    Node(content: .scalar(Scalar(text: text, style: .doubleQuoted)), span: SourceSpan(at: .start))
  }

  /// A map of texts, in this order.
  static func map(_ entries: KeyValuePairs<String, String>) -> Node {
    Node(
      content: .mapping(
        entries.map { Entry(key: .text($0.key), value: .text($0.value)) }, .block),
      span: SourceSpan(at: .start))
  }
}
