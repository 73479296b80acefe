// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Where an input comes from, and what it costs those who must give it, as the burden of rules is
/// counted in `rules/burden`.
struct Evidence: Sendable, Hashable {
  /// Who holds or gives it, as `tax office` or `applicant`.
  var source: String?
  /// The base register that holds it already.
  var register: String?
  /// The paper that shows it, as `payslip`.
  var document: String?
  /// Minutes that giving it takes each time.
  var minutes: Double?
  /// Money that people pay others for it, euros each time.
  var outOfPocket: Double?
  /// Whether the form shows what is known, so that it only has to be checked.
  var isPrefilled = false

  static let keys = ["source", "register", "document", "minutes", "out_of_pocket", "prefilled"]
}

extension SchemeReader {
  /// The block `evidence:` of an input; a text is its source.
  mutating func evidence(_ block: LocatedNode, _ what: String) -> Evidence? {
    guard let place = block["evidence"], !place.node.isNull else { return nil }
    guard place.node.entries != nil else {
      guard let source = place.node.text else {
        faults.reportWrongType(
          "'evidence' of \(what)", takes: "a block such as {source: tax office, minutes: 0}",
          at: place)
        return nil
      }
      return Evidence(source: source)
    }
    allow(Evidence.keys, in: place, "the evidence of \(what)")
    return Evidence(
      source: text("source", of: place), register: text("register", of: place),
      document: text("document", of: place), minutes: amount("minutes", of: place),
      outOfPocket: amount("out_of_pocket", of: place), isPrefilled: flag("prefilled", of: place))
  }

  private mutating func amount(_ key: String, of block: LocatedNode) -> Double? {
    guard let place = block[key], !place.node.isNull else { return nil }
    if let number = place.node.text.flatMap(Double.init), number >= 0, number.isFinite {
      return number
    }
    faults.report(.schemeValue, "'\(key)' takes a number of at least zero", at: place)
    return nil
  }

  private mutating func flag(_ key: String, of block: LocatedNode) -> Bool {
    guard let place = block[key], !place.node.isNull else { return false }
    if case .boolean(let flag) = place.node.scalar?.value { return flag }
    faults.report(.schemeValue, "'\(key)' takes true or false", at: place)
    return false
  }
}
