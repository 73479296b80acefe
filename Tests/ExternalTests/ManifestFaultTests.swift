// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Testing

@testable import External

/// Each case marks where its faults should stand; every fault found must be one of them.
struct ManifestFaultTests {
  let folder: PluginFolder

  init() throws {
    folder = try PluginFolder()
    try folder.write("", to: "run.sh")
  }

  /// The faults as `marker code`, or `line:column code` where nothing is marked.
  private func faults(_ marked: String) throws -> [String] {
    let text = MarkedText(marked)
    try folder.write(text.text, to: "plugin.yaml")
    let (manifest, _, diagnostics) = ManifestReader.read(folder: folder.path)
    #expect((manifest == nil) == diagnostics.contains { $0.severity == .error })
    return diagnostics.map { diagnostic in
      "\(diagnostic.span.map { text.name(of: $0.start) } ?? "file") \(diagnostic.code)"
    }
  }

  private static let lines = [
    ("plugin", "plugin: p"), ("version", "version: 1.0.0"), ("protocol", "protocol: 1"),
    ("command", "command: [sh, run.sh]"), ("code", "code: run.sh"),
    (
      "stages",
      """
      stages:
        a:
          summary: Does.
          outputs: {cases: {kind: table, help: Cases.}}
      """
    ),
  ]

  /// A manifest that is right but for one line.
  private static func manifest(_ line: String) -> String {
    let key = line.filter { $0.isASCII }.prefix { $0 != ":" }
    var all = lines
    if let position = all.firstIndex(where: { $0.0 == key }) {
      all[position].1 = line
    } else {
      all.insert((String(key), line), at: 5)
    }
    return all.map(\.1).joined(separator: "\n")
  }

  private static func without(_ key: String) -> String {
    "1️⃣" + lines.filter { $0.0 != key }.map(\.1).joined(separator: "\n")
  }

  /// A manifest with one stage, which is right but for a line.
  private static func stage(_ line: String) -> String {
    manifest(
      """
      stages:
        2️⃣a:
          summary: Does.
          inputs: {cases: {kind: table, help: Cases.}, card: {kind: record, help: A card.}}
          outputs: {cases: {kind: table, help: Cases.}}
          \(line)
      """)
  }

  private static func port(_ text: String, isInput: Bool = false) -> String {
    manifest(
      """
      stages:
        a:
          summary: Does.
          inputs: {cases: {kind: table, help: Cases.}\(isInput ? ", \(text)" : "")}
          outputs: {cases: {kind: table, help: Cases.}\(isInput ? "" : ", \(text)")}
      """)
  }

  @Test(arguments: [
    ("1️⃣- a", "wrong-type"), (without("plugin"), "missing-key"),
    (without("version"), "missing-key"), (without("protocol"), "missing-key"),
    (without("command"), "missing-key"), (without("code"), "no-code"),
    (without("stages"), "missing-key"), (manifest("1️⃣comand: sh"), "unknown-key"),
    (manifest("plugin: 1️⃣My Plugin"), "bad-name"), (manifest("plugin: 1️⃣[p]"), "bad-name"),
    (manifest("version: 1️⃣1.2"), "bad-version"), (manifest("version: 1️⃣v1.2.0"), "bad-version"),
    (manifest("protocol: 1️⃣2"), "unknown-protocol"),
    (manifest("protocol: 1️⃣nothing"), "unknown-protocol"),
    (manifest("command: 1️⃣[]"), "bad-command"), (manifest("command: 1️⃣[sh, '']"), "bad-command"),
    (manifest("code: [run.sh, 1️⃣\"*.py\"]"), "no-code"),
    (manifest("code: 1️⃣\"*.py\""), "no-code"), (manifest("code: 1️⃣../run.sh"), "no-code"),
    (manifest("code: [run.sh, 1️⃣/etc/*]"), "no-code"),
    (manifest("lock: 1️⃣nothing.lock"), "no-code"), (manifest("lock: [1️⃣../a.lock]"), "no-code"),
    (manifest("worker: 1️⃣maybe"), "wrong-type"), (manifest("network: 1️⃣1"), "wrong-type"),
    (manifest("environment: 1️⃣{A: b}"), "wrong-type"),
    (manifest("environment: [HOME_TOWN, 1️⃣PROEFTUIN_PSEUDONYM_KEY]"), "bad-name"),
    (manifest("environment: [1️⃣PATH]"), "bad-name"),
    (manifest("environment: [1️⃣a-b]"), "bad-name"), (manifest("limits: 1️⃣5"), "wrong-type"),
    (manifest("limits: {1️⃣disk: 5}"), "unknown-key"),
    (manifest("limits: {memory: 1️⃣big}"), "wrong-type"),
    (manifest("limits: {processes: 1️⃣0}"), "wrong-type"),
    (manifest("limits: {time: 1️⃣10}"), "wrong-type"),
    (manifest("owner: 1️⃣[a]"), "wrong-type"), (manifest("stages: 1️⃣[a]"), "wrong-type"),
    (manifest("stages: 1️⃣{}"), "missing-key"),
  ])
  func `what the plugin says of itself`(marked: String, code: String) throws {
    #expect(try faults(marked) == ["1️⃣ \(code)"])
  }

