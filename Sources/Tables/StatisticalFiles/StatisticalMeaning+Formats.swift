// SPDX-License-Identifier: EUPL-1.2

extension StatisticalMeaning {
  /// What a format of a program says, as the file has it: `DATE11` of SPSS, `%td` of Stata, `DATE9.` of
  /// SAS.
  ///
  /// Numbers that are stored as integers are whole, unless the format says more.
  init(_ format: String, of program: StatisticalProgram, isStoredWhole: Bool) {
    let found: Self =
      switch program {
      case .spss: Self.spss(format.uppercased())
      case .stata: Self.stata(format)
      case .sas: Self.sas(format.uppercased())
      }
    self = found == .number && isStoredWhole ? .whole : found
  }

  private static func spss(_ format: String) -> Self {
    let parts = FormatParts(format)
    return switch parts.name {
    case "DATE", "ADATE", "EDATE", "SDATE", "JDATE", "MOYR", "QYR", "WKYR": .day(.spss)
    case "DATETIME", "YMDHMS": .instant(.spss)
    case "TIME", "DTIME", "MTIME": .otherTime
    case "WKDAY", "MONTH": .whole
    case "F", "N", "COMMA", "DOT", "DOLLAR", "PCT", "CCA", "CCB", "CCC", "CCD", "CCE":
      parts.isWhole ? .whole : .number
    default: .number
    }
  }

  private static func stata(_ format: String) -> Self {
    let body = format.drop { $0 == "%" || $0 == "-" }
    switch body.first {
    case "d": return .day(.days)
    case "t":
      switch body.dropFirst().first {
      case "d": return .day(.days)
      case "c": return .instant(.milliseconds)
      case "w": return .period(perYear: 52)
      case "m": return .period(perYear: 12)
      case "q": return .period(perYear: 4)
      case "h": return .period(perYear: 2)
      case "y": return .whole
      default: return .otherTime
      }
    default:
      let digits = body.prefix { $0.isNumber || $0 == "." || $0 == "," }
      let hasNoDecimals = digits.hasSuffix(".0") || digits.hasSuffix(",0")
      return hasNoDecimals && body.dropFirst(digits.count).first == "f" ? .whole : .number
    }
  }

  private static func sas(_ format: String) -> Self {
    let parts = FormatParts(format)
    if parts.name.isEmpty { return parts.isWhole ? .whole : .number }
    if sasDays.contains(parts.name) { return .day(.days) }
    if sasInstants.contains(parts.name) { return .instant(.seconds) }
    if sasTimes.contains(parts.name) { return .otherTime }
    return sasNumbers.contains(parts.name) && parts.isWhole ? .whole : .number
  }

  private static let sasDays: Set<String> = [
    "DATE", "DDMMYY", "DDMMYYB", "DDMMYYC", "DDMMYYD", "DDMMYYN", "DDMMYYP", "DDMMYYS", "MMDDYY",
    "MMDDYYB", "MMDDYYC", "MMDDYYD", "MMDDYYN", "MMDDYYP", "MMDDYYS", "YYMMDD", "YYMMDDB",
    "YYMMDDC",
    "YYMMDDD", "YYMMDDN", "YYMMDDP", "YYMMDDS", "MONYY", "YYMON", "MMYY", "MMYYC", "MMYYD", "MMYYN",
    "MMYYP", "MMYYS", "YYMM", "YYMMC", "YYMMD", "YYMMN", "YYMMP", "YYMMS", "JULIAN", "WEEKDATE",
    "WEEKDATX", "WORDDATE", "WORDDATX", "E8601DA", "B8601DA", "IS8601DA", "NLDATE", "EURDFDD",
    "EURDFDE", "EURDFWDX",
  ]

  private static let sasInstants: Set<String> = [
    "DATETIME", "DATEAMPM", "MDYAMPM", "DTDATE", "DTMONYY", "DTWKDATX", "E8601DT", "B8601DT",
    "IS8601DT", "E8601DN", "B8601DN", "E8601DZ", "B8601DZ", "IS8601DZ", "NLDATM", "EURDFDT",
  ]

  private static let sasTimes: Set<String> = [
    "TIME", "TIMEAMPM", "TOD", "HHMM", "HOUR", "MMSS", "E8601TM", "B8601TM", "IS8601TM", "NLTIME",
  ]

  private static let sasNumbers: Set<String> = ["F", "Z", "COMMA", "COMMAX", "DOLLAR", "EURO"]
}

/// A format of SPSS or SAS: a name, a width and decimals, as in `COMMA12.2`.
private struct FormatParts {
  let name: String
  /// Whether it has a width and no decimals.
  let isWhole: Bool

  init(_ format: String) {
    let parts = format.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts.first ?? ""
    let width = head.reversed().prefix(while: \.isNumber).count
    name = String(head.dropLast(width))
    let decimals = parts.count > 1 ? parts[1] : ""
    isWhole = width > 0 && decimals.allSatisfy { $0 == "0" }
  }
}
