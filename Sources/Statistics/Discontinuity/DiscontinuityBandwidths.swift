// SPDX-License-Identifier: EUPL-1.2

/// Which error a bandwidth is to make small.
public enum BandwidthSelector: String, Sendable, Hashable, CaseIterable {
  /// The mean squared error of the effect, with one bandwidth for both sides.
  case mserd
  /// That of each side's level.
  case msetwo
  /// That of the sum of both levels.
  case msesum
  /// The smaller of mserd and msesum.
  case msecomb1
  /// The median of mserd, msesum and msetwo.
  case msecomb2
  /// The error of the interval's coverage, from mserd.
  case cerrd
  /// From msetwo.
  case certwo
  /// From msesum.
  case cersum
  /// From msecomb1.
  case cercomb1
  /// From msecomb2.
  case cercomb2

  var isForCoverage: Bool { rawValue.hasPrefix("cer") }

  /// The selector whose bandwidths are shrunk.
  var base: Self {
    isForCoverage ? Self(rawValue: "mse" + rawValue.dropFirst(3)) ?? .mserd : self
  }
}

/// The bandwidths of a regression discontinuity: h of the effect and b of its bias, on either side.
public struct DiscontinuityBandwidths: Sendable, Hashable {
  public let main: CutoffPair<Double>
  public let bias: CutoffPair<Double>

  /// Bandwidths in the unit of the running variable; those of the bias equal the main ones unless given.
  public init(main: CutoffPair<Double>, bias: CutoffPair<Double>? = nil) {
    self.main = main
    self.bias = bias ?? main
  }
}
