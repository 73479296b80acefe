// SPDX-License-Identifier: EUPL-1.2

/// What a number of staff does to waiting, from simulated stretches of the line.
struct StaffTrial: Sendable, Hashable {
  /// A mean over replicates, with the error that comes from drawing only so many.
  struct Simulated: Sendable, Hashable {
    let value: Double
    let error: Double

    init(_ replicates: [Double]) {
      let count = Double(replicates.count)
      let mean = replicates.reduce(0, +) / count
      let squares = replicates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      value = mean
      error = (squares / (count - 1) / count).squareRoot()
    }
  }

  let staff: Int
  let meanWait: Simulated
  /// The wait that nine of ten cases do not exceed.
  let longWait: Simulated
  let shareWithin: Simulated

  /// Tries the staff on at least two lines, whose first cases find them still empty and do not count.
  init(staff: Int, lines: [WaitingLine], warmUp: Int, norm: Double) {
    var means: [Double] = []
    var tails: [Double] = []
    var shares: [Double] = []
    for line in lines {
      let waits = line.waits(staff: staff).dropFirst(warmUp).sorted()
      means.append(waits.reduce(0, +) / Double(waits.count))
      // The smallest wait that at least nine of ten do not exceed.
      tails.append(waits[(waits.count * 9 + 9) / 10 - 1])
      shares.append(Double(waits.count { $0 <= norm }) / Double(waits.count))
    }
    self.staff = staff
    meanWait = Simulated(means)
    longWait = Simulated(tails)
    shareWithin = Simulated(shares)
  }

  /// Whether the share lies so near the wanted one that other draws might decide otherwise.
  func isUndecided(_ wanted: Double) -> Bool {
    (shareWithin.value - wanted).magnitude < 2 * shareWithin.error
  }
}
