// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Pipelines
import Testing

struct PipelineSchemaTests {
  private let validator = JSONSchemaValidator(root: PipelineSchema.schema(of: Installed.catalog))

  private func faults(_ text: String) throws -> [String] {
    let root = try #require(Document.parse(SourceFile(name: "p.yaml", text: text)).root)
    return validator.faults(root.json)
  }

  @Test(arguments: Installed.files())
  func `the schema accepts every example`(file: URL) throws {
    let found = try faults(String(contentsOf: file, encoding: .utf8))
    #expect(found == [])
  }

  @Test(arguments: [
    "pipeline: p",
    "pipeline: P\nstages: {a: {use: pilot/card, with: {card: c.yaml}}}",
    "pipeline: p\nstages: {}",
    "pipeline: p\nstages: {a: {use: pilot/nothing}}",
    "pipeline: p\nstages: {a: {use: impact/trust, with: {arm: a, levle: 1}}}",
    "pipeline: p\nstages: {a: {use: impact/difference-in-means, with: {outcome: y, arm: a, level: 3}}}",
    "pipeline: p\nstages: {a: {use: pilot/card, timeout: soon, with: {card: c}}}",
    "pipeline: p\nstages: {a: {use: impact/stepped-wedge}}",
  ])
  func `the schema refuses what the checker refuses`(text: String) throws {
    #expect(try !faults(text).isEmpty)
  }
}
