// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import Tables

/// A worked example that the scheme must reproduce, best one that an authority published.
struct SchemeTest: Sendable {
  /// What is known or expected under a name.
  struct Fact: Sendable {
    let name: String
    let value: FEELValue
  }

  let name: String
  let date: CalendarDate?
  let given: [Fact]
  /// What is known of each member, its role included.
  var members: [[Fact]] = []
  let expected: [Fact]
  /// What the decisions on members must give, in their order.
  var expectedOfMembers: [[Fact]] = []
  /// How far a number may lie from the expected one.
  let tolerance: Decimal128
  let source: JSONValue
}

/// How a worked example came out.
struct SchemeTestResult: Sendable, Hashable {
  let test: String
  let decision: String
  let expected: String
  let found: String
  let passed: Bool
}
