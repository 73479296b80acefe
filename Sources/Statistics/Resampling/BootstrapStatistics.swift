// SPDX-License-Identifier: EUPL-1.2

/// A statistic of sums over resampled units.
protocol BootstrapStatistic: Sendable {
  var units: ResampledUnits { get }

  /// θ; not finite where a resample leaves it undefined.
  func value(_ sums: [Double]) -> Double

  /// se², from the sums and the units that they are made of.
  func squaredError(_ sums: [Double], units: [UInt32]) -> Double
}

/// The mean of each arm within each block, and what two arms differ in.
///
/// Strata are block by block the control arm, then the treated one. A unit adds its sum S and its rows
/// N, and where a standard error is wanted S², SN and N²; single rows without a standard error add
/// their outcome alone. Blocks keep their observed share of the rows.
struct ArmMeansStatistic: BootstrapStatistic {
  enum Contrast: Sendable { case difference, ratio }

  let units: ResampledUnits
  private let contrast: Contrast
  private let shares: [Double]
  private let sizes: [Double]

  init(_ arms: TwoArms, _ contrast: Contrast, withErrors: Bool) throws(EstimationFault) {
    let strata = try ResampledArms(arms)
    self.contrast = contrast
    shares = strata.shares
    sizes = strata.strata.sizes.map(Double.init)
    let s = strata.sums
    let n = strata.rows
    let areRows = arms.clusters == nil
    units = ResampledUnits(
      strata: strata.strata,
      columns: withErrors
        ? [s, n, s.multiplied(by: s), s.multiplied(by: n), n.multiplied(by: n)]
        : areRows ? [s] : [s, n])
  }

  func value(_ sums: [Double]) -> Double {
    let control = mean(sums, arm: 0)
    let treated = mean(sums, arm: 1)
    return contrast == .difference ? treated - control : treated / control
  }

  func squaredError(_ sums: [Double], units _: [UInt32]) -> Double {
    let control = squaredErrorOfMean(sums, arm: 0)
    let treated = squaredErrorOfMean(sums, arm: 1)
    guard contrast == .ratio else { return treated + control }
    let below = mean(sums, arm: 0)
    let ratio = mean(sums, arm: 1) / below
    return (treated + ratio * ratio * control) / (below * below)
  }

  private func mean(_ sums: [Double], arm: Int) -> Double {
    var mean = 0.0
    for block in shares.indices {
      let stratum = 2 * block + arm
      let at = stratum * units.width
      mean += shares[block] * sums[at] / (units.width > 1 ? sums[at + 1] : sizes[stratum])
    }
    return mean
  }

  private func squaredErrorOfMean(_ sums: [Double], arm: Int) -> Double {
    var error = 0.0
    for block in shares.indices {
      let stratum = 2 * block + arm
      let at = stratum * units.width
      let mean = sums[at] / sums[at + 1]
      let squares = sums[at + 2] - mean * (2 * sums[at + 3] - mean * sums[at + 4])
      let factor = sizes[stratum] / (sizes[stratum] - 1)
      error +=
        shares[block] * shares[block] * factor * max(0, squares) / (sums[at + 1] * sums[at + 1])
    }
    return error
  }
}

/// The units of two arms by block and arm.
struct ResampledArms {
  /// Of each unit: 2·block for the control arm, 2·block + 1 for the treated one.
  let strata: Grouping
  /// Σ y and the number of rows of each unit.
  let sums: [Double]
  let rows: [Double]
  /// The blocks' shares of the rows.
  let shares: [Double]
  /// The unit of each row.
  let unitOfRow: [Int32]

  /// - Throws: `EstimationFault.mixedClusters`, and `.tooFew` naming an arm or block in which there
  ///   are fewer than two units to draw from.
  init(_ arms: TwoArms) throws(EstimationFault) {
    let rowCount = arms.outcome.count
    let clusters = arms.clusters
    let count = clusters?.count ?? rowCount
    let labels = arms.blocks?.labels ?? [""]
    unitOfRow = clusters?.codes ?? (0..<Int32(rowCount)).map { $0 }
    var stratum = [Int32](repeating: -1, count: count)
    var sums = [Double](repeating: 0, count: count)
    var rows = sums
    var blockRows = [Double](repeating: 0, count: labels.count)
    var mixed = Set<Int32>()
    for row in 0..<rowCount {
      let unit = Int(unitOfRow[row])
      let block = arms.blocks?.codes[row] ?? 0
      let own = 2 * block + (arms.isTreated[row] ? 1 : 0)
      if stratum[unit] >= 0, stratum[unit] != own { mixed.insert(Int32(unit)) }
      stratum[unit] = own
      sums[unit] += arms.outcome[row]
      rows[unit] += 1
      blockRows[Int(block)] += 1
    }
    guard mixed.isEmpty else { throw .mixedClusters(mixed.count, of: count) }
    var sizes = [Int](repeating: 0, count: 2 * labels.count)
    for code in stratum { sizes[Int(code)] += 1 }
    for place in sizes.indices where sizes[place] < 2 {
      let arm = place % 2 == 1 ? arms.treatedLabel : arms.controlLabel
      let block = arms.blocks == nil ? "" : " of block '\(labels[place / 2])'"
      throw .tooFew(
        "\(clusters == nil ? "cases" : "clusters") in arm '\(arm)'\(block)", count: sizes[place],
        needed: 2)
    }
    strata = Grouping(codes: stratum, labels: sizes.indices.map { "\($0)" })
    self.sums = sums
    self.rows = rows
    let total = Double(rowCount)
    shares = blockRows.map { $0 / total }
  }
}
