// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables

/// One simulated stretch of a line: when cases come, and how much work each is.
///
/// The draws do not depend on the number of staff, and each case takes as many of them whatever the work
/// is like: staff numbers and loads are compared on the same cases.
struct WaitingLine {
  private let arrivals: [Double]
  private let work: [Double]

  /// Poisson arrivals and independent work, in minutes.
  init(_ load: CaseLoad, arrivals rate: Double, cases: Int, _ stream: RandomStream) {
    var stream = stream
    var now = 0.0
    var arrivals: [Double] = []
    var work: [Double] = []
    arrivals.reserveCapacity(cases)
    work.reserveCapacity(cases)
    for _ in 0..<cases {
      // 1 − u lies in (0, 1], whose logarithm exists.
      now -= log(1 - stream.uniform()) / rate
      arrivals.append(now)
      work.append(load.work(stream.uniform(), stream.uniform()))
    }
    self.arrivals = arrivals
    self.work = work
  }

  /// The wait of every case, first come first served: the first free desk takes the next case.
  func waits(staff: Int) -> [Double] {
    // A heap of the moments at which each of the staff is free.
    var free = [Double](repeating: 0, count: staff)
    return arrivals.indices.map { place in
      let start = max(arrivals[place], free[0])
      free.replaceLeast(with: start + work[place])
      return start - arrivals[place]
    }
  }
}

extension CaseLoad {
  /// Minutes of work from two uniform draws.
  fileprivate func work(_ first: Double, _ second: Double) -> Double {
    switch handling {
    case .exponential: return -minutes * log(1 - first)
    case .constant: return minutes
    case .lognormal:
      let variance = log(1 + cv * cv)
      // Box and Muller (1958)
      let normal = (-2 * log(1 - first)).squareRoot() * cos(2 * .pi * second)
      return minutes * exp(normal * variance.squareRoot() - variance / 2)
    }
  }
}

extension [Double] {
  /// Puts a later value in place of the root of a binary heap.
  fileprivate mutating func replaceLeast(with value: Double) {
    var place = 0
    while true {
      var child = 2 * place + 1
      guard child < count else { break }
      if child + 1 < count, self[child + 1] < self[child] { child += 1 }
      guard self[child] < value else { break }
      self[place] = self[child]
      place = child
    }
    self[place] = value
  }
}
