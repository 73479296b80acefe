// SPDX-License-Identifier: EUPL-1.2

import Experiments

// What stands under `legal`, for readers of a decision model.
extension [LegalReference] {
  /// The references in one line, as `article 2(1), BWBR0018451`; empty where there is none.
  var citation: String { description(in: .english) }

  /// Each law once, with its address in the Dutch register of legislation where its number is known.
  var laws: [(name: String, address: String?)] {
    var laws: [(name: String, address: String?)] = []
    for reference in self {
      let name = reference.law ?? reference.bwb ?? reference.title ?? reference.url ?? ""
      let address =
        reference.url ?? reference.bwb.map { "https://wetten.overheid.nl/\($0)" }
      if !name.isEmpty, !laws.contains(where: { $0.name == name }) { laws.append((name, address)) }
    }
    return laws
  }
}
