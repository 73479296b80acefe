// SPDX-License-Identifier: EUPL-1.2

/// A file format of SPSS, Stata or SAS, by the ending that such files have.
public enum StatisticalFileFormat: String, Sendable, Hashable, CaseIterable {
  /// SPSS, also compressed (`.zsav`).
  case sav
  /// SPSS, the portable format of old.
  case por
  /// Stata.
  case dta
  /// SAS.
  case sas7bdat
  /// SAS transport, versions 5 and 8.
  case xpt

  /// The format that a file's name tells.
  public init?(path: String) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    let ending = path[path.index(after: dot)...].lowercased()
    if ending == "zsav" { self = .sav } else { self.init(rawValue: ending) }
  }

  /// The format that a file's first bytes tell, where they do.
  init?(beginning bytes: [UInt8]) {
    if bytes.starts(with: "$FL2".utf8) || bytes.starts(with: "$FL3".utf8) {
      self = .sav
    } else if bytes.starts(with: "<stata_dta>".utf8) || Self.isOldStata(bytes) {
      self = .dta
    } else if bytes.starts(with: Self.sasMark) {
      self = .sas7bdat
    } else if bytes.starts(with: "HEADER RECORD*******LIB".utf8) {
      self = .xpt
    } else {
      return nil
    }
  }

  var program: StatisticalProgram {
    switch self {
    case .sav, .por: .spss
    case .dta: .stata
    case .sas7bdat, .xpt: .sas
    }
  }

  /// What the format is called in messages.
  var noun: String {
    switch self {
    case .sav: "SPSS file (.sav)"
    case .por: "SPSS portable file (.por)"
    case .dta: "Stata file (.dta)"
    case .sas7bdat: "SAS file (.sas7bdat)"
    case .xpt: "SAS transport file (.xpt)"
    }
  }
}

/// The program whose conventions a file follows.
enum StatisticalProgram {
  case spss
  case stata
  case sas
}

extension StatisticalFileFormat {
  private static let sasMark: [UInt8] =
    [UInt8](repeating: 0, count: 12) + [0xC2, 0xEA, 0x81, 0x60, 0xB3, 0x14, 0x11, 0xCF]

  /// Before version 117 a file begins with its version, the order of its bytes, and a one.
  private static func isOldStata(_ bytes: [UInt8]) -> Bool {
    bytes.count > 4 && (102...116).contains(bytes[0]) && (1...2).contains(bytes[1]) && bytes[2] == 1
  }
}
