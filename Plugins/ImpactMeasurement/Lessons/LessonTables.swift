// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The curve of new codes by case, without the names of cases.
struct SaturationTable {
  /// Nil where there were too few cases to tell.
  private let saturation: Saturation?

  /// Whether runs without new codes were reached; nil where there were too few cases.
  var isSaturated: Bool? { saturation.map { $0.reachedAt != nil } }
  var reachedAt: Int? { saturation?.reachedAt }

  init(_ coded: CodedCases, base: Int, run: Int) {
    saturation = try? Saturation(
      coded.cases.indices.map { coded.anyCodes(of: $0) }, base: base, run: run)
  }

  static let promises = [
    ColumnPromise("position", .integer), ColumnPromise("new_codes", .integer),
    ColumnPromise("codes", .integer), ColumnPromise("new_information", .number),
    ColumnPromise("saturated", .boolean),
  ]

  func table() throws(TableFault) -> Table {
    let steps = saturation?.steps ?? []
    let columns: [Column] = [
      .integer(FixedColumn(steps.map { Int64($0.position) })),
      .integer(FixedColumn(steps.map { Int64($0.newCodes) })),
      .integer(FixedColumn(steps.map { Int64($0.cumulative) })),
      .number(FixedColumn(steps.map(\.newInformation))),
      .boolean(BooleanColumn(steps.map { step in reachedAt.map { step.position >= $0 } ?? false })),
    ]
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}

/// In how many cases each code was found; codes of few cases are counted together and not named.
struct CodesTable {
  private struct Line {
    let code: String?
    let cases: Int
    let sites: Int?
    let sources: Int?
  }

  private var lines: [Line] = []
  private(set) var note: String?

  init(_ coded: CodedCases, least: Int) {
    let given = coded.cases.indices.map { coded.anyCodes(of: $0) }
    var hidden = 0
    for code in coded.codes.indices {
      let places = given.indices.filter { given[$0].contains(code) }
      guard !places.isEmpty else { continue }
      guard places.count >= least else {
        hidden += 1
        continue
      }
      let sites = places.reduce(into: Set<Int>()) { $0.formUnion(coded.cases[$1].sites) }
      let sources = places.reduce(into: Set<Int>()) {
        $0.formUnion(coded.cases[$1].sources[code] ?? [])
      }
      lines.append(
        Line(
          code: coded.codes[code], cases: places.count,
          sites: coded.hasSites ? sites.count : nil,
          sources: coded.hasSources ? sources.count : nil))
    }
    lines.sort { ($1.cases, $0.code ?? "") < ($0.cases, $1.code ?? "") }
    if hidden > 0 {
      note = "\(hidden) of the codes were given in fewer than \(least) cases and are not named"
    }
  }

  /// The codes that may be named.
  static func shown(_ coded: CodedCases, least: Int) -> [String] {
    CodesTable(coded, least: least).lines.compactMap(\.code)
  }

  static let promises = [
    ColumnPromise("code", .text), ColumnPromise("cases", .integer),
    ColumnPromise("sites", .integer), ColumnPromise("sources", .integer),
  ]

  func table() throws(TableFault) -> Table {
    let columns: [Column] = [
      .text(TextColumn(lines.map(\.code))),
      .integer(FixedColumn(lines.map { Int64($0.cases) })),
      .integer(FixedColumn(lines.map { $0.sites.map { Int64($0) } })),
      .integer(FixedColumn(lines.map { $0.sources.map { Int64($0) } })),
    ]
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}
