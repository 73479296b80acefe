// SPDX-License-Identifier: EUPL-1.2

/// What is wrong with the JSON of one line.
public enum JSONProblem: Sendable, Hashable {
  /// The line ends within an object, a text or a word.
  case ends
  case noObject
  case noKey
  case noColon
  case noComma
  case noValue
  case badNumber
  case badEscape
  case loneSurrogate
  case controlCharacter
  case somethingBehind
}

extension JSONProblem {
  var description: String {
    switch self {
    case .ends: "the line ends before its object does"
    case .noObject: "the line does not begin with an object ({)"
    case .noKey: "a key in double quotes is needed here"
    case .noColon: "a colon is needed here"
    case .noComma: "a comma or the object's end is needed here"
    case .noValue: "a value is needed here"
    case .badNumber: "the number is not spelled as JSON asks"
    case .badEscape: "the backslash begins nothing that JSON knows"
    case .loneSurrogate: "a surrogate stands alone, which is no character"
    case .controlCharacter: "a control character stands in a text as it is"
    case .somethingBehind: "something follows the object"
    }
  }

  var help: String {
    switch self {
    case .ends, .noObject, .somethingBehind: "write each object on one line, and nothing else there"
    case .noKey, .noColon, .noComma: "write objects as {\"key\": value, \"key\": value}"
    case .noValue:
      "values are texts in double quotes, numbers, true, false and null; a missing number is null"
    case .badNumber: "write numbers as 0.5, -12 or 1e6, without a plus or zeros before them"
    case .badEscape: "write a backslash in a text twice"
    case .loneSurrogate: "write both halves of the character, or the character itself"
    case .controlCharacter: "write a line end in a text as \\n and a tab as \\t"
    }
  }
}
