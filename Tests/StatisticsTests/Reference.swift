// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Statistics
import Testing

/// A reference run kept outside the repository: its data and what R or Python made of them.
struct Reference {
  /// Beside the repository's folder; tests that need it are skipped where it is absent.
  static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/reference")

  static let isPresent = FileManager.default.fileExists(atPath: folder.path)
  static let absent: Comment = "the reference runs are not beside the repository"

  private let columns: [String: [String]]
  private let expected: [String: Any]

  init(_ name: String) throws {
    let folder = Self.folder.appending(path: name)
    columns = try Self.columns(of: folder.appending(path: "data.csv"))
    let data = try Data(contentsOf: folder.appending(path: "expected.json"))
    expected = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The columns of a plain CSV file (no quotes).
  static func columns(of file: URL) throws -> [String: [String]] {
    let text = try String(contentsOf: file, encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    var columns: [String: [String]] = [:]
    for (position, name) in (lines.first ?? []).enumerated() {
      columns[name] = lines.dropFirst().map { $0[position] }
    }
    return columns
  }

  func texts(_ name: String) throws -> [String] { try #require(columns[name]) }

  func numbers(_ name: String) throws -> [Double] {
    try texts(name).map { try #require(Double($0)) }
  }

  func groups(_ name: String) throws -> Grouping { Grouping(try texts(name)) }

  /// What lies under a path such as `HC2/x1/se`.
  private func value(_ path: String) throws -> Any {
    var value: Any = expected
    for key in path.split(separator: "/") {
      value = try #require((value as? [String: Any])?[String(key)])
    }
    return value
  }

  func number(_ path: String) throws -> Double {
    try #require(try value(path) as? NSNumber).doubleValue
  }

  func list(_ path: String) throws -> [Double] {
    try #require(try value(path) as? [NSNumber]).map(\.doubleValue)
  }

  /// A list in which some numbers are absent.
  func optionalList(_ path: String) throws -> [Double?] {
    try #require(try value(path) as? [Any]).map { ($0 as? NSNumber)?.doubleValue }
  }

  /// The numbers under the keys of a path.
  func numbers(under path: String) throws -> [String: Double] {
    try #require(try value(path) as? [String: NSNumber]).mapValues(\.doubleValue)
  }

  /// Holds an estimate against the figures that estimatr reports under a path.
  func expect(
    _ estimate: Estimate, equals path: String, tolerance: Double = 1e-8,
    degreesOfFreedomTolerance: Double = 1e-6, at location: SourceLocation = #_sourceLocation
  ) throws {
    let figures = [
      ("estimate", estimate.value), ("se", estimate.standardError),
      ("statistic", estimate.statistic), ("p", estimate.pValue),
      ("ci_low", estimate.interval.lower), ("ci_high", estimate.interval.upper),
    ]
    for (name, figure) in figures {
      expectClose(
        figure, try number("\(path)/\(name)"), tolerance, "\(path)/\(name)", at: location)
    }
    expectClose(
      estimate.degreesOfFreedom, try number("\(path)/df"), degreesOfFreedomTolerance, "\(path)/df",
      at: location)
  }
}

/// Expects a number within a relative tolerance.
func expectClose(
  _ actual: Double, _ expected: Double, _ tolerance: Double, _ what: String = "",
  at location: SourceLocation = #_sourceLocation
) {
  let distance = (actual - expected).magnitude
  #expect(
    distance <= tolerance * expected.magnitude || actual == expected,
    "\(what) is \(actual), not \(expected)", sourceLocation: location)
}

/// Expects a number within an absolute tolerance.
func expectNear(
  _ actual: Double, _ expected: Double, _ tolerance: Double, _ what: String = "",
  at location: SourceLocation = #_sourceLocation
) {
  #expect(
    (actual - expected).magnitude <= tolerance, "\(what) is \(actual), not \(expected)",
    sourceLocation: location)
}

/// SplitMix64 (Steele, Lea and Flood 2014): random numbers that every run repeats.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func normal() -> Double {
    Distribution.normal.quantile(Double.random(in: 0.000001..<0.999999, using: &self))
  }
}