  @Test(arguments: [
    (
      manifest("stages:\n  1️⃣A_b:\n    summary: S.\n    outputs: {o: {kind: file, help: O.}}"),
      "1️⃣ bad-name"
    ),
    (manifest("stages:\n  1️⃣a: 5"), "1️⃣ wrong-type"),
    (manifest("stages:\n  1️⃣a:\n    outputs: {o: {kind: file, help: O.}}"), "1️⃣ missing-key"),
    (manifest("stages:\n  1️⃣a:\n    summary: S."), "1️⃣ missing-key"),
    (manifest("stages:\n  1️⃣a:\n    summary: S.\n    outputs: {}"), "1️⃣ missing-key"),
    (stage("1️⃣parameter: {}"), "1️⃣ unknown-key"), (stage("version: 1️⃣0"), "1️⃣ wrong-type"),
    (stage("version: 1️⃣1.5"), "1️⃣ wrong-type"),
    (stage("format: 1️⃣parquet"), "1️⃣ unknown-choice"), (stage("draws: 1️⃣perhaps"), "1️⃣ wrong-type"),
    (stage("transient: 1️⃣[0]"), "1️⃣ wrong-type"), (stage("transient: 1️⃣[75, x]"), "1️⃣ wrong-type"),
    (stage("transient: 1️⃣[256]"), "1️⃣ wrong-type"),
    (stage("command: 1️⃣[sh, other.sh]"), "1️⃣ bad-command"),
    (stage("parameters: 1️⃣[a]"), "1️⃣ wrong-type"),
    (stage("parameters: {1️⃣Big-x: {type: text, help: H.}}"), "1️⃣ bad-name"),
    (stage("draws: true\n    parameters: {seed: {type: integer, help: H.}}"), "2️⃣ bad-parameter"),
    (stage("example: 1️⃣5"), "1️⃣ wrong-type"), (stage("example: {1️⃣input: {}}"), "1️⃣ unknown-key"),
    (stage("example: {inputs: {1️⃣case: run.sh}}"), "1️⃣ bad-port"),
    (stage("example: {inputs: {cases: 1️⃣nothing.csv}}"), "1️⃣ missing-file"),
  ])
  func `what it says of a stage`(marked: String, expected: String) throws {
    #expect(try faults(marked) == [expected])
  }

  private static func parameter(_ text: String) -> String { stage("parameters: {\(text)}") }

  @Test(arguments: [
    (parameter("1️⃣x: 5"), "wrong-type"), (parameter("1️⃣x: {type: text}"), "missing-key"),
    (parameter("1️⃣x: {help: H.}"), "missing-key"),
    (parameter("x: {type: 1️⃣txt, help: H.}"), "unknown-choice"),
    (parameter("x: {type: text, help: H., 1️⃣defualt: a}"), "unknown-key"),
    (parameter("x: {type: number, help: H., default: 1️⃣much}"), "bad-parameter"),
    (parameter("x: {type: number, maximum: 1, help: H., default: 1️⃣2}"), "bad-parameter"),
    (parameter("x: {type: integer, help: H., default: 1️⃣0.5}"), "bad-parameter"),
    (parameter("x: {type: date, help: H., default: 1️⃣2026-02-30}"), "bad-parameter"),
    (parameter("x: {type: choice, choices: [a, b], help: H., default: 1️⃣c}"), "bad-parameter"),
    (parameter("x: {type: list, items: integer, help: H., default: [1, 1️⃣b]}"), "bad-parameter"),
    (parameter("1️⃣x: {type: text, help: H., default: a, required: true}"), "bad-parameter"),
    (parameter("x: {type: 1️⃣choice, help: H.}"), "bad-parameter"),
    (parameter("1️⃣x: {type: list, help: H.}"), "missing-key"),
    (parameter("x: {type: list, items: 1️⃣list, help: H.}"), "unknown-choice"),
    (parameter("x: {type: list, items: 1️⃣secret, help: H.}"), "unknown-choice"),
    (parameter("x: {type: number, minimum: 1️⃣low, help: H.}"), "wrong-type"),
    (parameter("x: {type: integer, minimum: 1️⃣1e300, help: H.}"), "wrong-type"),
    (parameter("x: {type: secret, help: H., default: 1️⃣\"${secret.A}\"}"), "bad-parameter"),
    (parameter("x: {type: file, help: H., default: 1️⃣run.sh}"), "bad-parameter"),
    (parameter("x: {type: list, items: file, help: H., default: 1️⃣[run.sh]}"), "bad-parameter"),
  ])
  func `what it says of a parameter`(marked: String, code: String) throws {
    #expect(try faults(marked) == ["1️⃣ \(code)"])
  }

