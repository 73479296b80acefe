// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Foundation

/// The names of a model's elements as a scheme may write them.
struct SchemeNames {
  /// The scheme's name for each name of the model.
  private(set) var byName: [String: String] = [:]
  private var taken: Set<String> = []
  /// The outputs of tables with several, under the model's name of the decision.
  private var outputs: [String: [String: String]] = [:]

  /// Names an element; a name that a scheme takes stays as it is.
  mutating func add(_ name: String) {
    byName[name] = Self.free(Self.plain(name), &taken)
  }

  mutating func add(outputs names: [String], of decision: String) {
    var taken: Set<String> = []
    outputs[decision] = Dictionary(
      names.map { ($0, Self.free(Self.plain($0), &taken)) }, uniquingKeysWith: { first, _ in first }
    )
  }

  /// Every name that an expression of the model may write.
  var all: [String] { Array(byName.keys) + outputs.values.flatMap(\.keys) }

  subscript(name: String) -> String { byName[name] ?? Self.plain(name) }

  func output(_ name: String, of decision: String) -> String {
    outputs[decision]?[name] ?? Self.plain(name)
  }

  /// Letters, digits and underscores of ASCII, a letter first: `Monthly fee (€)` is `monthly_fee`.
  static func plain(_ name: String) -> String {
    if NameCheck.isName(name) { return name }
    let folded = name.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
    let words = folded.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let joined = words.joined(separator: "_")
    return joined.first?.isLetter == true ? joined : "v_\(joined)"
  }

  /// An id of a scheme: small letters, digits and hyphens.
  static func identifier(_ name: String) -> String {
    plain(name).lowercased().replacing("_", with: "-")
  }

  private static func free(_ name: String, _ taken: inout Set<String>) -> String {
    var result = name
    var number = 2
    while !taken.insert(result).inserted {
      result = "\(name)_\(number)"
      number += 1
    }
    return result
  }
}

// In expressions
extension SchemeNames {
  /// The source with every name as the scheme has it.
  func renamed(_ source: String, _ references: [Reference]) -> String {
    var scalars = Array(source.unicodeScalars)
    for reference in references.sorted(by: { $0.range.lowerBound > $1.range.lowerBound })
    where byName[reference.path[0]] != nil {
      var path = reference.path
      path[0] = self[reference.path[0]]
      if path.count > 1, let outputs = outputs[reference.path[0]] {
        path[1] = outputs[path[1]] ?? path[1]
      }
      guard path != reference.path else { continue }
      scalars.replaceSubrange(reference.range, with: path.joined(separator: ".").unicodeScalars)
    }
    return scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
  }
}
