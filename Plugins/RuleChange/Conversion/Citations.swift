// SPDX-License-Identifier: EUPL-1.2

import Experiments

// What stands under `legal`, for readers of a decision model.
extension [LegalReference] {
  /// The references in one line; empty where there are none.
  var citation: String { description(in: .english) }

  /// Each law with its address in the Dutch register of legislation, where its number is known.
  var laws: [(name: String, address: String?)] {
    map { reference in
      (
        reference.law ?? reference.bwb ?? reference.description(in: .english),
        reference.url ?? reference.bwb.map { "https://wetten.overheid.nl/\($0)" }
      )
    }
  }
}
