// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Testing

/// Plugins come, are shown, and go, without a network.
struct CatalogueTests {
  private static let manifest = """
    plugin: counting
    version: 1.2.0
    protocol: none
    summary: Counts rows.
    owner: Team Tellen
    licence: EUPL-1.2
    code: ["count.sh"]
    stages:
      count:
        summary: Counts the rows of a table.
        command: [sh, count.sh, "{inputs.cases}", "{outputs.count}"]
        inputs: {cases: {kind: table, help: Any table.}}
        outputs: {count: {kind: table, help: One row., columns: {rows: integer}}}

    """

  private static let pipeline = """
    pipeline: counted
    parameters: {seed: 1}
    stages:
      people:
        use: pilot/synthesize
        with: {rows: 7, columns: {id: {sequence: P}}}
      count:
        use: counting/count
        from: {cases: people.cases}

    """

  /// A folder with the plugin's source in `source/counting`.
  private func program() throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try FileManager.default.createDirectory(
      at: program.folder.appending(path: "source/counting"), withIntermediateDirectories: true)
    try program.write(Self.manifest, to: "source/counting/plugin.yaml")
    try program.write(
      "[ -r \"$1\" ] || exit 1\necho rows > \"$2\"\ntail -n +2 \"$1\" | wc -l >> \"$2\"\n",
      to: "source/counting/count.sh")
    try program.write(Self.pipeline, to: "counted.yaml")
    return program
  }

  private func shell(_ program: CommandLineProgram, _ command: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-euc", command]
    process.currentDirectoryURL = program.folder
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  private func exists(_ program: CommandLineProgram, _ path: String) -> Bool {
    FileManager.default.fileExists(atPath: program.folder.appending(path: path).path)
  }

  @Test func `a plugin is added from a folder, used, shown and removed`() throws {
    let program = try program()
    defer { program.remove() }
    #expect(try program("check", "counted.yaml").output.contains("no stage 'counting/count'"))
    let added = try program("plugin", "add", "source/counting")
    #expect(added.code == 0, "\(added.errors)")
    #expect(added.errors.contains("added counting 1.2.0: counting/count"))

    let run = try program("run", "counted.yaml", "--quiet")
    #expect(run.code == 0, "\(run.errors)")
    #expect(try program("show", "latest", "count.count", "--format", "json").json[0]?["rows"] == 7)

    let shown = try program("plugins", "--json").json.arrayValue ?? []
    let plugin = try #require(shown.first { $0["name"] == "counting" })
    #expect(plugin["version"] == "1.2.0" && plugin["protocol"] == "none")
    #expect(plugin["owner"] == "Team Tellen" && plugin["licence"] == "EUPL-1.2")
    #expect(plugin["stages"] == ["count"] && plugin["folder"] == "Plugins/counting")
    #expect(plugin["digest"]?.stringValue?.count == 64)
    #expect(shown.contains { $0["name"] == "impact" && $0["folder"] == .null })
    #expect(try program("plugins").output.contains("Team Tellen"))

    #expect(try program("plugin", "remove", "counting").code == 0)
    #expect(!exists(program, "Plugins/counting"))
    #expect(try program("check", "counted.yaml").code == 1)
  }

  @Test func `a plugin is added from an archive`() throws {
    let program = try program()
    defer { program.remove() }
    try shell(program, "tar -czf counting.tar.gz -C source counting")
    #expect(try program("plugin", "add", "counting.tar.gz").code == 0)
    #expect(try program("run", "counted.yaml", "--quiet").code == 0)
    // Once more changes nothing.
    let again = try program("plugin", "add", "counting.tar.gz")
    #expect(again.code == 0)
    #expect(again.errors.contains("there already"))
  }

  @Test func `another version takes the place only where that is meant`() throws {
    let program = try program()
    defer { program.remove() }
    try program("plugin", "add", "source/counting")
    try program.write(
      Self.manifest.replacing("1.2.0", with: "1.3.0"), to: "source/counting/plugin.yaml")
    try program.write("echo rows > \"$2\"; echo 0 >> \"$2\"\n", to: "source/counting/count.sh")
    let refused = try program("plugin", "add", "source/counting")
    #expect(refused.code == 1)
    #expect(refused.errors.contains("already, version 1.2.0"))
    #expect(refused.errors.contains("--replace"))
    #expect(try program("plugin", "add", "source/counting", "--replace").code == 0)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: program.folder.appending(path: "Plugins").path)
    #expect(names == ["counting"])
  }

  @Test(arguments: [
    ("echo text > bad.tar.gz", "cannot be unpacked"),
    ("tar -czf bad.tar.gz -C source/counting count.sh", "no plugin.yaml at its top"),
    ("ln -s /etc/passwd source/counting/link; tar -czf bad.tar.gz -C source counting", "a link"),
    ("tar -czPf bad.tar.gz -C source/counting ../counting/plugin.yaml", "cannot be unpacked"),
    (
      "mkdir -p source/counting; sed -i s/1.2.0/one/ source/counting/plugin.yaml; tar -czf bad.tar.gz -C source counting",
      "three numbers"
    ),
    (
      "head -c 400000000 /dev/zero > source/counting/large; tar -czf bad.tar.gz -C source counting; rm source/counting/large",
      "cannot be unpacked"
    ),
  ])
  func `an archive that is no plugin, or means harm, is refused`(make: String, says: String) throws
  {
    let program = try program()
    defer { program.remove() }
    try shell(program, make)
    let answer = try program("plugin", "add", "bad.tar.gz")
    #expect(answer.code == 1)
    #expect(answer.errors.contains(says), "\(answer.errors)")
    #expect(!exists(program, "Plugins/counting"))
  }

  @Test func `what somebody wrote or changed is not removed`() throws {
    let program = try program()
    defer { program.remove() }
    try shell(program, "mkdir Plugins; cp -r source/counting Plugins/")
    let own = try program("plugin", "remove", "counting")
    #expect(own.code == 1 && own.errors.contains("somebody's work"))
    try shell(program, "rm -r Plugins")
    try program("plugin", "add", "source/counting")
    try program.write("# changed\n", to: "Plugins/counting/count.sh")
    let changed = try program("plugin", "remove", "counting")
    #expect(changed.code == 1 && changed.errors.contains("was changed since it was added"))
    #expect(exists(program, "Plugins/counting/count.sh"))
    #expect(try program("plugin", "remove", "nothing").code == 1)
    #expect(try program("plugin", "remove", "../source/counting").code == 1)
  }

  @Test func `a plugin that changed under a locked pipeline is a fault at its line`() throws {
    let program = try program()
    defer { program.remove() }
    try program("plugin", "add", "source/counting")
    let frozen = try program("check", "counted.yaml", "--frozen")
    #expect(frozen.code == 1 && frozen.output.contains("error[plugin-not-locked]"))
    #expect(frozen.output.contains("--> counted.yaml:8:10"), "\(frozen.output)")

    #expect(try program("plugins", "lock", "counted.yaml").code == 0)
    #expect(try program("run", "counted.yaml", "--frozen", "--quiet").code == 0)
    try program.write("echo rows > \"$2\"; echo 1 >> \"$2\"\n", to: "Plugins/counting/count.sh")
    let changed = try program("run", "counted.yaml")
    #expect(changed.code == 1)
    #expect(changed.errors.contains("error[plugin-changed]"))
    #expect(changed.errors.contains("--> plugins.lock:8:11"), "\(changed.errors)")
    #expect(changed.errors.contains("proeftuin plugins lock counted.yaml"))
    #expect(try program("plugins", "lock", "counted.yaml").code == 0)
    let plan = try program("plan", "counted.yaml", "--json").json
    #expect(plan[1]?["reasons"]?[0] == "the plugin's code changed")
  }

  @Test func `a broken plugin is shown with its fault, and does not disturb others`() throws {
    let program = try program()
    defer { program.remove() }
    try program("plugin", "add", "source/counting")
    try shell(
      program, "mkdir Plugins/broken; printf 'plugin: broken\\n' > Plugins/broken/plugin.yaml")
    let shown = try program("plugins")
    #expect(shown.code == 1)
    #expect(shown.output.contains("not usable"))
    #expect(shown.errors.contains("Plugins/broken/plugin.yaml"))
    #expect(try program("check", "counted.yaml").code == 0)
  }

  @Test func `plugin check answers for people, programs and build servers`() throws {
    let program = try program()
    defer { program.remove() }
    let good = try program("plugin", "check", "source/counting", "--junit", "results.xml")
    #expect(good.code == 0, "\(good.output)\(good.errors)")
    #expect(good.errors.contains("0 failed"))
    let xml = try String(
      contentsOf: program.folder.appending(path: "results.xml"), encoding: .utf8)
    #expect(xml.contains("<testsuite") && xml.contains("failures=\"0\""))
    try program.write("exit 9\n", to: "source/counting/count.sh")
    let bad = try program("plugin", "check", "source/counting", "--json")
    #expect(bad.code == 1)
    let golden = try bad.json.arrayValue?.first { $0["check"] == "golden" }
    #expect(golden?["result"] == "failed")
    #expect(golden?["mend"]?.stringValue?.isEmpty == false)
    #expect(try program("plugin", "check", "nowhere").code == 1)
  }
}
