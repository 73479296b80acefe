// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import Foundation
import StageKit
import StageTesting
import Synchronization
import Tables
import Testing

@testable import PilotIntake

/// One stage of the plugin, set up from what people write under `with:`.
struct PilotRun {
  let declaration: StageDeclaration
  let loaded: LoadedStage?
  let reading: ParameterReading
  let marks: MarkedText

  init(_ name: String, with yaml: String, in folder: String = "") throws {
    declaration = try #require(
      PilotIntakePlugin.declarations.first { $0.info.name == name }, "there is no such stage")
    marks = MarkedText(yaml)
    let file = SourceFile(name: "with.yaml", text: marks.text)
    let document = Document.parse(file)
    try #require(document.diagnostics.isEmpty, "the test's YAML has faults")
    var reading = ParameterReading(
      file: file, folder: folder, constants: ["parameters": .context(["limit": .integer(18)])])
    let nodes = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    loaded = declaration.load(
      Dictionary(nodes, uniquingKeysWith: { first, _ in first }), &reading)
    self.reading = reading
  }

  /// The faults by the mark that they begin at.
  var reports: [String: String] {
    Dictionary(
      reading.diagnostics.map { fault in
        (fault.span.map { marks.name(of: $0.start) } ?? "nowhere", fault.message)
      }, uniquingKeysWith: { $0 + "; " + $1 })
  }

  /// What came out, with the notes that were told.
  struct Result {
    let artifacts: [String: Artifact]
    let notes: [String]

    func table(_ port: String) throws -> Table { try artifacts.table(port) }

    /// A column as people read it, missing values as nil.
    func texts(_ port: String, _ column: String) throws -> [String?] {
      try table(port).column(column).texts()
    }
  }

  func callAsFunction(
    _ inputs: [String: Table] = [:], seed: UInt64 = 1, secrets: [String: String] = [:]
  ) async throws -> Result {
    let loaded = try #require(loaded, "\(reading.diagnostics.map(\.message))")
    if let fault = loaded.validate() { throw fault }
    let notes = Mutex<[String]>([])
    let context = StageContext(
      stage: declaration.name, instance: "stage", experiment: "test",
      seed: declaration.info.draws ? loaded.seed ?? seed : nil, secrets: secrets
    ) { report in
      if case .note(let text) = report { notes.withLock { $0.append(text) } }
    }
    let artifacts = try await loaded.run(
      inputs.mapValues { [Labeled("input", Artifact.table($0))] }.delivered, context)
    return Result(artifacts: artifacts, notes: notes.withLock { $0 })
  }

  /// The fault that running it must end in.
  func fault(
    _ inputs: [String: Table] = [:], secrets: [String: String] = [:]
  ) async throws -> StageFault {
    do {
      _ = try await self(inputs, secrets: secrets)
    } catch let fault as StageFault {
      return fault
    }
    Issue.record("the stage ran without a fault")
    return StageFault("none")
  }
}

/// A folder with files for one test, removed afterwards.
func withFiles<Result>(
  _ files: [String: String], _ body: (String) async throws -> Result
) async throws -> Result {
  try await withFiles(bytes: files.mapValues { Array($0.utf8) }, body)
}

func withFiles<Result>(
  bytes files: [String: [UInt8]], _ body: (String) async throws -> Result
) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("proeftuin-pilot-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  for (name, content) in files {
    try Data(content).write(to: folder.appendingPathComponent(name))
  }
  return try await body(folder.path)
}

/// Takes in a CSV text.
func intake(
  _ csv: String, with yaml: String = "", secrets: [String: String] = [:]
) async throws -> PilotRun.Result {
  try await withFiles(["cases.csv": csv]) { folder in
    try await PilotRun("intake", with: "source: cases.csv\n" + yaml, in: folder)(secrets: secrets)
  }
}

/// The fault that taking in a CSV text ends in.
func intakeFault(
  _ csv: String, with yaml: String = "", secrets: [String: String] = [:]
) async throws -> StageFault {
  try await withFiles(["cases.csv": csv]) { folder in
    try await PilotRun("intake", with: "source: cases.csv\n" + yaml, in: folder)
      .fault(secrets: secrets)
  }
}
