// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit

/// What people call an input, a parameter or a decision: `the healthcare allowance`, `de zorgtoeslag`.
struct Title: Sendable, Hashable {
  /// The title for readers of any language, where it is written in one only.
  var plain: String?
  var translations: [PilotCard.Language: String] = [:]

  func text(in language: PilotCard.Language) -> String? {
    translations[language] ?? plain
      ?? translations.sorted { $0.key.rawValue < $1.key.rawValue }
      .first?.value
  }
}

extension SchemeReader {
  /// What stands under `title`: a text, or a text for each language as {nl: …, en: …}.
  mutating func title(of block: LocatedNode) -> Title? {
    guard let place = block["title"], !place.node.isNull else { return nil }
    guard place.node.entries != nil else {
      return text("title", of: block).map { Title(plain: $0) }
    }
    let languages = PilotCard.Language.allCases
    allow(languages.map(\.rawValue), in: place, "a title")
    var title = Title()
    for language in languages {
      title.translations[language] = text(language.rawValue, of: place)
    }
    return title
  }
}
