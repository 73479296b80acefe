// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation

/// A plugin whose only stage runs a shell script that means harm, and a pipeline that uses it.
///
/// The script finds `$attempt`, its attempt folder, and may call `found NAME yes|no` to note what it
/// could do; the stage's output is the table of these notes.
struct ProbingPlugin {
  let program: CommandLineProgram
  /// Outside the attempt folder and outside the store.
  let outside: URL

  init(
    _ script: String, manifest: String = "", stage: String = "", policy: String? = nil,
    plugins: String = "[Plugins/probe]"
  ) throws {
    program = try CommandLineProgram()
    outside = program.folder.appending(path: "outside")
    let folder = program.folder.appending(path: "Plugins/probe")
    for place in [outside, folder] {
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    }
    try program.write("untouched", to: "outside/victim.txt")
    try program.write(
      """
      plugin: probe
      version: 1.0.0
      protocol: 1
      command: [sh, probe.sh]
      code: ["*.sh"]
      \(manifest)
      stages:
        probe:
          summary: Tries what it should not be able to do.
          parameters:
            outside: {type: text, default: "", help: A folder that it must not reach.}
          outputs:
            found: {kind: table, help: What it could do., columns: {what: text, could: text}}
          format: csv

      """, to: "Plugins/probe/plugin.yaml")
    try program.write(
      """
      attempt=$(dirname "$PROEFTUIN_CONTEXT")
      outside='\(outside.path)'
      printf '{"type":"opened","protocol":1}\\n' >> "$PROEFTUIN_MESSAGES"
      echo 'what,could' > "$attempt/outputs/found.csv"
      found() { echo "$1,$2" >> "$attempt/outputs/found.csv"; }
      try() { name=$1; shift; if "$@" > /dev/null 2>&1; then found "$name" yes; else found "$name" no; fi; }
      \(script)
      printf '{"type":"closed","ok":true}\\n' >> "$PROEFTUIN_MESSAGES"

      """, to: "Plugins/probe/probe.sh")
    try program.write(
      """
      pipeline: probing
      plugins: \(plugins)
      stages:
        probe:
          use: probe/probe
          \(stage)

      """, to: "probing.yaml")
    if let policy { try program.write("policy: 1\n\(policy)\n", to: "policy.yaml") }
  }

  private var environment: [String: String] {
    let path = program.folder.appending(path: "policy.yaml").path
    let hasPolicy = FileManager.default.fileExists(atPath: path)
    return [
      // An empty name stands for none, whatever the machine's own user has.
      "PROEFTUIN_POLICY": hasPolicy ? path : "", "HOME": program.folder.path,
      "PROEFTUIN_OF_THE_PARENT": "a value that nobody passed on",
    ]
  }

  /// Runs the pipeline and gives back what could be done, by name.
  func run() throws -> (answer: CommandLineProgram.Answer, could: [String: String]) {
    let answer = try program("run", "probing.yaml", "--json", environment: environment)
    guard answer.code == 0 else { return (answer, [:]) }
    let rows = try program("show", "latest", "probe.found", "--format", "json").json.arrayValue
    let pairs = (rows ?? []).map { row in
      (row["what"]?.stringValue ?? "", row["could"]?.stringValue ?? "")
    }
    return (answer, Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
  }

  func start() throws -> Process {
    try program.start(["run", "probing.yaml"], environment: environment).process
  }

  /// The fault of the stage, in words.
  func fault() throws -> String {
    let answer = try run().answer
    let json = try answer.json
    // The pipeline's own fault, or that of the stage that ran.
    let fault = json[0] ?? json["stages"]?[0]?["fault"]
    return fault?["message"]?.stringValue ?? "no fault"
  }

  func remove() { program.remove() }

  /// Processes of the machine with this text in their command line.
  static func processes(named text: String) -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int($0) }.filter { id in
      let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
      return String(decoding: line, as: UTF8.self).contains(text)
    }
  }

  /// Whether they are gone, at the latest after ten seconds.
  static func areGone(named text: String) -> Bool {
    for _ in 0..<200 where !processes(named: text).isEmpty { usleep(50_000) }
    return processes(named: text).isEmpty
  }

  static let hasBubblewrap = FileManager.default.isExecutableFile(atPath: "/usr/bin/bwrap")
  static let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")
}
