// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A scale of numbers along a line, with the ticks that people count in.
struct ChartAxis {
  /// The values at both ends, in the values' own unit.
  let low: Double
  let high: Double
  let isLogarithmic: Bool
  let ticks: [Double]
  /// The difference between two ticks of a linear axis.
  let step: Double

  /// An axis that spans the values and ends on ticks.
  ///
  /// Values that are no numbers, and on a logarithmic axis those that are not positive, are left out.
  init(spanning values: [Double], isLogarithmic: Bool = false, aiming count: Int = 6) {
    self.isLogarithmic = isLogarithmic
    let usable = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
    var low = usable.min() ?? (isLogarithmic ? 0.5 : 0)
    var high = usable.max() ?? (isLogarithmic ? 2 : 1)
    if isLogarithmic {
      if high / low < 1.2 {
        low /= 1.2
        high *= 1.2
      }
      let steps = Self.logarithmicSteps(from: low, to: high, atMost: count + 1)
      self.low = min(low, steps.first ?? low)
      self.high = max(high, steps.last ?? high)
      ticks = steps
      step = 1
      return
    }
    if high - low <= max(low.magnitude, high.magnitude) * 1e-9 {
      let room = max(low.magnitude * 0.1, 1e-6)
      low -= room
      high += room
    }
    let step = Self.roundStep((high - low) / Double(max(count, 2) - 1))
    let first = (low / step + 1e-9).rounded(.down)
    let last = (high / step - 1e-9).rounded(.up)
    self.step = step
    // Below 1 a step is one over a whole number, and dividing by that keeps the ticks free of binary dust.
    ticks = stride(from: first, through: last, by: 1).map { Self.multiple($0, of: step) }
    self.low = Self.multiple(first, of: step)
    self.high = Self.multiple(last, of: step)
  }

  /// Where a value lies between the ends: 0 to 1, and beyond for values outside.
  func share(_ value: Double) -> Double {
    guard isLogarithmic else { return (value - low) / (high - low) }
    guard value > 0 else { return -1 }
    return (log(value) - log(low)) / (log(high) - log(low))
  }
}

extension ChartAxis {
  /// The smallest of 1, 2 or 5 times a power of ten that is at least this step.
  private static func roundStep(_ step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    for factor in [1.0, 2, 5] where step <= factor * power * (1 + 1e-9) { return factor * power }
    return 10 * power
  }

  private static func multiple(_ count: Double, of step: Double) -> Double {
    step >= 1 ? count * step : count / (1 / step).rounded()
  }

  private static func logarithmicSteps(
    from low: Double, to high: Double, atMost count: Int
  ) -> [Double] {
    let powers = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    let series: [[Double]] = [[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]
    for factors in series {
      let ticks = powers.flatMap { power in factors.map { $0 * pow(10, Double(power)) } }
      let inside = ticks.filter { $0 >= low * 0.999 && $0 <= high * 1.001 }
      if inside.count <= count {
        let below = ticks.last { $0 < low * 0.999 }
        let above = ticks.first { $0 > high * 1.001 }
        let whole = [below].compactMap(\.self) + inside + [above].compactMap(\.self)
        return whole.count <= count ? whole : inside
      }
    }
    let every = max(1, (powers.count + count - 1) / count)
    return powers.filter { $0.isMultiple(of: every) }.map { pow(10, Double($0)) }
  }
}
