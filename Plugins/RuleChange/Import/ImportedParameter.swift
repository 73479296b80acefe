// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import Foundation

/// A parameter of an OpenFisca model, as a parameter of a scheme.
struct ImportedParameter: Sendable {
  /// Values from a day on.
  struct Version: Sendable, Hashable {
    let from: String
    let figure: ImportedFigure
    let source: String?

    var yaml: String {
      guard let source else { return figure.yaml }
      return SchemeText.map([("value", figure.yaml), ("source", SchemeText.scalar(source))])
    }
  }

  /// A bracket of a scale: its threshold and what it gives, by date.
  struct Bracket: Sendable, Hashable {
    let threshold: [Version]
    /// `rate`, `amount` or `average_rate`.
    let key: String
    let values: [Version]
  }

  enum Body: Sendable, Hashable {
    case values([Version])
    case scale([Bracket], type: String?)
  }

  /// The parts of the name in the model: folders, files, keys.
  let path: [String]
  let title: String?
  let documentation: String?
  let unit: String?
  let legal: [ImportedReference]
  let body: Body
  let origin: LocatedNode

  var dottedName: String { path.joined(separator: ".") }

  /// The block of the parameter, indented by two.
  func yaml(named name: String) -> String {
    var text = documentation.map { SchemeText.comment($0, indent: "  ") } ?? ""
    text += "  \(name):\n"
    if name != dottedName { text += "    # \(dottedName)\n" }
    if let title { text += "    title: \(SchemeText.scalar(title))\n" }
    if let unit { text += "    unit: \(SchemeText.scalar(unit))\n" }
    if !legal.isEmpty { text += "    legal: \(SchemeText.list(legal.map(\.yaml)))\n" }
    switch body {
    case .values(let versions):
      text += "    values:\n"
      for version in versions { text += "      \(version.from): \(version.yaml)\n" }
    case .scale(let brackets, let type):
      if let type { text += "    type: \(type)\n" }
      text += "    brackets:\n"
      for bracket in brackets {
        text += "      - threshold: \(Self.dated(bracket.threshold))\n"
        text += "        \(bracket.key): \(Self.dated(bracket.values))\n"
      }
    }
    return text
  }

  private static func dated(_ versions: [Version]) -> String {
    SchemeText.map(versions.map { ($0.from, $0.yaml) })
  }
}

/// Gives parameters names of one word each.
struct FlatNames {
  private var check = NameCheck()

  /// `taxes.income.rate` as `taxes_income_rate`; a name that is taken keeps the parts apart by two signs.
  mutating func name(of parameter: ImportedParameter, _ faults: inout SchemeFaults) -> String {
    let parts = parameter.path.map(Self.word)
    let first = Self.startingWithLetter(parts.joined(separator: "_"))
    var candidates = [first, Self.startingWithLetter(parts.joined(separator: "__"))]
    candidates += (2...1_000).map { "\(first)_\($0)" }
    for name in candidates where !FEELExpression.hasFunction(named: name) && admits(name) {
      if name != first {
        faults.warn(
          .importLoss,
          "'\(parameter.dottedName)' becomes '\(name)': '\(first)' is taken, or means something",
          at: parameter.origin)
      }
      return name
    }
    return first
  }

  private mutating func admits(_ name: String) -> Bool {
    var ignored = SchemeFaults()
    let place = LocatedNode(
      node: Node(content: .scalar(Scalar(text: name, style: .plain)), span: SourceSpan(at: .start)),
      file: SourceFile(name: "", text: ""))
    return check.admit(place, &ignored)
  }

  /// Letters, digits and underscores of ASCII; accents are taken off.
  private static func word(_ part: String) -> String {
    var word = ""
    for scalar in part.decomposedStringWithCanonicalMapping.unicodeScalars {
      if scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
        word.unicodeScalars.append(scalar)
      } else if scalar.properties.generalCategory != .nonspacingMark {
        word += "_"
      }
    }
    return word
  }

  private static func startingWithLetter(_ name: String) -> String {
    name.first?.isLetter == true ? name : "p\(name.hasPrefix("_") ? "" : "_")\(name)"
  }
}
