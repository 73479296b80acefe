// SPDX-License-Identifier: EUPL-1.2

import Experiments

extension String {
  /// The text, or nil where it only says that there is none.
  var published: String? {
    Self.unpublished.contains(lowercased()) ? nil : self
  }

  private static let unpublished: Set = [
    "", "not published", "not-published", "not known", "unknown", "niet gepubliceerd",
  ]
}

extension PilotCard {
  /// The arms, or nil where the card says of one of them that it was not published.
  var publishedArms: [Arm]? {
    let isPublished = arms.allSatisfy { arm in
      !["not published", "niet gepubliceerd"].contains { arm.label.lowercased().contains($0) }
    }
    return isPublished && !arms.isEmpty ? arms : nil
  }
}
