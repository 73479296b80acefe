// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments

/// A place in the law that a rule or a figure rests on.
struct LegalReference: Sendable, Hashable {
  /// The law's name, as `Participatiewet`.
  var law: String?
  /// The law's number in the Dutch register of legislation, as `BWBR0018451`.
  var bwb: String?
  var article: String?
  var paragraph: String?
  /// The part of a list within the paragraph, as `a`.
  var part: String?
  var url: String?
  var title: String?

  /// The reference, with the law that its surroundings name where it names none itself.
  func within(_ others: [LegalReference]) -> LegalReference {
    guard law == nil, bwb == nil, article != nil, let first = others.first,
      others.allSatisfy({ $0.law == first.law && $0.bwb == first.bwb })
    else { return self }
    var reference = self
    reference.law = first.law
    reference.bwb = first.bwb
    return reference
  }
}

// In words
extension LegalReference {
  /// `art. 2 lid 1 BWBR0018451`, or in English `article 2(1), BWBR0018451`.
  func description(in language: PilotCard.Language) -> String {
    let law = law ?? bwb
    guard let article else { return law ?? title ?? url ?? "" }
    switch language {
    case .dutch:
      let place = [
        "art. \(article)", paragraph.map { "lid \($0)" }, part.map { "onder \($0)" }, law,
      ]
      return place.compactMap { $0 }.joined(separator: " ")
    case .english:
      let place =
        "article \(article)" + [paragraph, part].compactMap { $0 }.map { "(\($0))" }.joined()
      return law.map { "\(place), \($0)" } ?? place
    }
  }

  var json: JSONValue {
    var members = JSONObject()
    for (key, value) in zip(Self.keys, [law, bwb, article, paragraph, part, url, title]) {
      if let value { members[key] = .string(value) }
    }
    return .object(members)
  }

  static let keys = ["law", "bwb", "article", "paragraph", "part", "url", "title"]
}

extension [LegalReference] {
  /// All places in words, one after the other.
  func description(in language: PilotCard.Language) -> String {
    map { $0.description(in: language) }.joined(separator: "; ")
  }
}

extension SchemeReader {
  /// What stands under `legal`: a reference, or a list of them; a text is a title.
  mutating func legal(_ block: LocatedNode) -> [LegalReference] {
    guard let place = block["legal"], !place.node.isNull else { return [] }
    return place.items.compactMap { reference($0).map { $0.within(legalContext) } }
  }

  private mutating func reference(_ place: LocatedNode) -> LegalReference? {
    guard place.node.entries != nil else {
      guard let title = place.node.text else {
        faults.reportWrongType(
          "'legal'", takes: "references such as {bwb: BWBR0018451, article: \"2\"}", at: place)
        return nil
      }
      return LegalReference(title: title)
    }
    allow(LegalReference.keys, in: place, "a legal reference")
    let reference = LegalReference(
      law: text("law", of: place), bwb: text("bwb", of: place), article: text("article", of: place),
      paragraph: text("paragraph", of: place), part: text("part", of: place),
      url: text("url", of: place), title: text("title", of: place))
    guard reference != LegalReference() else {
      faults.report(
        .schemeMissing, "a legal reference says nothing", at: place,
        help: "name the law ('law' or 'bwb') and the 'article'")
      return nil
    }
    if reference.article == nil, let lost = place["paragraph"] ?? place["part"] {
      faults.report(
        .schemeMissing, "a legal reference names a paragraph of no article", at: lost,
        help: "add 'article'")
    }
    return reference
  }
}
