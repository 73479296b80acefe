// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

/// YAML 1.2.2, section 10.3.2.
struct CoreSchemaTests {
  private func value(_ text: String) throws -> Scalar.Value? {
    try root("v: \(text)")["v"]?.scalar?.value
  }

  @Test(arguments: ["", "~", "null", "Null", "NULL"])
  func `null has four spellings and nothing at all`(text: String) throws {
    #expect(try value(text) == .null)
  }

  @Test(arguments: [
    ("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false),
    ("FALSE", false),
  ])
  func `truth values have six spellings`(text: String, expected: Bool) throws {
    #expect(try value(text) == .boolean(expected))
  }

  @Test(arguments: [
    ("0", 0), ("-17", -17), ("+3", 3), ("0123", 123), ("0x1F", 31), ("0xff", 255), ("0o17", 15),
    ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
  ])
  func `whole numbers are exact`(text: String, expected: Int64) throws {
    #expect(try value(text) == .integer(expected))
  }

  @Test(arguments: [
    ("3.10", 3.1), ("1e3", 1000), ("1E-2", 0.01), (".5", 0.5), ("5.", 5), ("-0.0", 0),
    ("+1.5e+2", 150), (".inf", .infinity), ("-.INF", -.infinity), ("+.Inf", .infinity),
    ("9223372036854775808", 9_223_372_036_854_775_808), ("0x10000000000000000", 0x1p64),
  ])
  func `numbers with a fraction, an exponent or too many digits are doubles`(
    text: String, expected: Double
  ) throws {
    #expect(try value(text) == .number(expected))
  }

  @Test(arguments: [".nan", ".NaN", ".NAN"])
  func `not a number is a number`(text: String) throws {
    guard case .number(let number) = try value(text) else {
      Issue.record("\(text) is no number")
      return
    }
    #expect(number.isNaN)
  }

  @Test(arguments: [
    "no", "NO", "yes", "on", "Off", "y", "12:30", "2017-04-01", "1_000", "1,5", "tRUE", "nULL",
    "e3",
    ".", "+", "-x", "1e", "1e+", "0x", "0xg", "0o8", "0b1", "--1", "+.nan", "0x-1", "infinity",
    "nan",
    "1.2.3", "٣",
  ])
  func `everything else is text`(text: String) throws {
    #expect(try value(text) == .text)
  }

  @Test(arguments: ["'1'", "\"true\"", "'null'", "|\n  1", ">\n  true", "!!str 1", "! 1"])
  func `quoted, block and tagged scalars are text`(text: String) throws {
    #expect(try value(text) == .text)
  }

  @Test(arguments: [
    ("!!int 5", Scalar.Value.integer(5)), ("!!float 5", .number(5)),
    ("!!bool 'true'", .boolean(true)),
    ("!!null ''", .null),
  ])
  func `a tag of the core schema decides`(text: String, expected: Scalar.Value) throws {
    #expect(try value(text) == expected)
  }

  @Test(arguments: ["3.10", "0123", "1e3", "TRUE", "0x1F", "+3"])
  func `the source text is kept beside the value`(text: String) throws {
    #expect(try root("v: \(text)")["v"]?.text == text)
  }
}
