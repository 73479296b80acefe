// SPDX-License-Identifier: EUPL-1.2

/// What a stage's program may use; nil where nothing is said.
struct Limits: Sendable, Hashable {
  /// Bytes of memory, of all its processes together.
  var memory: Int?
  var processes: Int?
  /// Bytes that it may write.
  var output: Int?
  var time: Duration?

  /// Where nobody says anything: generous for honest work on a laptop, and an end to what runs wild.
  static let standard = Limits(memory: nil, processes: 256, output: 16 << 30, time: nil)

  /// The other's limits where this one says nothing.
  func filled(with other: Limits) -> Limits {
    Limits(
      memory: memory ?? other.memory, processes: processes ?? other.processes,
      output: output ?? other.output, time: time ?? other.time)
  }

  /// The lower of both, limit by limit.
  func lowered(by other: Limits) -> Limits {
    func lower<Value: Comparable>(_ a: Value?, _ b: Value?) -> Value? {
      guard let a, let b else { return a ?? b }
      return min(a, b)
    }
    return Limits(
      memory: lower(memory, other.memory), processes: lower(processes, other.processes),
      output: lower(output, other.output), time: lower(time, other.time))
  }
}