  @Test(arguments: [
    (port("1️⃣o: 5"), "wrong-type"), (port("1️⃣o: {kind: file}"), "missing-key"),
    (port("1️⃣o: {help: O.}"), "missing-key"),
    (port("o: {kind: 1️⃣tabel, help: O.}"), "unknown-choice"),
    (port("1️⃣O-x: {kind: file, help: O.}"), "bad-name"),
    (port("o: {kind: file, help: O., 1️⃣list: true}"), "unknown-key"),
    (port("o: {kind: record, help: O., columns: 1️⃣{a: text}}"), "bad-port"),
    (port("o: {kind: file, help: O., extends: 1️⃣cases}"), "bad-port"),
    (port("o: {kind: table, help: O., extends: 1️⃣case}"), "bad-port"),
    (port("o: {kind: table, help: O., record: 1️⃣note}"), "bad-port"),
    (port("o: {kind: table, help: O., columns: 1️⃣[a]}"), "wrong-type"),
    (port("o: {kind: table, help: O., columns: {a: 1️⃣string}}"), "unknown-choice"),
    (port("o: {kind: table, help: O., optional: 1️⃣perhaps}"), "wrong-type"),
    (port("o: {kind: table, help: O., media_type: 1️⃣text/csv}"), "bad-port"),
    (port("i: {kind: table, help: I., 1️⃣extends: cases}", isInput: true), "unknown-key"),
  ])
  func `what it says of a port`(marked: String, code: String) throws {
    #expect(try faults(marked) == ["1️⃣ \(code)"])
  }

  private static func tool(_ command: String, more: String = "") -> String {
    """
    plugin: p
    version: 1.0.0
    protocol: none
    stages:
      2️⃣a:
        summary: Does.
        parameters: {size: {type: integer, help: H.}}
        inputs: {cases: {kind: table, help: Cases.}}
        outputs: {result: {kind: table, help: Cases.}}
        \(command)
    \(more)
    """
  }

  @Test(arguments: [
    (
      tool("command: [sort, '{inputs.cases}', '{outputs.result}', '{parameters.size}', '{work}']"),
      []
    ),
    (tool("command: [awk, '{print $1}']"), []), (tool("source: A."), ["2️⃣ missing-key"]),
    (tool("command: 1️⃣[sort, '{inputs.case}']"), ["1️⃣ bad-command"]),
    (tool("command: 1️⃣[sort, '-o={outputs.result}']"), ["1️⃣ bad-command"]),
    (tool("command: 1️⃣[sort, '{input.cases}']"), ["1️⃣ bad-command"]),
    (tool("command: [sort, '{inputs.cases}']\n    stdout: result"), []),
    (tool("command: [sort, '{inputs.cases}']\n    stdout: 1️⃣results"), ["1️⃣ bad-port"]),
    (tool("command: ['true']", more: "worker: 1️⃣true"), ["1️⃣ bad-command"]),
    (
      tool("command: ['true']").replacing(
        "inputs: {cases: {kind: table,", with: "inputs: {1️⃣cases: {kind: table, list: true,"),
      ["1️⃣ bad-port"]
    ),
  ])
  func `what it says of a tool without a protocol`(marked: String, expected: [String]) throws {
    #expect(try faults(marked) == expected)
  }

  @Test func `all faults are told at once, with a suggestion`() throws {
    try folder.write(
      "plugin: p\nversoin: 1\nprotocol: 9\ncommand: sh\ncode: '*.sh'\nstages: {a: {sumary: S.}}\n",
      to: "plugin.yaml")
    let diagnostics = ManifestReader.read(folder: folder.path).diagnostics
    #expect(
      diagnostics.map { "\($0.code)" } == [
        "unknown-key", "missing-key", "unknown-protocol", "unknown-key", "missing-key",
        "missing-key",
      ])
    #expect(diagnostics.compactMap(\.help).contains("did you mean 'version'?"))
    #expect(diagnostics.compactMap(\.help).contains("did you mean 'summary'?"))
  }

  @Test func `a folder without a manifest is at fault only where somebody named it`() {
    var search = PluginSearch()
    search.folders = [.init(folder.path), .init("\(folder.path)/nowhere")]
    #expect(ExternalPluginFinder().plugins(search).isEmpty)
    search.folders = [.init(folder.path, isNamed: true)]
    let found = ExternalPluginFinder().plugins(search)
    #expect(found.flatMap(\.diagnostics).map { "\($0.code)" } == ["no-manifest"])
  }
}
