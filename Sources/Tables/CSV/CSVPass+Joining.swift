// SPDX-License-Identifier: EUPL-1.2

// How the rows of one part of a file come behind those of the part before it.
extension CSVPass {
  /// Takes in the rows of the part that follows.
  ///
  /// - Parameters:
  ///   - next: the reading of that part, which is used up.
  ///   - begin: what its columns were taken for when it began.
  /// - Returns: false where one reading of both parts might have come out otherwise.
  func take(in next: CSVPass, begunAs begin: [Reading]) -> Bool {
    let (mine, its) = (readings, next.readings)
    for place in mine.indices {
      guard
        take(
          column: place, of: next, begin: begin[place].kind, mine: mine[place].kind,
          its: its[place].kind)
      else { return false }
    }
    takeNotes(of: next)
    return true
  }

  private func take(
    column place: Int, of next: CSVPass, begin: CellKind, mine: CellKind, its: CellKind
  ) -> Bool {
    // It was given up before the next part began, which would not have looked at it.
    if mine == .skip { return true }
    let isAsBegun = mine == begin
    let store = parser.stores[place]
    switch (mine, its) {
    case (_, .skip):
      // The cell that decided it is the same only if the column was still of the kind it began as.
      guard isAsBegun, mine != .integer || store.integersAreExactNumbers else { return false }
      sinks[place].kind = .skip
      store.clear()
      return true
    case (.integer, .number):
      guard isAsBegun, becomeNumbers(place) else { return false }
    case (.number, .integer), (.number, .number):
      // Whole numbers were read as such there, of which a reading as numbers takes the shorter ones only.
      guard isAsBegun || !next.parser.stores[place].hasLongInteger else { return false }
      if its == .integer, !next.becomeNumbers(place) { return false }
    case (.category, .category): return takeLabels(place, of: next)
    case (.category, .text):
      guard becomeText(place) else { return false }
    case (.text, .category):
      guard next.becomeText(place) else { return false }
    case (.undetermined, .category):
      sinks[place].kind = its
      sinks[place].labels.prepare()
      return takeLabels(place, of: next)
    case (.undetermined, _): sinks[place].kind = its
    case (_, .undetermined): break
    default:
      guard mine == its else { return false }
    }
    return store.take(next.parser.stores[place], as: sinks[place].kind)
  }

  /// False where a whole number is no floating-point number.
  private func becomeNumbers(_ place: Int) -> Bool {
    guard parser.stores[place].integersAreExactNumbers else { return false }
    parser.stores[place].becomeNumbers()
    sinks[place].kind = .number
    return true
  }

  /// False where the labels written out exceed what a column can hold.
  private func becomeText(_ place: Int) -> Bool {
    parser.stores[place].becomeText(sinks[place].labels) && sinks[place].becomeText(rows: 0)
  }

  private func takeLabels(_ place: Int, of next: CSVPass) -> Bool {
    let labels = next.sinks[place].labels
    let codes = (0..<labels.count).map { code in
      let label = labels.label(code)
      // An empty label has no address of its own.
      return label.baseAddress.map { sinks[place].labels.code(of: $0, label.count) } ?? 0
    }
    sinks[place].labels.keepAll()
    guard parser.stores[place].take(next.parser.stores[place], as: .category, codes: codes) else {
      return false
    }
    let isTooMany = sinks[place].labels.count > CSVParser.labelLimit
    return sinks[place].isDeclared || !isTooMany || becomeText(place)
  }

  private func takeNotes(of next: CSVPass) {
    parser.notes.append(next.notes)
    rows += next.rows
  }
}
