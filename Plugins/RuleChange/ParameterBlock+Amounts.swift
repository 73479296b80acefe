// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

// Numbers of at least zero: minutes, euros, cases.
extension ParameterBlock {
  /// A number of at least zero, which must be there.
  func amount(_ key: String, _ help: String, in reading: inout ParameterReading) -> Double? {
    checked(require(key, help, in: &reading), key, in: &reading)
  }

  /// A number of at least zero, or what holds where none is written.
  func amount(_ key: String, otherwise: Double, in reading: inout ParameterReading) -> Double? {
    self[key] == nil ? otherwise : checked(read(key, in: &reading), key, in: &reading)
  }

  private func checked(
    _ value: Double?, _ key: String, in reading: inout ParameterReading
  ) -> Double? {
    guard let value, value < 0, let place = self[key] else { return value }
    reading.report(.outOfRange, "'\(key)' is a number of at least 0", at: place)
    return nil
  }
}
