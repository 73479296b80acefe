// SPDX-License-Identifier: EUPL-1.2

import Tables

/// The matrix of aspects by experiments, and what it comes to.
///
/// The last row, `pooling`, says whether anything was pooled and why not.
struct ComparabilityTable {
  let aspects: [Aspect]
  let experiments: [ComparedExperiment]
  let pooling: [String]
  let isPooled: Bool
  let wording: EvaluationWording

  private struct Row {
    let aspect: String
    let values: [String?]
    let isComparable: Bool?
    let note: String
  }

  func table() throws(TableFault) -> Table {
    let unknown = experiments.map { _ in wording.notPublishedWord }
    var rows = aspects.map { aspect in
      Row(
        aspect: aspect.code.rawValue, values: zip(aspect.values, unknown).map { $0 ?? $1 },
        isComparable: aspect.isComparable, note: aspect.note)
    }
    let differing = aspects.filter { $0.isComparable == false }.map(\.code)
    let open = aspects.filter { $0.isComparable == nil }.map(\.code)
    let whole =
      experiments.count < 2
      ? wording.onlyOne : wording.wholeNote(notComparable: differing, unknown: open)
    let nothing = [String?](repeating: nil, count: experiments.count)
    rows.append(
      Row(
        aspect: "all", values: nothing,
        isComparable: differing.isEmpty ? (open.isEmpty ? true : nil) : false, note: whole))
    rows.append(
      Row(
        aspect: "pooling", values: nothing, isComparable: isPooled,
        note: pooling.isEmpty
          ? wording.sentence(wording.noEffectPublished) + "." : pooling.joined(separator: " ")))
    var maker = TableMaker(rows)
    maker.text("aspect", \.aspect)
    for (place, name) in columnNames.enumerated() { maker.text(name) { $0.values[place] } }
    maker.flag("comparable", \.isComparable)
    maker.text("note", \.note)
    return try maker.table()
  }

  /// The experiments' names, made different where two are the same or one is that of a fixed column.
  private var columnNames: [String] {
    var taken = Set(["aspect", "comparable", "note"].map(ExactText.init))
    return experiments.map { experiment in
      var name = experiment.name
      var number = 2
      while !taken.insert(ExactText(name)).inserted {
        name = "\(experiment.name) (\(number))"
        number += 1
      }
      return name
    }
  }
}
