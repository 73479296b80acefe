// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Glibc
import Testing

/// What runs wild is ended, and nothing of it stays.
struct LimitTests {
  /// With a sandbox where there is one, and without.
  static let policies =
    ProbingPlugin.hasBubblewrap ? ["sandbox: required", "sandbox: off"] : ["sandbox: off"]

  @Test(arguments: policies)
  func `a program that starts others without end is ended with all of them`(policy: String) throws {
    let mark = "98\(UInt32.random(in: 100_000...999_999))"
    let plugin = try ProbingPlugin(
      "while :; do sleep \(mark) & done", manifest: "limits: {processes: 20}", policy: policy)
    defer { plugin.remove() }
    let fault = try plugin.fault()
    // The kernel may refuse the next process before the runner counts them.
    #expect(fault.contains("limit of 20 processes") || fault.contains("ended early"), "\(fault)")
    #expect(ProbingPlugin.areGone(named: mark))
  }

  @Test(arguments: policies)
  func `a file that grows without end is ended`(policy: String) throws {
    let plugin = try ProbingPlugin(
      "exec head -c 1000000000 /dev/zero > large", manifest: "limits: {output: 5MiB}",
      policy: policy)
    defer { plugin.remove() }
    let fault = try plugin.fault()
    #expect(
      fault.contains("wrote more than its limit of 5 MiB") || fault.contains("ended early"),
      "\(fault)")
  }

  @Test(arguments: policies)
  func `many files that fill the disk are ended`(policy: String) throws {
    let plugin = try ProbingPlugin(
      "n=0; while :; do n=$((n + 1)); head -c 1000000 /dev/zero > part$n; done",
      manifest: "limits: {output: 20MiB}", policy: policy)
    defer { plugin.remove() }
    let fault = try plugin.fault()
    #expect(fault.contains("wrote more than its limit of 20 MiB"), "\(fault)")
  }

  @Test(.enabled(if: ProbingPlugin.hasPython, "python3 is missing"), arguments: policies)
  func `a program that takes memory without end is ended`(policy: String) throws {
    let grow = "x = []\\nwhile True: x.append(bytearray(10**6))"
    let plugin = try ProbingPlugin(
      """
      printf '\(grow)' > grow.py
      for n in 1 2 3 4 5 6; do /usr/bin/python3 grow.py & done
      wait
      sleep 60
      """, manifest: "limits: {memory: 150MiB}", policy: policy)
    defer { plugin.remove() }
    let fault = try plugin.fault()
    #expect(fault.contains("took more memory than its limit of 150 MiB"), "\(fault)")
  }

  @Test(arguments: policies)
  func `a program that takes too long is ended`(policy: String) throws {
    let plugin = try ProbingPlugin("sleep 3600", manifest: "limits: {time: 300ms}", policy: policy)
    defer { plugin.remove() }
    let fault = try plugin.fault()
    #expect(fault.contains("took longer than its limit"), "\(fault)")
  }

  @Test(arguments: policies)
  func `a program that will not stop is killed, with what it hid in other sessions`(policy: String)
    throws
  {
    let mark = "97\(UInt32.random(in: 100_000...999_999))"
    let plugin = try ProbingPlugin(
      """
      trap '' TERM
      setsid sh -c 'trap "" TERM; sleep \(mark) & sleep \(mark); sleep \(mark)' &
      (setsid sleep \(mark) &)
      sleep \(mark)
      """, stage: "timeout: 500ms", policy: policy)
    defer { plugin.remove() }
    let fault = try plugin.fault()
    #expect(fault.contains("took longer than its timeout"), "\(fault)")
    #expect(ProbingPlugin.areGone(named: mark))
  }

  @Test(arguments: policies)
  func `what a program leaves running when it ends is ended`(policy: String) throws {
    let mark = "96\(UInt32.random(in: 100_000...999_999))"
    let plugin = try ProbingPlugin(
      "sleep \(mark) & (setsid sleep \(mark) > /dev/null 2>&1 &)\nfound done yes", policy: policy)
    defer { plugin.remove() }
    #expect(try plugin.run().could == ["done": "yes"])
    #expect(ProbingPlugin.areGone(named: mark))
  }

  @Test(arguments: policies)
  func `a program does not outlive a runner that was killed`(policy: String) throws {
    let mark = "95\(UInt32.random(in: 100_000...999_999))"
    let plugin = try ProbingPlugin("exec sleep \(mark)", policy: policy)
    defer { plugin.remove() }
    let process = try plugin.start()
    for _ in 0..<400 where ProbingPlugin.processes(named: mark).isEmpty { usleep(25_000) }
    #expect(!ProbingPlugin.processes(named: mark).isEmpty)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(ProbingPlugin.areGone(named: mark))
  }

  @Test(arguments: policies)
  func `an interrupted run stops its program and can go on later`(policy: String) throws {
    let mark = "94\(UInt32.random(in: 100_000...999_999))"
    let plugin = try ProbingPlugin("exec sleep \(mark)", policy: policy)
    defer { plugin.remove() }
    let process = try plugin.start()
    for _ in 0..<400 where ProbingPlugin.processes(named: mark).isEmpty { usleep(25_000) }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(ProbingPlugin.areGone(named: mark))
    #expect(try plugin.program("verify").code == 0)
  }

  @Test(arguments: policies)
  func `a flood of output harms nobody`(policy: String) throws {
    let plugin = try ProbingPlugin(
      """
      head -c 20000000 /dev/zero | tr '\\0' 'x'
      head -c 5000000 /dev/zero | tr '\\0' 'y' >&2
      head -c 3000000 /dev/zero | tr '\\0' 'z' >> "$PROEFTUIN_MESSAGES"
      printf '\\n' >> "$PROEFTUIN_MESSAGES"
      found done yes
      """, policy: policy)
    defer { plugin.remove() }
    let (answer, could) = try plugin.run()
    #expect(could == ["done": "yes"], "\(answer.errors.prefix(500))")
    #expect(answer.output.count < 5_000)
  }
}
