// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Foundation
import Pipelines
import StageKit
import StageTesting
import Tables
import Testing

/// A real trial, as a pilot lead would write it: reminder letters to 3,539 families, District of Columbia.
///
/// Reference numbers: R 4.2.2, t.test and chisq.test on the published data (Moore et al. 2022, CC0).
struct RecertificationTests {
  static let data = Installed.shared.appending(path: "data/tanf-letters/recertification.csv")
  static let isThere = FileManager.default.fileExists(atPath: data.path)

  private func run() async throws -> Installed.Finished {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/recertification.yaml")
    return try await Installed.run(file, set: [("data", Self.data.path)])
  }

  @Test(.enabled(if: isThere, "the trial's data are not beside the repository"))
  func `any letter against none gives the reference's Welch test`() async throws {
    let effects = try EffectsTable.effects(await run().table("effect", "effects"))
    let any = try #require(effects.first { $0.contrast == "any_letter - No_Letter" })
    func close(_ value: Double?, _ reference: Double, _ tolerance: Double) {
      #expect(abs((value ?? .nan) - reference) <= tolerance * abs(reference))
    }
    close(any.estimate, 0.055_108_988_3, 1e-8)
    close(any.statistic, 3.125_818_261, 1e-8)
    close(any.degreesOfFreedom, 2_374.196_607, 1e-8)
    close(any.pValue, 0.001_794_557_2, 1e-7)
    close(any.confidenceLow, 0.020_536_689_076_7, 1e-8)
    close(any.confidenceHigh, 0.089_681_287_445_3, 1e-8)
    #expect(any.count == 3_520)
  }

  @Test(.enabled(if: isThere, "the trial's data are not beside the repository"))
  func `the sample ratio stands on all families and the missing outcomes are counted`() async throws
  {
    let checks = try TrustChecks.checks(await run().table("trust", "checks"))
    let ratio = try #require(checks.first { $0.check == "sample-ratio" })
    #expect(abs((ratio.pValue ?? .nan) - 0.995_489_2) < 1e-7)
    let attrition = try #require(checks.first { $0.check == "attrition" })
    #expect(abs((attrition.value ?? .nan) - 19.0 / 3_539) < 1e-12)
  }

  @Test(.enabled(if: isThere, "the trial's data are not beside the repository"))
  func `the centre with a single case is flagged when centres are strata`() async throws {
    let effects = try EffectsTable.effects(await run().table("by-centre", "effects"))
    // The case has one arm, so that only the contrasts with that arm meet it.
    let flagged = effects.filter { $0.flags.contains("singleton-stratum") }
    #expect(!flagged.isEmpty)
    let any = effects.first { $0.contrast == "any_letter - No_Letter" }
    #expect(any?.flags.contains("singleton-stratum") == true)
  }

  @Test(.enabled(if: isThere, "the trial's data are not beside the repository"))
  func `families that stand twice are counted, not dropped`() async throws {
    let run = try await run()
    #expect(try run.table("intake", "cases").rowCount == 3_539)
    let quality = try run.table("intake", "quality")
    #expect(quality.rowCount > 0)
  }
}
