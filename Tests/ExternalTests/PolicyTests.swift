// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Testing

@testable import External

/// What the operator of a machine allows.
struct PolicyTests {
  let folder: PluginFolder

  init() throws { folder = try PluginFolder() }

  private func faults(_ marked: String) throws -> [String] {
    let text = MarkedText(marked)
    let path = try folder.write(text.text, to: "policy.yaml")
    let (policy, faults) = PolicyReader.read(path: path)
    #expect((policy == nil) == !faults.isEmpty)
    return faults.map { "\($0.span.map { text.name(of: $0.start) } ?? "file") \($0.code)" }
  }

  @Test func `a whole policy is read`() throws {
    let path = try folder.write(
      """
      policy: 1
      sandbox: required
      network: [hardship, letters]
      limits: {memory: 4GiB, time: 2h}
      commands: {python3: /usr/bin/python3, Rscript: /opt/R/bin/Rscript}
      readable: [/data/models]
      environment: [CUDA_VISIBLE_DEVICES]
      """, to: "policy.yaml")
    let policy = try #require(PolicyReader.read(path: path).policy)
    #expect(policy.sandbox == .required)
    #expect(policy.network == ["hardship", "letters"])
    #expect(policy.limits.memory == 4 << 30)
    #expect(policy.limits.time == .seconds(7200))
    #expect(policy.limits.processes == nil)
    #expect(policy.commands["Rscript"] == "/opt/R/bin/Rscript")
    #expect(policy.readable == ["/data/models"])
    #expect(policy.environment == ["CUDA_VISIBLE_DEVICES"])
  }

  @Test func `where nothing is said there is a sandbox if it can be had, and no network`() throws {
    let policy = try Policy.current([])
    #expect(policy.sandbox == .preferred)
    #expect(policy.network == [])
    #expect(policy.limits == Limits())
    #expect(policy.commands == [:])
  }

  @Test(arguments: [
    ("1️⃣- a\n", ["1️⃣ wrong-type"]), ("1️⃣sandbox: off\n", ["1️⃣ bad-policy"]),
    ("policy: 1️⃣2\n", ["1️⃣ bad-policy"]), ("policy: 1️⃣'1'\n", ["1️⃣ bad-policy"]),
    ("policy: 1\n1️⃣sandboks: off\n", ["1️⃣ unknown-key"]),
    ("policy: 1\nsandbox: 1️⃣prefered\n", ["1️⃣ bad-policy"]),
    ("policy: 1\nsandbox: 1️⃣false\n", ["1️⃣ bad-policy"]),
    ("policy: 1\nlimits: {memory: 1️⃣lots}\n", ["1️⃣ wrong-type"]),
    ("policy: 1\nlimits: {1️⃣cpus: 4}\n", ["1️⃣ unknown-key"]),
    ("policy: 1\nnetwork: 1️⃣{a: b}\n", ["1️⃣ wrong-type"]),
    ("policy: 1\ncommands: {python3: 1️⃣python}\n", ["1️⃣ bad-policy"]),
    ("policy: 1\ncommands: 1️⃣[/usr/bin/python3]\n", ["1️⃣ wrong-type"]),
    ("policy: 1\nreadable: 1️⃣[data]\n", ["1️⃣ bad-policy"]),
    ("policy: 1\nreadable: 1️⃣[/]\n", ["1️⃣ bad-policy"]),
    ("policy: 1️⃣0\nsandbox: 2️⃣on\n", ["1️⃣ bad-policy", "2️⃣ bad-policy"]),
  ])
  func `what is wrong with a policy is told at its place`(
    marked: String, expected: [String]
  ) throws {
    #expect(try faults(marked) == expected)
  }

  @Test(arguments: ["policy: [", "", "policy: 1\nsandbox: maybe\n"])
  func `nothing runs under a policy that was not understood`(text: String) throws {
    let path = try folder.write(text, to: "policy.yaml")
    let fault = #expect(throws: StageFault.self) { try Policy.current([path]) }
    #expect(fault?.message.hasPrefix("the policy file \(path) is at fault: ") == true)
    #expect(fault?.kind == .user)
  }

  @Test func `a policy file that is named and not there is at fault`() {
    let fault = #expect(throws: StageFault.self) {
      try Policy.current([folder.path("nowhere.yaml")])
    }
    #expect(fault?.message.contains("nowhere.yaml") == true)
  }

  @Test(arguments: [
    ("off", "required", Policy.SandboxDemand.required), ("required", "off", .required),
    ("preferred", "off", .preferred), ("off", "off", .off),
  ])
  func `of two sandboxes the stricter counts`(
    machine: String, own: String, expected: Policy.SandboxDemand
  ) throws {
    #expect(
      try current("policy: 1\nsandbox: \(machine)\n", "policy: 1\nsandbox: \(own)\n").sandbox
        == expected)
  }

  @Test func `of two policies the stricter word counts, and what describes the machine adds up`()
    throws
  {
    let policy = try current(
      """
      policy: 1
      network: [a, b]
      limits: {memory: 4GiB, processes: 10}
      commands: {python3: /usr/bin/python3}
      readable: [/data]
      environment: [A]
      """,
      """
      policy: 1
      network: [b, c]
      limits: {memory: 8GiB, processes: 1000, time: 10m}
      commands: {python3: /home/me/python3, julia: /home/me/julia}
      readable: [/models]
      environment: [B]
      """)
    #expect(policy.network == ["b"])
    #expect(
      policy.limits
        == Limits(
          memory: 4 << 30, processes: 10, output: nil, time: .seconds(600)))
    #expect(policy.commands == ["python3": "/usr/bin/python3", "julia": "/home/me/julia"])
    #expect(policy.readable == ["/data", "/models"])
    #expect(policy.environment == ["A", "B"])
  }

  private func current(_ machine: String, _ own: String) throws -> Policy {
    try Policy.current([
      folder.write(machine, to: "machine.yaml"), folder.write(own, to: "own.yaml"),
    ])
  }
}
