// SPDX-License-Identifier: EUPL-1.2

/// The spelling of names in pipeline files and manifests.
package enum Name {
  /// `[a-z][a-z0-9-]*`: pipelines, plugins and stages.
  package static func isStage(_ text: Substring) -> Bool { fits(text, also: "-") }

  /// `[a-z][a-z0-9_]*`: ports, parameters and fan-out keys.
  package static func isPort(_ text: Substring) -> Bool { fits(text, also: "_") }

  /// `[A-Za-z_][A-Za-z0-9_]*`: variables of the environment.
  package static func isVariable(_ text: Substring) -> Bool {
    guard let first = text.first, !first.isNumber else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  private static func fits(_ text: Substring, also extra: Character) -> Bool {
    guard let first = text.first, ("a"..."z").contains(first) else { return false }
    return text.allSatisfy {
      ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == extra
    }
  }
}
