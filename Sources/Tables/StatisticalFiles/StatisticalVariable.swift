// SPDX-License-Identifier: EUPL-1.2

/// A variable of a file, with its cells as they came.
final class StatisticalVariable {
  /// A value, or all from one to another, that the variable declares to be missing (SPSS).
  enum MissingRule {
    case numbers(from: Double, to: Double)
    case text(ExactText)
  }

  let name: String
  let meaning: StatisticalMeaning
  /// The name of its labels, where it has any.
  let labelSet: String?
  let missing: [MissingRule]
  let isText: Bool
  /// The cells where they are numbers; changed in place, cell by cell.
  var numbers = StatisticalNumbers()
  /// The cells where they are texts.
  var texts = StatisticalTexts()

  init(
    name: String, meaning: StatisticalMeaning, labelSet: String?, missing: [MissingRule],
    isText: Bool
  ) {
    self.name = name
    self.meaning = meaning
    self.labelSet = labelSet
    self.missing = missing
    self.isText = isText
  }

  var count: Int { isText ? texts.count : numbers.count }

  /// Gives the room of the cells back.
  func release() {
    numbers = StatisticalNumbers()
    texts = StatisticalTexts()
  }

  func declaresMissing(_ value: StatisticalReason) -> Bool {
    missing.contains { rule in
      switch (rule, value) {
      case (.numbers(let low, let high), .number(let number)): low <= number && number <= high
      case (.text(let one), .text(let other)): one == other
      default: false
      }
    }
  }
}
