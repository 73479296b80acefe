// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit
import StageTesting
import Synchronization
import Testing

@testable import External

/// `messages.jsonl` as it grows.
struct MessageLogTests {
  private final class Heard: Sendable {
    let reports = Mutex<[StageReport]>([])
  }

  let scratch: PluginFolder
  let folder: AttemptFolder
  private let heard = Heard()
  private let log: MessageLog

  init() throws {
    scratch = try PluginFolder()
    folder = try AttemptFolder(in: scratch.path)
    let heard = heard
    log = MessageLog(folder) { report in heard.reports.withLock { $0.append(report) } }
  }

  private var reports: [StageReport] { heard.reports.withLock { $0 } }

  private func append(_ text: String) throws {
    let handle = try #require(FileHandle(forWritingAtPath: folder.messages))
    defer { try? handle.close() }
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    log.drain()
  }

  @Test func `a line counts when it is whole, however it comes`() throws {
    let line = "{\"type\":\"note\",\"markdown\":\"één\"}\n"
    for byte in Array(line.utf8).dropLast() {
      let handle = try #require(FileHandle(forWritingAtPath: folder.messages))
      try handle.seekToEnd()
      try handle.write(contentsOf: [byte])
      try handle.close()
      log.drain()
    }
    #expect(reports == [])
    #expect(log.summary.tornBytes == line.utf8.count - 1)
    try append("\n")
    #expect(reports == [.note("één")])
    #expect(log.summary.tornBytes == 0)
  }

  @Test func `the end of a stage is what 'closed' said first`() throws {
    try append("{\"type\":\"opened\",\"protocol\":1}\r\n\n  \n")
    #expect(log.summary.closing == nil)
    try append("{\"type\":\"closed\",\"error\":{\"kind\":\"data\",\"message\":\"no\"}}\n")
    try append("{\"type\":\"closed\",\"ok\":true}\n")
    #expect(log.summary.closing == .fault(StageFault("no", kind: .data)))
    #expect(log.summary.isOutOfOrder)
    #expect(log.summary.openings == 1)
  }

  @Test(arguments: [
    "no JSON", "[1]", "{}", "{\"type\":5}", "{\"type\":\"progress\",\"done\":1}",
    "{\"type\":\"progress\",\"done\":1e300,\"of\":1}", "{\"type\":\"metric\",\"name\":\"a\"}",
    "{\"type\":\"check\",\"name\":\"a\"}", "{\"type\":\"closed\"}",
    "{\"type\":\"closed\",\"ok\":1}",
  ])
  func `a line that is no message is counted and passed over`(line: String) throws {
    try append("\(line)\n")
    #expect(log.summary.brokenLines == 1)
    #expect(log.summary.closing == nil)
    #expect(reports == [])
  }

  @Test func `more than anybody reads is a flood, and is not read`() throws {
    let line = "{\"type\":\"heartbeat\",\"pad\":\"\(String(repeating: "x", count: 4000))\"}\n"
    try append(String(repeating: line, count: 4000))
    #expect(!log.summary.isFlood)
    #expect(log.summary.messageCount == 4000)
    try append(String(repeating: line, count: 1000))
    #expect(log.summary.isFlood)
    #expect(log.summary.messageCount < 4200)
  }

  @Test func `a flood of log lines is cut off with a word`() throws {
    for _ in 0..<10 {
      try append(
        String(repeating: "{\"type\":\"log\",\"level\":\"info\",\"message\":\"x\"}\n", count: 50))
    }
    #expect(reports.count == 201)
    #expect(
      reports.last
        == .log(level: "warning", message: "more messages of type 'log' are left out"))
    #expect(log.summary.messageCount == 500)
  }

  @Test func `a line without end takes no more than its share, and the next one counts`() throws {
    for _ in 0..<5 { try append(String(repeating: "x", count: 1 << 19)) }
    #expect(log.summary.tornBytes <= 1 << 20)
    try append("\n{\"type\":\"note\",\"markdown\":\"after\"}\n")
    #expect(log.summary.brokenLines == 1)
    #expect(reports == [.note("after")])
  }

  @Test func `what a program tells is one line of bounded length, without control signs`() throws {
    let text = "\\u001b[31mred\\nnext" + String(repeating: "y", count: 5000)
    try append("{\"type\":\"note\",\"markdown\":\"\(text)\"}\n")
    guard case .note(let shown) = try #require(reports.first) else { return }
    #expect(shown.hasPrefix(" [31mred next"))
    #expect(shown.count == 2000)
  }

  @Test func `a link put in its place leads nowhere`() throws {
    try FileManager.default.removeItem(atPath: folder.messages)
    try scratch.write("{\"type\":\"closed\",\"ok\":true}\n", to: "elsewhere")
    try FileManager.default.createSymbolicLink(
      atPath: folder.messages, withDestinationPath: scratch.path("elsewhere"))
    log.drain()
    #expect(log.summary.closing == nil)
    let fresh = MessageLog(folder) { _ in }
    fresh.drain()
    #expect(fresh.summary.messageCount == 0)
  }
}
