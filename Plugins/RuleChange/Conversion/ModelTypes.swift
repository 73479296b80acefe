// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

// The types of schemes as decision models name them.
extension SchemeInput.Kind {
  var modelType: String {
    switch self {
    case .boolean: "boolean"
    case .integer, .number, .decimal: "number"
    case .text: "string"
    case .date: "date"
    }
  }
}

extension SchemeInput {
  static let wholeNumber = "floor(?) = ?"

  /// What the input takes beyond its type, as unary tests; nil where that is all of it.
  var modelTests: String? {
    let isWhole = kind == .integer && allowed.isEmpty
    guard let limits = limits?.source else { return isWhole ? Self.wholeNumber : nil }
    guard isWhole else { return limits }
    let range = limits.first == "[" ? "? in \(limits)" : "? \(limits)"
    return "\(Self.wholeNumber) and \(range)"
  }
}

extension FEELValue {
  /// Nil for what is no single value.
  var modelType: String? {
    switch self {
    case .number: "number"
    case .boolean: "boolean"
    case .text: "string"
    case .date: "date"
    default: nil
    }
  }
}

extension SchemeTypes {
  /// The type of a decision's column; nil where only the population tells.
  func modelType(of column: String) -> String? {
    guard !isUnknown(column), let type = columns.first(where: { $0.name.isExactly(column) })?.type
    else { return nil }
    if type.isNumeric { return "number" }
    if type.isTextual { return "string" }
    switch type {
    case .boolean: return "boolean"
    case .date: return "date"
    default: return nil
    }
  }
}
