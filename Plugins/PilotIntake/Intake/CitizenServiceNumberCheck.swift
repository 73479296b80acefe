// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Looks for columns that hold citizen service numbers and that nobody declared, batch by batch.
struct CitizenServiceNumberCheck {
  private let known: [String]
  private var names: [String] = []
  private var counts: [CitizenServiceNumber.Count] = []

  init(_ personalData: PersonalData) { known = personalData.identifiers + personalData.allowed }

  mutating func look(at batch: Table) {
    if names.isEmpty {
      names = batch.names
      counts = names.map { _ in CitizenServiceNumber.Count() }
    }
    for (place, name) in names.enumerated() where !known.contains(where: { $0.isExactly(name) }) {
      counts[place] += CitizenServiceNumber.count(in: batch.columns[place])
    }
  }

  /// Refuses columns that look like BSN; all of them at once.
  func refuse(at parameter: String) throws(StageFault) {
    let found = zip(names, counts).filter(\.1.looksLikeBSN).map { name, count in
      let share = (count.hits * 100 + count.candidates / 2) / count.candidates
      return "column '\(name)' (\(share) % of \(count.candidates) numbers)"
    }
    guard !found.isEmpty else { return }
    throw StageFault(
      "\(found.joined(separator: ", ")) \(found.count == 1 ? "looks" : "look") like citizen service "
        + "numbers (BSN): so many pass the elfproef, and 9 % would by chance", at: parameter,
      help:
        "leave the column out of the file, name it under 'identifiers' to keep pseudonyms only, "
        + "or under 'allow_bsn' if it is something else")
  }
}
