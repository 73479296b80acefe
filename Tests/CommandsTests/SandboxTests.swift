// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Glibc
import Testing

/// What a program under the sandbox tries, and cannot do.
@Suite(.enabled(if: ProbingPlugin.hasBubblewrap, "bubblewrap is not installed here"))
struct SandboxTests {
  /// Every probe that fails here succeeds without a sandbox: see the next test.
  private static let probes = """
    try 'read /etc/shadow' cat /etc/shadow
    try 'read a file outside' cat "$outside/victim.txt"
    try 'write a file outside' sh -c "echo changed > '$outside/victim.txt'"
    try 'write to the plugin' touch "$outside/../Plugins/probe/new.txt"
    try 'see the store' ls "$outside/../.proeftuin/store.sqlite"
    try 'read the key of the store' cat "$outside/../.proeftuin/secret.key"
    try 'see other attempts' sh -c "ls $(dirname "$attempt") | grep -v '^$(basename "$attempt")$'"
    try 'read the environment of the parent' sh -c "env | grep PROEFTUIN_OF_THE_PARENT"
    try 'read the environment of others' sh -c "cat /proc/[0-9]*/environ | grep -a PROEFTUIN_OF_THE_PARENT"
    try 'see other processes' sh -c 'ls -d /proc/[0-9]* | sed "s#/proc/##" | grep -qx "$0"' "$(cat "$outside/pid" 2> /dev/null || echo 999999999)"
    try 'change its context' sh -c "echo changed >> '$PROEFTUIN_CONTEXT'"
    """

  /// Not tried without a sandbox: they would change the machine.
  private static let probesOfTheSystem = """
    try 'write to /usr' touch /usr/probe
    try 'write to /dev' touch /dev/probe
    try 'write to the root' touch /probe
    """

  @Test func `nothing outside the attempt is read, written or seen`() throws {
    let plugin = try ProbingPlugin(Self.probes + "\n" + Self.probesOfTheSystem)
    defer { plugin.remove() }
    // The first run makes the store that the second looks for.
    _ = try plugin.run()
    try plugin.program.write("\(getpid())", to: "outside/pid")
    let (answer, could) = try plugin.run()
    #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
    #expect(could.count == 14)
    for (what, result) in could { #expect(result == "no", "\(what)") }
    #expect(
      try String(contentsOf: plugin.outside.appending(path: "victim.txt"), encoding: .utf8)
        == "untouched")
  }

  /// The probes are real ones: without the sandbox they do what they try.
  @Test func `without a sandbox the same probes succeed`() throws {
    let plugin = try ProbingPlugin(Self.probes, policy: "sandbox: off")
    defer { plugin.remove() }
    _ = try plugin.run()
    let (answer, could) = try plugin.run()
    #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
    for what in [
      "read a file outside", "write a file outside", "write to the plugin", "see the store",
      "read the key of the store", "change its context",
    ] {
      #expect(could[what] == "yes", "\(what)")
    }
    // Scrubbed in any case.
    #expect(could["read the environment of the parent"] == "no")
  }

  @Test func `what it may write is its own folder and its temporary ones`() throws {
    let plugin = try ProbingPlugin(
      """
      try work touch here
      try temporary touch "$TMPDIR/here"
      try home touch "$HOME/here"
      try shm touch /dev/shm/here
      try outputs touch "$attempt/outputs/more"
      """)
    defer { plugin.remove() }
    let could = try plugin.run().could
    #expect(
      could == ["work": "yes", "temporary": "yes", "home": "yes", "shm": "yes", "outputs": "yes"])
  }

  @Test(arguments: ["sandbox: preferred", "sandbox: off"])
  func `an output that is a link is refused and leads nowhere`(policy: String) throws {
    let plugin = try ProbingPlugin(
      """
      rm "$attempt/outputs/found.csv"
      ln -s "$outside/victim.txt" "$attempt/outputs/found.csv"
      """, policy: policy)
    defer { plugin.remove() }
    let fault = try plugin.fault()
    #expect(fault.contains("is no ordinary file"), "\(fault)")
    #expect(
      try String(contentsOf: plugin.outside.appending(path: "victim.txt"), encoding: .utf8)
        == "untouched")
  }

  @Test func `a folder of outputs that is a link is refused`() throws {
    let plugin = try ProbingPlugin(
      """
      rm -r "$attempt/outputs"
      ln -s "$outside" "$attempt/outputs"
      """)
    defer { plugin.remove() }
    let fault = try plugin.fault()
    #expect(fault.contains("replaced its folder of outputs"), "\(fault)")
  }

  @Test func `messages through a link are not heard`() throws {
    let plugin = try ProbingPlugin(
      """
      rm "$PROEFTUIN_MESSAGES"
      ln -s "$outside/victim.txt" "$PROEFTUIN_MESSAGES"
      """)
    defer { plugin.remove() }
    let fault = try plugin.fault()
    // Where the link leads nowhere, the program cannot even write.
    #expect(fault.contains("without saying 'closed'") || fault.contains("ended early"), "\(fault)")
    #expect(
      try String(contentsOf: plugin.outside.appending(path: "victim.txt"), encoding: .utf8)
        == "untouched")
  }

  @Test func `a program in a home's bin does not open the home`() throws {
    let plugin = try ProbingPlugin("try read cat \"$outside/victim.txt\"")
    defer { plugin.remove() }
    // The folder of the test is its home.
    let bin = plugin.program.folder.appending(path: "bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    let shell = bin.appending(path: "own-shell")
    try FileManager.default.copyItem(
      at: URL(filePath: "/bin/sh").resolvingSymlinksInPath(), to: shell)
    try plugin.program.write(
      "policy: 1\ncommands: {sh: \(shell.path)}\n", to: "policy.yaml")
    let (answer, could) = try plugin.run()
    #expect(could == ["read": "no"], "\(answer.output)")
  }

  @Test func `a policy may require a sandbox`() throws {
    let plugin = try ProbingPlugin("found here yes", policy: "sandbox: required")
    defer { plugin.remove() }
    #expect(try plugin.run().could == ["here": "yes"])
  }
}
