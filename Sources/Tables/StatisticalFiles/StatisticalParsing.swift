// SPDX-License-Identifier: EUPL-1.2

import CReadStat

/// The library's parser, from the calls that it makes to the receiver.
enum StatisticalParsing {
  static func run(
    _ format: StatisticalFileFormat, _ path: String, encoding: String?,
    into receiver: StatisticalFileReceiver
  ) -> readstat_error_t {
    guard let parser = readstat_parser_init() else { return READSTAT_ERROR_MALLOC }
    defer { readstat_parser_free(parser) }
    setHandlers(parser)
    return withExtendedLifetime(receiver) {
      let context = Unmanaged.passUnretained(receiver).toOpaque()
      guard let encoding else { return parse(parser, format, path, context) }
      // The parser keeps the pointer and not the text.
      return encoding.withCString { name in
        readstat_set_file_character_encoding(parser, name)
        return parse(parser, format, path, context)
      }
    }
  }

  private static func parse(
    _ parser: UnsafeMutablePointer<readstat_parser_t>, _ format: StatisticalFileFormat,
    _ path: String, _ context: UnsafeMutableRawPointer
  ) -> readstat_error_t {
    switch format {
    case .sav: readstat_parse_sav(parser, path, context)
    case .por: readstat_parse_por(parser, path, context)
    case .dta: readstat_parse_dta(parser, path, context)
    case .sas7bdat: readstat_parse_sas7bdat(parser, path, context)
    case .xpt: readstat_parse_xport(parser, path, context)
    }
  }

  private static func setHandlers(_ parser: UnsafeMutablePointer<readstat_parser_t>) {
    readstat_set_metadata_handler(parser) { metadata, context in
      guard let metadata else { return .abort }
      return context.receive {
        $0.begin(metadata)
        return true
      }
    }
    readstat_set_variable_handler(parser) { _, variable, labelSet, context in
      guard let variable else { return .abort }
      return context.receive { $0.add(variable, labelSet: labelSet) }
    }
    readstat_set_fweight_handler(parser) { variable, context in
      guard let variable else { return .abort }
      return context.receive {
        $0.weight(by: variable)
        return true
      }
    }
    readstat_set_value_label_handler(parser) { labelSet, value, label, context in
      guard let labelSet, let label else { return .go }
      return context.receive { $0.add(label, for: value, in: String(cString: labelSet)) }
    }
    readstat_set_value_handler(parser) { row, variable, value, context in
      guard let variable else { return .abort }
      let column = Int(readstat_variable_get_index(variable))
      return context.receive { $0.add(value, row: Int(row), column: column) }
    }
  }
}

extension Int32 {
  fileprivate static let go = Int32(READSTAT_HANDLER_OK)
  fileprivate static let abort = Int32(READSTAT_HANDLER_ABORT)
}

extension UnsafeMutableRawPointer? {
  /// Hands what the library calls with to the receiver that this points to.
  @inline(__always)
  fileprivate func receive(_ body: (StatisticalFileReceiver) -> Bool) -> Int32 {
    guard let self else { return .abort }
    let receiver = Unmanaged<StatisticalFileReceiver>.fromOpaque(self)
    return receiver._withUnsafeGuaranteedRef(body) ? .go : .abort
  }
}
