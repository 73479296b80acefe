// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Digests
import Documents
import Pipelines
import Reports
import RunStore
import StageKit

/// `proeftuin report RUN`: a self-contained page, by the registered `evaluation/report`.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Writes what a run found as a page that stands by itself.")

  @Argument(help: ArgumentHelp("Which run.", valueName: "run"))
  var name = "latest"

  @Option(help: "The language of the page.")
  var lang = Language.en

  @Option(help: "HTML, or Markdown.")
  var format: Format?

  @Option(name: .shortAndLong, help: "Write to this file.", completion: .file())
  var output: String?

  @OptionGroup var store: StoreOptions

  enum Language: String, ExpressibleByArgument, CaseIterable {
    case nl
    case en
  }

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case html
    case markdown

    var mediaType: String { self == .html ? "text/html" : "text/markdown" }
  }

  func run() async throws {
    let store = try self.store.required()
    let record = try store.run(named: name)
    let stage = try RegisteredStage("evaluation/report")
    let inputs = try gather(record, store, stage.declaration)
    let outputs = try await stage.run(
      inputs,
      with: [
        "language": .text(lang.rawValue), "title": .text(record.title ?? record.pipeline),
        "provenance": .map([
          "run": record.id.text, "pipeline": record.file, "program": record.tool,
          "receipt": record.receipt?.hex ?? "none yet",
        ]),
      ])
    let wanted = (format ?? byName).mediaType
    let files = outputs.values.compactMap { artifact -> FileArtifact? in
      if case .file(let file) = artifact { file } else { nil }
    }
    guard let file = files.first(where: { $0.mediaType.hasPrefix(wanted) }) else {
      throw CommandFailure(.usage, "the report has no form '\(wanted)'")
    }
    guard let output else {
      Terminal.write(file.bytes)
      return
    }
    try FileOutput.write(file.bytes, to: output)
    Terminal.tell("wrote \(output)")
  }

  private var byName: Format {
    output.map { $0.hasSuffix(".md") } == true ? .markdown : .html
  }

  /// What a run gave, by the inputs of the report: an output named `x` feeds the input `x` or `xs`.
  private func gather(
    _ run: RunRecord, _ store: Store, _ report: StageDeclaration
  ) throws -> [String: [Labeled<Artifact>]] {
    var inputs: [String: [Labeled<Artifact>]] = [:]
    for artifact in try store.artifacts(of: run.id) where artifact.reference.kind != .file {
      let source = Installation.current.catalog[artifact.use]?.outputs
        .first { $0.name == artifact.port }
      let port = report.inputs.first { input in
        let named = input.name == artifact.port || input.name == "\(artifact.port)s"
        let record = source?.recordType.map { $0 == input.recordType } ?? false
        return input.kind == artifact.reference.kind && (input.kind == .record ? record : named)
      }
      guard let port else { continue }
      inputs[port.name, default: []].append(
        Labeled(artifact.instance, try store.artifact(artifact.reference)))
    }
    return inputs
  }
}
