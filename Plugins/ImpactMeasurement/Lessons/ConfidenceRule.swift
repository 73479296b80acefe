// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit

/// How confident a claim may be: once, repeated or broad, by what was seen and not by how it reads.
///
/// Repeated takes cases enough, more of them than counter-cases, two kinds of sources, coders who agree,
/// and no rival explanation that is still open. Broad takes more cases, several places and saturation
/// besides. What was not noted does not count.
struct ConfidenceRule {
  let repeatedCases: Int
  let broadCases: Int
  let broadSites: Int
  let leastSources: Int

  /// What was seen of a claim.
  struct Evidence {
    var cases: Int
    var counterCases: Int
    var sites: Int?
    var sources: Int?
    var openRivals: Int
    var coding: Lesson.Reliability.Verdict
    var isSaturated: Bool?
  }

  /// The confidence, and the sentence that says why it is no higher.
  func judge(_ evidence: Evidence) -> (confidence: Lesson.Confidence, rule: String) {
    let seen = "found in \(count(evidence.cases, "case"))"
    let missing = missingForRepeated(evidence)
    guard missing.isEmpty else {
      return (.once, "\(seen); not repeated, because " + missing.joined(separator: ", "))
    }
    let further = missingForBroad(evidence)
    guard further.isEmpty else {
      return (.repeated, "\(seen); not broad, because " + further.joined(separator: ", "))
    }
    return (
      .broad,
      "\(seen), in \(count(evidence.sites ?? 0, "place")), by \(evidence.sources ?? 0) kinds of "
        + "sources, with coders who agree, no rival open, and saturation reached"
    )
  }

  private func missingForRepeated(_ evidence: Evidence) -> [String] {
    var missing: [String] = []
    if evidence.cases < repeatedCases { missing.append("it takes \(repeatedCases) cases") }
    if evidence.counterCases >= max(1, evidence.cases) {
      missing.append("\(count(evidence.counterCases, "case")) speak against it")
    }
    switch evidence.sources {
    case nil: missing.append("kinds of sources were not noted")
    case let sources? where sources < leastSources:
      missing.append("it takes \(leastSources) kinds of sources, and there is \(sources)")
    default: break
    }
    switch evidence.coding {
    case .dependable, .tentative: break
    case .low: missing.append("coders agree too little")
    case .noVariation: missing.append("all codes are alike, which shows no agreement")
    case .notDoubleCoded: missing.append("no two coders coded the same cases")
    }
    if evidence.openRivals > 0 {
      missing.append("\(count(evidence.openRivals, "rival explanation")) is still open")
    }
    return missing
  }

  private func missingForBroad(_ evidence: Evidence) -> [String] {
    var missing: [String] = []
    if evidence.cases < broadCases { missing.append("it takes \(broadCases) cases") }
    switch evidence.sites {
    case nil: missing.append("places were not noted")
    case let sites? where sites < broadSites:
      missing.append("it takes \(broadSites) places, and there is \(sites)")
    default: break
    }
    if evidence.isSaturated != true { missing.append("further cases may still bring new codes") }
    return missing
  }

  private func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }
}
