// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports

/// What was learned from cases: each claim with how sure it is, and what speaks against it.
struct LessonSection {
  let lessons: [Lesson]
  let wording: EvaluationWording

  var blocks: [ReportBlock] {
    guard !lessons.isEmpty else { return [] }
    var blocks: [ReportBlock] = [
      .heading(wording.lessonHeading), .paragraph(InlineText(wording.lessonIsNoEffect)),
    ]
    for lesson in lessons {
      blocks.append(.paragraph(InlineText(wording.coded(lesson.cases))))
      for claim in lesson.claims {
        blocks.append(.heading(claim.claim, level: 2))
        blocks.append(.list(points(of: claim, in: lesson).map { InlineText($0) }))
      }
      let rest = points(of: lesson)
      if !rest.isEmpty { blocks.append(.list(rest.map { InlineText($0) })) }
    }
    return blocks
  }

  private func points(of claim: Lesson.Claim, in lesson: Lesson) -> [String] {
    var points = [
      wording.sure(claim.confidence, found: claim.cases, of: lesson.cases)
    ]
    points += claim.evidenceFor.map { wording.speaksFor($0) }
    points += claim.evidenceAgainst.map { wording.speaksAgainst($0) }
    points += [
      claim.counterCases.isEmpty ? nil : wording.counterCases(claim.counterCases),
      claim.search.map { wording.searched($0) },
    ].compactMap(\.self)
    points += claim.rivals.map { wording.rival($0) }
    return points
  }

  private func points(of lesson: Lesson) -> [String] {
    lesson.significantChanges.map { wording.significant($0) }
      + [lesson.nextQuestion.map { wording.nextQuestion($0) }].compactMap(\.self)
  }
}

extension EvaluationWording {
  var lessonHeading: String { pick("What was learned", "Wat er is geleerd") }

  fileprivate var lessonIsNoEffect: String {
    pick(
      "From cases that were looked at closely. A lesson is no measured effect.",
      "Uit casussen die van dichtbij zijn bekeken. Een les is geen gemeten effect.")
  }

  fileprivate func coded(_ cases: Int) -> String {
    pick("\(count(cases)) cases were coded.", "\(count(cases)) casussen zijn gecodeerd.")
  }

  fileprivate func sure(_ confidence: Lesson.Confidence, found: Int, of all: Int) -> String {
    let words: String
    switch confidence {
    case .once: words = pick("Seen once", "Eenmalig gezien")
    case .repeated: words = pick("Seen repeatedly", "Herhaald gezien")
    case .broad: words = pick("Seen broadly", "Breed gezien")
    }
    return pick(
      "\(words): coders found it in \(found) of \(all) cases.",
      "\(words): codeurs vonden het in \(found) van \(all) casussen.")
  }

  fileprivate func speaksFor(_ text: String) -> String {
    pick("For it: \(text)", "Ervoor: \(text)")
  }

  fileprivate func speaksAgainst(_ text: String) -> String {
    pick("Against it: \(text)", "Ertegen: \(text)")
  }

  fileprivate func counterCases(_ names: [String]) -> String {
    pick("Cases that speak against it: ", "Casussen die ertegen spreken: ") + list(names)
  }

  fileprivate func searched(_ text: String) -> String {
    pick("How such cases were looked for: \(text)", "Hoe daarnaar is gezocht: \(text)")
  }

  fileprivate func rival(_ rival: Lesson.Rival) -> String {
    let finding: String
    switch rival.finding {
    case .ruledOut: finding = pick("ruled out", "uitgesloten")
    case .weaker: finding = pick("weaker", "zwakker")
    case .open: finding = pick("still open", "nog open")
    }
    return pick("Another explanation", "Een andere verklaring")
      + " (\(finding)): \(rival.explanation) \(rival.because)"
  }

  fileprivate func significant(_ change: Lesson.SignificantChange) -> String {
    pick("Chosen as the change that mattered most", "Gekozen als de belangrijkste verandering")
      + " (\(change.caseName), \(change.chosenBy)): \(change.change) \(change.reason)"
  }

  fileprivate func nextQuestion(_ question: String) -> String {
    pick("What could be measured next: \(question)", "Wat nu te meten is: \(question)")
  }
}
