// SPDX-License-Identifier: EUPL-1.2

/// What is wrong with a pattern: facts, and where in its text.
struct PatternFault: Error, Hashable, Sendable {
  enum Cause: Hashable, Sendable {
    case nothingToRepeat
    case severalRepetitions
    case unclosedGroup
    case unopenedGroup
    case unclosedClass
    case emptyClass
    case reversedRange
    case classInRange
    case reversedCount
    case badCount
    case anchor
    case unknownEscape
    case endsInBackslash
    case unsupportedGroup
    case nestedTooDeep
    case tooLarge
  }

  let cause: Cause
  /// In Unicode scalars of the pattern, counted from zero.
  let range: Range<Int>
}

extension PatternFault: CustomStringConvertible {
  var description: String {
    switch cause {
    case .nothingToRepeat: "there is nothing before this to repeat"
    case .severalRepetitions: "this is repeated already"
    case .unclosedGroup: "the bracket ( is not closed"
    case .unopenedGroup: "the bracket ) closes nothing"
    case .unclosedClass: "the bracket [ is not closed"
    case .emptyClass: "no character is in these brackets"
    case .reversedRange: "this range ends before it begins"
    case .classInRange: "a range goes from one character to another"
    case .reversedCount: "this count ends before it begins"
    case .badCount: "this is no count of repetitions"
    case .anchor: "a pattern is about the whole value already"
    case .unknownEscape: "a backslash before this means nothing here"
    case .endsInBackslash: "the pattern ends in a backslash"
    case .unsupportedGroup: "this kind of group is not known"
    case .nestedTooDeep: "brackets are nested too deep"
    case .tooLarge: "the pattern is too large"
    }
  }

  var help: String {
    switch cause {
    case .nothingToRepeat: "for the sign itself put a backslash before it"
    case .severalRepetitions: "put what is repeated in ( ) first; there are no lazy repetitions"
    case .unclosedGroup, .unopenedGroup: "for the sign itself write \\( or \\)"
    case .unclosedClass: "for the sign itself write \\["
    case .emptyClass: "for the sign ] itself write [\\]]"
    case .reversedRange, .reversedCount: "write the lower one first"
    case .classInRange: "put the hyphen last, as in [\\d-]"
    case .badCount: "write {3}, {2,} or {2,4}, up to \(PatternParser.mostRepetitions); or \\{"
    case .anchor: "leave it away; for the sign itself put a backslash before it"
    case .unknownEscape:
      "known are \\d \\w \\s \\D \\W \\S \\t \\n \\r, and a backslash before a sign"
    case .endsInBackslash: "write \\\\ for the sign itself"
    case .unsupportedGroup: "write ( ) or (?: ); looking ahead or back is not possible"
    case .nestedTooDeep: "at most \(PatternParser.deepestNesting) levels are read"
    case .tooLarge: "repeat less, or check the length by a rule: string length(name) <= 500"
    }
  }
}
