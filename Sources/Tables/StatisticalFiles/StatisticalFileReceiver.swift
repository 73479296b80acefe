// SPDX-License-Identifier: EUPL-1.2

import CReadStat

/// Takes in what the library reads from a file: variables, labels, and cell after cell.
///
/// Nothing is set aside for the rows that a file promises: room grows with the rows that come.
final class StatisticalFileReceiver {
  let program: StatisticalProgram
  /// The most bytes that values and texts may take.
  let byteLimit: Int
  private(set) var variables: [StatisticalVariable] = []
  private(set) var labels: [String: StatisticalLabels] = [:]
  /// The encoding that the file names.
  private(set) var encoding: String?
  /// The rows that the file promises, where it does.
  private(set) var promisedRows: Int?
  /// The version of the file's format.
  private(set) var version = 0
  /// The variable by which SPSS weights the cases.
  private(set) var weight: String?
  /// Why reading was ended.
  private(set) var halt: Halt?
  private(set) var rowCount = 0
  /// Whether a text came that is not ASCII.
  private(set) var hasForeignSigns = false
  private var bytes = 0

  enum Halt {
    /// A text that is no UTF-8 after the library has converted it.
    case notUTF8
    case tooLarge
    case tooMuchText(column: String)
    case outOfStep
  }

  init(program: StatisticalProgram, byteLimit: Int) {
    self.program = program
    self.byteLimit = byteLimit
  }

  func begin(_ metadata: UnsafeMutablePointer<readstat_metadata_t>) {
    encoding = readstat_get_file_encoding(metadata).map { String(cString: $0) }
    let rows = Int(readstat_get_row_count(metadata))
    promisedRows = rows < 0 ? nil : rows
    version = Int(readstat_get_file_format_version(metadata))
  }

  func add(
    _ variable: UnsafeMutablePointer<readstat_variable_t>, labelSet: UnsafePointer<CChar>?
  ) -> Bool {
    guard let name = readstat_variable_get_name(variable).flatMap(text),
      let format = readstat_variable_get_format(variable).map(text) ?? ""
    else { return end(.notUTF8) }
    let type = readstat_variable_get_type(variable)
    let isWhole = [READSTAT_TYPE_INT8, READSTAT_TYPE_INT16, READSTAT_TYPE_INT32].contains(type)
    variables.append(
      StatisticalVariable(
        name: name,
        meaning: StatisticalMeaning(format, of: program, isStoredWhole: isWhole),
        // SAS keeps labels in other files, and the library gives the name of the format.
        labelSet: program == .sas ? nil : labelSet.map { String(cString: $0) },
        missing: rules(of: variable),
        isText: readstat_type_class(type) == READSTAT_TYPE_CLASS_STRING))
    return true
  }

  func weight(by variable: UnsafeMutablePointer<readstat_variable_t>) {
    weight = readstat_variable_get_name(variable).flatMap(text)
  }

  func add(_ label: UnsafePointer<CChar>, for value: readstat_value_t, in set: String) -> Bool {
    guard let label = text(label) else { return end(.notUTF8) }
    bytes += label.utf8.count + 64
    guard bytes <= byteLimit else { return end(.tooLarge) }
    let key: StatisticalReason
    if readstat_value_is_tagged_missing(value) != 0 {
      key = .tag(UInt8(bitPattern: readstat_value_tag(value)))
    } else if readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING {
      guard let text = readstat_string_value(value).map(text) ?? "" else { return end(.notUTF8) }
      key = .text(ExactText(text))
    } else {
      key = .number(readstat_double_value(value))
    }
    labels[set, default: StatisticalLabels()].set(label, for: key)
    return true
  }

  @inline(__always)
  func add(_ value: readstat_value_t, row: Int, column: Int) -> Bool {
    guard column >= 0, column < variables.count else { return end(.outOfStep) }
    let variable = variables[column]
    if row >= rowCount { rowCount = row + 1 }
    bytes += 8
    guard bytes <= byteLimit else { return end(.tooLarge) }
    // A file that leaves a row's cell out, or gives it twice, is damaged.
    guard variable.count == row else { return end(.outOfStep) }
    if variable.isText { return addText(value, to: variable) }
    addNumber(value, to: variable)
    return true
  }
}

extension StatisticalFileReceiver {
  private func end(_ halt: Halt) -> Bool {
    self.halt = halt
    return false
  }

  private func addNumber(_ value: readstat_value_t, to variable: StatisticalVariable) {
    if value.is_tagged_missing != 0 {
      variable.numbers.appendMissing(.tag(UInt8(bitPattern: value.tag)))
      return
    }
    let number = readstat_double_value(value)
    if value.is_system_missing != 0 || number.isNaN {
      variable.numbers.appendMissing()
    } else if !variable.missing.isEmpty, variable.declaresMissing(.number(number)) {
      variable.numbers.appendMissing(.number(number))
    } else {
      variable.numbers.append(number)
    }
  }

  private func addText(_ value: readstat_value_t, to variable: StatisticalVariable) -> Bool {
    // Long texts of Stata are of a type of their own, which the accessor does not know.
    guard let start = value.v.string_value, start[0] != 0 else {
      variable.texts.appendMissing()
      return true
    }
    let text = UnsafeRawBufferPointer(start: start, count: strlen(start))
    bytes += text.count
    guard UTF8Check.check(text) == .valid(upTo: text.count) else { return end(.notUTF8) }
    if !hasForeignSigns { hasForeignSigns = text.contains { $0 >= 0x80 } }
    if !variable.missing.isEmpty {
      let reason = StatisticalReason.text(ExactText(String(decoding: text, as: UTF8.self)))
      if variable.declaresMissing(reason) {
        variable.texts.appendMissing(reason)
        return true
      }
    }
    return variable.texts.append(text) || end(.tooMuchText(column: variable.name))
  }

  private func rules(
    of variable: UnsafeMutablePointer<readstat_variable_t>
  ) -> [StatisticalVariable.MissingRule] {
    (0..<max(0, readstat_variable_get_missing_ranges_count(variable))).compactMap { place in
      let low = readstat_variable_get_missing_range_lo(variable, place)
      guard readstat_value_type_class(low) == READSTAT_TYPE_CLASS_STRING else {
        let high = readstat_variable_get_missing_range_hi(variable, place)
        return .numbers(from: readstat_double_value(low), to: readstat_double_value(high))
      }
      return readstat_string_value(low).flatMap(text).map { .text(ExactText($0)) }
    }
  }

  /// A text of the library, where it is UTF-8.
  private func text(_ pointer: UnsafePointer<CChar>) -> String? {
    guard let text = String(validatingCString: pointer) else { return nil }
    if !hasForeignSigns { hasForeignSigns = !text.utf8.allSatisfy { $0 < 0x80 } }
    return text
  }
}
