// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Statistics

/// A learned rule as a reform file, which `rules/propose` takes under `reforms`.
///
/// The split columns become inputs of the scheme, and one decision gets a table with a row for each leaf.
/// Whoever fits no row, a missing value or a label that no case had, gets what the control got.
struct RuleReform {
  let id: String
  let title: String
  /// The id of the scheme that it changes, where one is named.
  let scheme: String?
  let rationale: String
  let legalEffect: String?
  /// The decision of the scheme that says who gets what.
  let decision: String
  /// What the decision gives for each arm, as an expression.
  let results: [String]
  let control: Int

  static let mediaType = "application/yaml"

  /// The reform file's text.
  func yaml(_ tree: PolicyTree, _ cases: TailoringCases) -> String {
    let text = RuleText(cases)
    let used = text.used(tree)
    var lines = [
      "reform:", "  id: \(id)", "  title: \(quoted(title))",
    ]
    if let scheme { lines.append("  scheme: \(scheme)") }
    lines.append("  rationale: \(quoted(rationale))")
    if let legalEffect { lines.append("  legal_effect: \(quoted(legalEffect))") }
    guard !used.isEmpty else {
      lines += [
        "decisions:", "  \(decision):", "    expression: \(quoted(results[tree.leaves[0].arm]))",
      ]
      return lines.joined(separator: "\n") + "\n"
    }
    lines.append("inputs:")
    for feature in used {
      lines.append(
        "  \(cases.features[feature].name): {type: \(cases.kinds[feature].rawValue)}")
    }
    let names = used.map { cases.features[$0].name }
    lines += [
      "decisions:", "  \(decision):", "    table:", "      hit: UNIQUE",
      "      inputs: [\(names.joined(separator: ", "))]",
      "      default: \(quoted(results[control]))", "      rows:",
    ]
    for leaf in tree.leaves {
      let cells = used.map { quoted(text.cell($0, leaf.conditions)) }
      lines.append(
        "        - [\((cells + [quoted(results[leaf.arm])]).joined(separator: ", "))]")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// In double quotes, as YAML and JSON both read it.
  private func quoted(_ text: String) -> String { JSONValue.string(text).compact }

  /// Whether a scheme could have an input or decision of that name.
  static func isName(_ text: String) -> Bool {
    guard let first = text.first, first.isASCII, first.isLetter else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      && !reserved.contains(text)
  }

  /// Whether a reform could have that id.
  static func isIdentifier(_ text: String) -> Bool {
    !text.isEmpty && !text.hasPrefix("-")
      && text.allSatisfy {
        $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-")
      }
  }

  /// Words of expressions.
  private static let reserved: Set = [
    "parameters", "each", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies",
    "and", "or", "not", "between", "instance", "of", "true", "false", "null", "function", "item",
    "partial",
  ]
}
