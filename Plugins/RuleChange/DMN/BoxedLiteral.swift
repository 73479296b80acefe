// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL

/// An expression written in FEEL.
struct BoxedLiteral: BoxedExpression {
  /// Nil where the text is no expression, which makes the value null.
  private let expression: FEELExpression?
  private let mode: FEELScope.Mode
  /// Why the text is none.
  private let fault: FEELFault?
  private let place: BoxedPlace

  /// The expression in the child `text` of an element.
  init(_ element: MarkupElement?, _ reader: BoxedReader) {
    let source = element?.source ?? ""
    place = BoxedPlace(owner: reader.owner, line: element?.place?.line, source: source)
    mode = reader.mode
    do throws(FEELFault) {
      expression = try FEELExpression(
        parsing: source, names: reader.names, types: reader.types.names, mode: mode)
      fault = nil
    } catch {
      expression = nil
      fault = error
      reader.report(error, in: element)
    }
  }

  var source: String { place.source }

  func evaluate(in scope: FEELScope) throws(FEELFault) -> FEELValue {
    var scope = scope.naming(place)
    scope.mode = mode
    if let fault { scope.onError?(fault) }
    return try expression?.evaluate(in: scope) ?? .null
  }
}

/// Where an expression of a model stands, for messages.
struct BoxedPlace: Sendable {
  let owner: String
  let line: Int?
  let source: String
}

extension BoxedPlace: CustomStringConvertible {
  var description: String {
    let words = source.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let short = words.count > 60 ? "\(words.prefix(59))…" : words
    let parts = [owner, line.map { "line \($0)" } ?? "", short.isEmpty ? "" : "'\(short)'"]
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

extension FEELScope {
  /// The scope for what stands at a place: who hears of errors hears of the place too.
  func naming(_ place: BoxedPlace) -> FEELScope {
    guard let onError else { return self }
    var scope = self
    scope.onError = { fault in
      var fault = fault
      fault.message = "\(place): \(fault.message)"
      onError(fault)
    }
    return scope
  }
}
