// SPDX-License-Identifier: EUPL-1.2

/// What the values of a variable are called.
struct StatisticalLabels {
  private(set) var numbers: [Double: String] = [:]
  private(set) var texts: [ExactText: String] = [:]
  private(set) var tags: [UInt8: String] = [:]

  mutating func set(_ label: String, for value: StatisticalReason) {
    switch value {
    case .number(let number): if !number.isNaN { numbers[number] = label }
    case .text(let text): texts[text] = label
    case .tag(let letter): tags[letter] = label
    }
  }

  subscript(value: StatisticalReason) -> String? {
    switch value {
    case .number(let number): numbers[number]
    case .text(let text): texts[text]
    case .tag(let letter): tags[letter]
    }
  }

  /// The labels of values that are not missing.
  func without(_ isMissing: (StatisticalReason) -> Bool) -> StatisticalLabels {
    var result = StatisticalLabels()
    result.numbers = numbers.filter { !isMissing(.number($0.key)) }
    result.texts = texts.filter { !isMissing(.text($0.key)) }
    return result
  }

  var isEmpty: Bool { numbers.isEmpty && texts.isEmpty && tags.isEmpty }
}
