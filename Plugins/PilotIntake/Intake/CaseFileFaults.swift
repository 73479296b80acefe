// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

// What readers and tables find wrong, told at the parameter where people can do something about it.
extension StageFault {
  init(_ fault: CSVFault) {
    switch fault {
    case .unknownColumns(let names, let known):
      self = .unknownColumns(names, known: known, at: "columns")
    case .wrongTypes:
      self.init(fault.description, at: "columns", help: fault.help)
    case .invalidUTF8:
      self.init(
        fault.description, at: "source",
        help: "if the file comes from an older Windows program, say encoding: latin-1")
    case .byteOrderMarkInLatin1:
      self.init(
        fault.description, at: "encoding", help: "say encoding: utf-8, or leave it away")
    case .raggedRows:
      self.init(
        fault.description, at: "source",
        help: "check the delimiter and the quotes, or say malformed: leave-out to count such rows")
    case .unusableDelimiter:
      self.init(fault.description, at: "delimiter", help: fault.help)
    default:
      self.init(fault.description, at: "source", help: fault.help)
    }
  }

  init(_ fault: XLSXFault) {
    switch fault {
    case .unknownColumns(let names, let known):
      self = .unknownColumns(names, known: known, at: "columns")
    case .wrongTypes:
      self.init(fault.description, at: "columns", help: fault.help)
    case .noSuchSheet:
      self.init(fault.description, at: "sheet", help: fault.help)
    default:
      self.init(fault.description, at: "source", help: fault.help)
    }
  }

  /// What the other readers find wrong.
  init(source fault: some SourceFault) {
    if let (names, known) = fault.unknownColumns {
      self = .unknownColumns(names, known: known, at: "columns")
    } else {
      self.init(fault.description, at: fault.parameter, help: fault.advice)
    }
  }

  init(_ fault: TableFault, at parameter: String) {
    switch fault {
    case .unknownColumn(let name, let known):
      self = .unknownColumns([name], known: known, at: parameter)
    default:
      self.init(fault.description, at: parameter)
    }
  }

  static func unknownColumns(
    _ names: [String], known: [String], at parameter: String
  ) -> StageFault {
    let quoted = names.map { "'\($0)'" }.joined(separator: ", ")
    let close = names.compactMap { Suggestion.closest(to: $0, among: known) }
    let list = known.prefix(20).joined(separator: ", ")
    return StageFault(
      names.count == 1 ? "there is no column \(quoted)" : "there are no columns \(quoted)",
      at: parameter,
      help: close.isEmpty
        ? "columns: \(list)\(known.count > 20 ? " and \(known.count - 20) more" : "")"
        : "did you mean " + close.map { "'\($0)'" }.joined(separator: ", ") + "?",
      kind: .user)
  }
}
