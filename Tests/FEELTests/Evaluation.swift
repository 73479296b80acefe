// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// What the tests evaluate in: a few names of each kind.
enum Sample {
  static let scope = FEELScope(
    constants: [
      "x": .integer(7), "nothing": .null, "name": .text("Anna"),
      "parameters": .context(["level": .double(0.95), "rates": .list([.integer(1), .integer(2)])]),
      "each": .context(["center": .text("Anacostia")]),
      "people": .list([
        .context(["age": .integer(17), "town": .text("Emmen")]),
        .context(["age": .integer(40), "town": .text("Assen")]),
      ]),
    ],
    referenceDate: CalendarDate(year: 2025, month: 1, day: 31))

  /// The value as it is written in the language; a fault as its code.
  static func value(_ source: String, mode: FEELScope.Mode = .strict) -> String {
    var scope = scope
    scope.mode = mode
    do throws(FEELFault) {
      return try FEELExpression(parsing: source).evaluate(in: scope).literal
    } catch {
      return "fault \(error.code.rawValue)"
    }
  }
}

/// The same stream of numbers on every machine (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

/// The answer of the mode `feel`, as the language writes it; a fault of reading as its code.
func standard(_ source: String, mode: FEELScope.Mode = .feel) -> String {
  let scope = FEELScope(referenceDate: CalendarDate(year: 2025, month: 1, day: 31), mode: mode)
  do throws(FEELFault) {
    let expression = try FEELExpression(parsing: source, names: [], mode: mode)
    return try expression.evaluate(in: scope).literal
  } catch {
    return "fault \(error.code.rawValue)"
  }
}
