// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit
import StageTesting
import Tables
import Testing

/// The stage on the page 'Writing a stage in Swift', as it stands there.
struct DocumentedStageTests {
  private static let cases = Result {
    try Table([("days", .integer(FixedColumn((0..<100).map { Int64($0) })))])
  }

  @Test func `it works as the page says`() async throws {
    #expect(checkStage(Redraw.self, plugin: "test").isEmpty)
    let drawn = try await StageRun(Redraw.self, with: "share: 0.5")(
      ["cases": .table(Self.cases.get())])
    #expect((20..<80).contains(try drawn.table("cases").rowCount))
    let all = try await StageRun(Redraw.self, with: "share: 1\ndecided: {from: 10, to: 19}")(
      ["cases": .table(Self.cases.get())], seed: nil)
    #expect(try all.table("cases").rowCount == 10)
    let wrong = StageRun(Redraw.self, with: "decided: {from: 9, to: 1}")
    #expect(wrong.validation?.message == "'decided' ends before it starts")
  }

  @Test func `the page shows this very code`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let code = try String(contentsOf: folder.appending(path: "Redraw.swift"), encoding: .utf8)
    let page = try String(
      contentsOf: folder.appending(path: "../../Sources/StageKit/StageKit.docc/WritingStages.md"),
      encoding: .utf8)
    let shown = try #require(page.components(separatedBy: "```swift\n").dropFirst().first)
      .components(separatedBy: "```")[0]
    #expect(code.hasSuffix("\n\n" + shown))
  }
}
