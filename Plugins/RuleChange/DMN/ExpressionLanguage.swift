// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// The languages that a model may name for its expressions, by the addresses of the standard.
extension FEELScope.Mode {
  /// The mode for the attribute `expressionLanguage` of a model or of one expression.
  ///
  /// The business friendly language is that of DMN 1.6, as
  /// `https://www.omg.org/spec/DMN/20240513/B-FEEL/`; all else is read as the language of the model
  /// around, and as FEEL where nothing is said.
  init(language: String?, within outer: FEELScope.Mode = .feel) {
    let name = language?.split(separator: "/").last.map { String($0) }
    self =
      switch name {
      case "B-FEEL": .bFeel
      case "FEEL": .feel
      default: outer
      }
  }
}
