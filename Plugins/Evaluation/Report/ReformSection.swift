// SPDX-License-Identifier: EUPL-1.2

import Reports
import StageKit
import Tables

/// What other rules do: to people, to the organisation and to the text of the law.
struct ReformSection {
  let input: WriteReport.Input
  let wording: EvaluationWording

  var blocks: [ReportBlock] {
    let blocks = tables.flatMap { DataTable.blocks($0.items, named: $0.caption, wording) }
    return blocks.isEmpty ? [] : [.heading(wording.reformHeading)] + blocks
  }

  private var tables: [(items: [Labeled<Table>], caption: String)] {
    [
      (input.summary, wording.pick("In short", "In het kort")),
      (input.impacts, wording.pick("Who gains and who loses", "Wie erop voor- en achteruitgaat")),
      (input.deciles, wording.pick("By decile of income", "Per inkomensdeciel")),
      (
        input.distribution,
        wording.pick("Inequality and poverty", "Ongelijkheid en armoede")
      ),
      (
        input.minima,
        wording.pick("Example households, old and new", "Voorbeeldhuishoudens, oud en nieuw")
      ),
      (input.cliffs, wording.pick("Cliffs", "Inkomensvallen")),
      (input.pressure, wording.pick("Marginal pressure", "Marginale druk")),
      (
        input.attribution,
        wording.pick("Which scheme takes what", "Welke regeling neemt hoeveel")
      ),
      (input.findings, wording.pick("Findings", "Bevindingen")),
      (input.measures, wording.pick("How complex the rules are", "Hoe complex de regels zijn")),
      (input.scores, wording.pick("How readable the letters are", "Hoe leesbaar de brieven zijn")),
      (input.form, wording.pick("Can it be carried out?", "Is het uitvoerbaar?")),
      (input.steps, wording.pick("What it asks of people", "Wat het van mensen vraagt")),
      (input.trials, wording.pick("Staff and waiting", "Bezetting en wachttijd")),
    ]
  }
}
