// SPDX-License-Identifier: EUPL-1.2

import Documents
import Pipelines
import StageTesting
import Testing

/// Faults of a pilot card stand at their place in the pipeline file; an answer that is missing stands at
/// the first line of the card.
struct CardFaultTests {
  @Test func `missing, unknown and wrong answers come at once, each at its place`() {
    let marked = MarkedText(
      """
      pipeline: p
      stages:
        card:
          use: pilot/card
          with:
            card:
              1️⃣id: letters
              2️⃣titel: A clearer letter
              organisation: Gemeente Voorbeeld
              owner: Team Inkomen
              target_group: households
              track: 3️⃣fast
              problem: few apply
              goal: more apply
              change: a letter
              legal_basis: within-existing-rules
              design: qualitative
              unit_of_assignment: household
      """)
    let outcome = PipelineChecker(catalog: Installed.catalog)
      .check(SourceFile(name: "p.yaml", text: marked.text))
    let found = outcome.diagnostics.map { diagnostic in
      "\(diagnostic.span.map { marked.name(of: $0.start) } ?? "") \(diagnostic.code)"
    }
    #expect(
      found == ["1️⃣ missing-answer", "2️⃣ unknown-answer", "3️⃣ wrong-answer"])
  }
}
