// SPDX-License-Identifier: EUPL-1.2

import Glibc

/// Times, best read as a whole: the least and the median of several runs, in seconds.
public struct Measure {
  public let seconds: [Double]

  public init(runs: Int, _ work: () throws -> Void) rethrows {
    var seconds: [Double] = []
    for _ in 0..<runs {
      let start = ContinuousClock.now
      try work()
      let (whole, atto) = (ContinuousClock.now - start).components
      seconds.append(Double(whole) + Double(atto) * 1e-18)
    }
    self.seconds = seconds.sorted()
  }

  public var median: Double { seconds[seconds.count / 2] }
  public var least: Double { seconds[0] }
}

/// One line of the table that `make bench` prints.
public struct Figure {
  public let name: String
  public let value: String
  /// What was asked for.
  public let target: String
  /// The same work by somebody else in the same run, and how many times as long it takes there.
  public var peer: String

  public init(name: String, value: String, target: String, peer: String = "") {
    self.name = name
    self.value = value
    self.target = target
    self.peer = peer
  }

  public func line() -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    return padded(name, 46) + padded(value, 30) + padded(target, 18) + peer
  }
}

public func milliseconds(_ seconds: Double) -> String { "\((seconds * 10_000).rounded() / 10) ms" }
