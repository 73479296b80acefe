// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import External

/// A manifest that is right is read whole; the faults are in `ManifestFaultTests`.
struct ManifestTests {
  private static let whole = """
    plugin: hardship                  # a comment
    version: 1.2.0
    protocol: 1
    summary: Marks cases that may need the hardship clause.
    owner: Team Maatwerk
    licence: EUPL-1.2
    command: [sh, run.sh]
    code: ["*.sh", "parts/**/*.sh"]
    lock: requirements.lock
    worker: true
    environment: [LANGUAGE_MODEL, MODEL_2]
    network: true
    limits: {memory: 2GiB, processes: 64, output: 1GiB, time: 10m}
    stages:
      flag:
        summary: Flags cases.
        version: 3
        parameters:
          threshold: {type: number, minimum: 0, maximum: 1, default: 0.2, help: A share.}
          words: {type: list, items: text, required: false, help: Some words.}
          token: {type: secret, help: A key.}
        inputs:
          cases: {kind: table, help: Cases., columns: {income: number, anything: any}}
          more: {kind: table, help: More cases., list: true, optional: true}
          card: {kind: record, record: pilot-card, help: The card.}
        outputs:
          cases: {kind: table, help: Cases., extends: cases, columns: {flagged: boolean}}
          page: {kind: file, media_type: text/html, help: A page., optional: true}
        format: csv
        draws: true
        source: A book (1999).
        example:
          parameters: {threshold: 0.5}
          inputs: {cases: examples/cases.csv}
      plain:
        summary: Is plain.
        outputs:
          note: {kind: record, help: A note.}
    """

  let folder: PluginFolder

  init() throws {
    folder = try PluginFolder()
    for file in ["run.sh", "parts/a/b.sh", "requirements.lock", "examples/cases.csv"] {
      try folder.write("", to: file)
    }
    try folder.write(Self.whole, to: "plugin.yaml")
  }

  private func manifest() throws -> PluginManifest {
    let (manifest, _, diagnostics) = ManifestReader.read(folder: folder.path)
    #expect(diagnostics.map(\.message) == [])
    return try #require(manifest)
  }

  @Test func `what the plugin says of itself`() throws {
    let plugin = try manifest()
    #expect(plugin.name == "hardship")
    #expect(plugin.version == SemanticVersion(1, 2, 0))
    #expect(plugin.protocolVersion == .version(1))
    #expect(plugin.summary == "Marks cases that may need the hardship clause.")
    #expect(plugin.owner == "Team Maatwerk")
    #expect(plugin.licence == "EUPL-1.2")
    #expect(plugin.command?.arguments == ["sh", "run.sh"])
    #expect(plugin.command?.place.span.start == SourcePosition(line: 7, column: 10))
    #expect(plugin.code == ["*.sh", "parts/**/*.sh"])
    #expect(plugin.lockFiles == ["requirements.lock"])
    #expect(plugin.isWorker)
    #expect(plugin.environment == ["LANGUAGE_MODEL", "MODEL_2"])
    #expect(plugin.wantsNetwork)
    #expect(
      plugin.limits
        == Limits(memory: 2 << 30, processes: 64, output: 1 << 30, time: .seconds(600)))
    #expect(plugin.digest.count == 64)
    #expect(plugin.stages.map(\.name) == ["flag", "plain"])
  }

  @Test func `what it says of a stage`() throws {
    let stage = try manifest().stages[0]
    #expect(stage.summary == "Flags cases.")
    #expect(stage.version == 3)
    #expect(stage.format == .csv)
    #expect(stage.draws)
    #expect(stage.source == "A book (1999).")
    #expect(stage.parameters.map(\.name) == ["threshold", "words", "token"])
    #expect(stage.parameters.map(\.isRequired) == [false, false, true])
    #expect(
      stage.parameters.map(\.type.schema)
        == [.number(minimum: 0, maximum: 1), .list(.text), .secret])
    #expect(stage.parameters.map { $0.initial?.json } == [.number(0.2), nil, nil])
    #expect(stage.example?.parameters.map(\.name) == ["threshold"])
    #expect(stage.example?.inputs.map(\.path) == ["examples/cases.csv"])
  }

  @Test func `what it says of ports`() throws {
    let stage = try manifest().stages[0]
    #expect(
      stage.inputs.map(\.declaration) == [
        PortDeclaration(
          name: "cases", help: "Cases.", kind: .table,
          columns: [ColumnPromise("income", .number), ColumnPromise("anything")]),
        PortDeclaration(
          name: "more", help: "More cases.", kind: .table, isList: true, isOptional: true),
        PortDeclaration(
          name: "card", help: "The card.", kind: .record, recordType: "pilot-card"),
      ])
    #expect(stage.outputs.map(\.extends) == ["cases", nil])
    #expect(stage.outputs.map(\.mediaType) == [nil, "text/html"])
    #expect(stage.outputs.map(\.declaration.isOptional) == [false, true])
  }

  @Test func `what is not said is as the documentation has it`() throws {
    let stage = try manifest().stages[1]
    #expect(stage.version == 1)
    #expect(stage.format == .arrow)
    #expect(!stage.draws)
    #expect(stage.transientStatuses == [])
    try folder.write(
      """
      plugin: p
      version: 0.1.0
      protocol: none
      stages:
        a:
          summary: Does.
          command: ["true"]
          outputs: {cases: {kind: table, help: Cases.}}
      """, to: "plugin.yaml")
    let tool = try manifest()
    #expect(!tool.isWorker && !tool.wantsNetwork && tool.environment == [])
    #expect(tool.limits == Limits())
    #expect(tool.stages[0].format == .csv)
    #expect(tool.protocolVersion.name == "none")
  }

  @Test func `a stage that draws takes a seed besides`() throws {
    let plugin = try manifest()
    let declaration = ExternalStage(
      plugin: plugin, stage: plugin.stages[0], isNetworkGranted: false
    ).declaration
    #expect(declaration.name == "hardship/flag")
    #expect(declaration.parameters.map(\.name) == ["threshold", "words", "token", "seed"])
    #expect(declaration.info.draws)
  }

  @Test func `a seed that is none is a fault, not a silence`() throws {
    let plugin = try manifest()
    let stage = ExternalStage(plugin: plugin, stage: plugin.stages[0], isNetworkGranted: false)
    let document = Document.parse(SourceFile(name: "with.yaml", text: "seed: -1\n"))
    let node = try #require(document.root?["seed"])
    var reading = ParameterReading(file: document.file, folder: "here", constants: [:])
    #expect(stage.load(["seed": node], in: &reading) == nil)
    #expect(reading.diagnostics.map(\.code).contains(.outOfRange))
  }
}
