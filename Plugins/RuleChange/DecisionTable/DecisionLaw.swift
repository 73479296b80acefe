// SPDX-License-Identifier: EUPL-1.2

import Experiments

extension Decision {
  /// The places in the law that rules of its table rest on, as `article 2(1), BWBR0018451`: those of the
  /// rules themselves, else that of the decision.
  func law(ofRules rules: [Int]) -> String? {
    let own = rules.flatMap { table?.rows[$0 - 1].legal ?? [] }.map { $0.within(legal) }
    var places: [LegalReference] = []
    for place in own where !places.contains(place) { places.append(place) }
    if places.isEmpty { places = legal }
    return places.isEmpty ? nil : places.description(in: .english)
  }
}
