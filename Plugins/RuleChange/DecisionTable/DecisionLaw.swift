// SPDX-License-Identifier: EUPL-1.2

import Documents

extension Decision {
  /// The places in the law that the decision rests on, as `article 2(1), BWBR0018451`.
  var law: String? {
    let references = legal.arrayValue ?? (legal.isNull ? [] : [legal])
    let places = references.compactMap(Self.place)
    return places.isEmpty ? nil : places.joined(separator: "; ")
  }

  private static func place(_ reference: JSONValue) -> String? {
    if let title = reference.stringValue { return title }
    let law = (reference["law"] ?? reference["bwb"])?.stringValue
    guard let article = reference["article"]?.stringValue else {
      return law ?? reference["title"]?.stringValue
    }
    let parts = ["paragraph", "part"].compactMap { reference[$0]?.stringValue }.map { "(\($0))" }
    let place = "article \(article)" + parts.joined()
    return law.map { "\(place), \($0)" } ?? place
  }
}
