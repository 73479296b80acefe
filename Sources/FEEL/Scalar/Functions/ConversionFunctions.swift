// SPDX-License-Identifier: EUPL-1.2

extension BuiltIn {
  /// Functions that change a value's kind, and those of logic and contexts.
  static let conversions: [BuiltIn] = [
    BuiltIn("string(from)", result: .text) { .text($0.value(0).description) },
    BuiltIn("number(from, grouping separator?, decimal separator?)", result: .number) {
      if case .number(let number) = $0.single(0), !$0.scope.mode.isStandard {
        return .number(number)
      }
      var text = try $0.text(0)
      if $0.has(1) {
        let separator = try $0.text(1)
        guard [" ", ",", "."].contains(separator) else {
          throw $0.invalid("a grouping separator is a blank, a comma or a point")
        }
        text.removeAll { String($0) == separator }
      }
      if $0.has(2) {
        let separator = try $0.text(2)
        guard [",", "."].contains(separator), !($0.has(1) && separator == $0.value(1).string) else {
          throw $0.invalid("a decimal separator is a comma or a point")
        }
        if separator == ",", text.contains(".") { throw unreadable }
        text = String(text.map { String($0) == separator ? "." : $0 })
      }
      guard !text.hasPrefix("+"), let number = Decimal128(text) else { throw unreadable }
      return .number(number)
    },
    BuiltIn("not(negand)", result: .boolean) { .boolean(try !$0.boolean(0)) },
    BuiltIn("is defined(value)", result: .boolean, seesNull: true) { _ in .boolean(true) },
    BuiltIn("is(value1, value2)", result: .boolean, seesNull: true) {
      .boolean($0.value(0).isIdentical(to: $0.value(1)))
    },
    BuiltIn("get value(m, key)", result: .other) {
      guard case .context(let context) = $0.single(0) else { throw $0.wrongKind(0, "context") }
      return context[try $0.text(1)] ?? .null
    },
    BuiltIn("get entries(m)", result: .other) {
      guard case .context(let context) = $0.single(0) else { throw $0.wrongKind(0, "context") }
      return .list(
        context.entries.map { .context(["key": .text($0.key), "value": $0.value]) })
    },
  ]

  private static var unreadable: FEELFault {
    FEELFault(.invalidValue, "a text is not a number", help: "name its separators in number()")
  }
}
