// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Who found what in which case: the rows of the table put together by case and coder.
struct CodedCases {
  /// Everything about one case.
  struct Case {
    /// For each coder of the case the codes that the coder gave it, which may be none.
    var codes: [Int: Set<Int>] = [:]
    var sites: Set<Int> = []
    /// For each code the kinds of source that it was found in.
    var sources: [Int: Set<Int>] = [:]
  }

  /// In the order in which they came.
  private(set) var cases: [Case] = []
  private(set) var names: [String] = []
  /// Labels of the codes.
  let codes: [String]
  let coders: Int
  let hasSites: Bool
  let hasSources: Bool
  private(set) var notes: [String] = []
  /// For each rated column: name, scale, and for each case what each coder gave.
  private(set) var ratings: [Rating] = []

  struct Rating {
    let column: String
    let scale: KrippendorffAlpha.Scale
    var values: [[Int: Double]]
  }

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(_ stage: Lessons, _ cases: Cases) throws(StageFault) {
    let caseGroups = try cases.groups(stage.case, at: "case")
    let coder = try cases.groups(stage.coder, at: "coder").limited(at: "coder")
    let code = try stage.code.map { name throws(StageFault) in
      try cases.groups(name, at: "code").limited(at: "code")
    }
    if let code, code.labels.contains(where: QuotationGuard.isSentence) {
      throw StageFault(
        "column '\(code.column)' holds sentences, and a code is a word or a few", at: "code",
        help: "keep quotations in a column of their own, which does not leave the stage")
    }
    let site = try stage.site.map { name throws(StageFault) in
      try cases.groups(name, at: "site").limited(at: "site")
    }
    let source = try stage.source.map { name throws(StageFault) in
      try cases.groups(name, at: "source").limited(at: "source")
    }
    var selection = CaseSelection(Array(0..<cases.count))
    selection.require("case", caseGroups.column, caseGroups.validity)
    selection.require("coder", coder.column, coder.validity)
    guard !selection.rows.isEmpty else {
      throw StageFault("no row has both a case and a coder", at: "case")
    }
    let order = try Self.order(
      selection.rows, caseGroups,
      by: stage.order.map { name throws(StageFault) in
        try Self.key(cases.column(name, at: "order"), name)
      })
    var place = [Int](repeating: -1, count: caseGroups.labels.count)
    for (position, group) in order.enumerated() { place[group] = position }
    codes = code?.labels ?? []
    coders = Set(selection.rows.map { coder.codes[$0] }).count
    hasSites = site != nil
    hasSources = source != nil
    names = order.map { caseGroups.labels[$0] }
    notes = selection.notes
    var all = [Case](repeating: Case(), count: order.count)
    for row in selection.rows {
      let position = place[Int(caseGroups.codes[row])]
      let who = Int(coder.codes[row])
      all[position].codes[who, default: []].formUnion([])
      if let site, site.codes[row] >= 0 { all[position].sites.insert(Int(site.codes[row])) }
      guard let code, code.codes[row] >= 0 else { continue }
      let label = Int(code.codes[row])
      all[position].codes[who, default: []].insert(label)
      if let source, source.codes[row] >= 0 {
        all[position].sources[label, default: []].insert(Int(source.codes[row]))
      }
    }
    self.cases = all
    for (scale, columns) in [
      (KrippendorffAlpha.Scale.nominal, stage.nominal), (.ordinal, stage.ordinal),
      (.interval, stage.interval),
    ] {
      for name in columns {
        let parameter = scale.rawValue
        var rating = Rating(
          column: name.name, scale: scale, values: [[Int: Double]](repeating: [:], count: all.count)
        )
        let (values, validity) = try Self.values(cases, name, scale)
        for row in selection.rows where validity?[row] ?? true {
          let position = place[Int(caseGroups.codes[row])]
          let who = Int(coder.codes[row])
          if let known = rating.values[position][who], known != values[row] {
            throw StageFault(
              "column '\(name)' has several values from one coder for one case", at: parameter,
              help: "keep one value for each case and coder")
          }
          rating.values[position][who] = values[row]
        }
        ratings.append(rating)
      }
    }
  }

  var count: Int { cases.count }

  /// Cases that two coders looked at, at least.
  var doubleCoded: Int { cases.count { $0.codes.count > 1 } }

  /// A code is found in a case where every coder of the case gave it.
  func isFound(_ codes: Set<Int>, in place: Int) -> Bool {
    cases[place].codes.values.allSatisfy { !$0.isDisjoint(with: codes) }
  }

  /// Every code that anybody gave a case.
  func anyCodes(of place: Int) -> Set<Int> {
    cases[place].codes.values.reduce(into: []) { $0.formUnion($1) }
  }
}

extension CodedCases {
  private static func values(
    _ cases: Cases, _ name: ColumnName, _ scale: KrippendorffAlpha.Scale
  ) throws(StageFault) -> ([Double], Bitmap?) {
    if scale == .nominal {
      let groups = try cases.groups(name, at: scale.rawValue).limited(at: scale.rawValue)
      return (groups.codes.map { Double($0) }, groups.validity)
    }
    let numbers = try cases.numbers(name, at: scale.rawValue)
    return (numbers.values, numbers.validity)
  }

  /// The cases in the order of their earliest key, or of their first row.
  private static func order(
    _ rows: [Int], _ groups: CaseGroups, by key: [Double?]?
  ) -> [Int] {
    var first: [Int: (key: Double, row: Int)] = [:]
    for row in rows {
      let group = Int(groups.codes[row])
      let value = key.map { $0[row] ?? .infinity } ?? 0
      if let known = first[group], known.key <= value { continue }
      first[group] = (value, first[group]?.row ?? row)
    }
    return first.sorted { ($0.value.key, $0.value.row) < ($1.value.key, $1.value.row) }.map(\.key)
  }

  private static func key(_ column: Column, _ name: ColumnName) throws(StageFault) -> [Double?] {
    switch column {
    case .date(let days): return (0..<days.count).map { days[$0].map { Double($0) } }
    case .timestamp(let times): return (0..<times.count).map { times[$0].map { Double($0) } }
    default:
      guard let (values, validity) = column.doubles() else {
        throw StageFault(
          "column '\(name)' is \(column.type.name), and cases are ordered by a date or number",
          at: "order")
      }
      return values.indices.map { validity?[$0] ?? true ? values[$0] : nil }
    }
  }
}
