// SPDX-License-Identifier: EUPL-1.2

import Glibc

/// A process run to its end, with what the system says of it.
public struct Child {
  public let status: Int32
  public let seconds: Double
  /// The most memory that it held.
  public let peakBytes: Int

  /// Runs a program with its answers thrown away; nil where it cannot be started.
  public init?(_ path: String, _ arguments: [String]) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let start = ContinuousClock.now
    guard posix_spawnp(&process, path, &actions, nil, words, environ) == 0 else { return nil }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(process, &status, 0, &usage) == process else { return nil }
    let (whole, atto) = (ContinuousClock.now - start).components
    self.status = (status >> 8) & 0xFF
    seconds = Double(whole) + Double(atto) * 1e-18
    peakBytes = usage.ru_maxrss << 10
  }

  /// The median time of several runs; nil where one does not succeed.
  public static func median(_ path: String, _ arguments: [String], runs: Int) -> Double? {
    var seconds: [Double] = []
    for _ in 0..<runs {
      guard let child = Child(path, arguments), child.status == 0 else { return nil }
      seconds.append(child.seconds)
    }
    return seconds.sorted()[runs / 2]
  }
}
