// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit

/// How a program is shut in: bubblewrap shows it the system read-only, its own folder, and nothing else.
struct Sandbox: Sendable {
  /// What the program may write.
  let writable: [String]
  /// What it may read beside the system, in `writable` too.
  let readable: [String]
  /// What it must not see, even inside a folder that it may read: the store.
  let hidden: [String]
  let hasNetwork: Bool
  /// The folder that stands for /dev/shm, so that it counts as what the program writes.
  let sharedMemory: String
  /// The name of the program: some look for settings of the machine.
  let program: String

  /// Where bubblewrap is; nil where the machine has none that works.
  static let bubblewrap: String? = {
    let places = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"]
    return places.first { access($0, X_OK) == 0 }
  }()

  /// The programs and arguments that start another inside.
  func prefix(_ bubblewrap: String) -> [String] {
    var arguments = [
      bubblewrap, "--unshare-user", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
      "--unshare-pid", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--hostname",
      "proeftuin", "--die-with-parent",
    ]
    if !hasNetwork { arguments.append("--unshare-net") }
    arguments += Self.system + ["--proc", "/proc", "--dev", "/dev", "--dir", "/tmp"]
    if hasNetwork { arguments += Self.networkFiles }
    arguments += settings
    for folder in readable where !writable.contains(where: { folder.isWithin($0) }) {
      arguments += ["--ro-bind-try", folder, folder]
    }
    for folder in hidden where readable.contains(where: { folder.isWithin($0) }) {
      arguments += ["--tmpfs", folder]
    }
    // Before what is writable, which may lie there.
    arguments += ["--bind", sharedMemory, "/dev/shm"]
    for folder in writable {
      arguments += ["--bind", folder, folder]
      for own in readable where own != folder && own.isWithin(folder) {
        arguments += ["--ro-bind", own, own]
      }
    }
    arguments += ["--remount-ro", "/dev"]
    // Read-only like the rest: what a program writes there would be memory that nobody counts.
    for folder in hidden where readable.contains(where: { folder.isWithin($0) }) {
      arguments += ["--remount-ro", folder]
    }
    return arguments + ["--remount-ro", "/", "--"]
  }

  /// The system's programs and libraries, and what of its settings every program needs to be started.
  ///
  /// Every line costs a tenth of a millisecond at each start, so there are few.
  private static let system: [String] = {
    var arguments = ["--ro-bind", "/usr", "/usr"]
    for folder in ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] {
      if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder) {
        arguments += ["--symlink", target, folder]
      } else if FileStatusCheck.isFolder(folder) {
        arguments += ["--ro-bind", folder, folder]
      }
    }
    for path in ["/etc/alternatives", "/etc/ld.so.cache"]
    where FileManager.default.fileExists(atPath: path) {
      arguments += ["--ro-bind", path, path]
    }
    return arguments
  }()

  /// Folders of `/etc` that some interpreters do not run without.
  private var settings: [String] {
    let wanted: [String] =
      program.hasPrefix("R") ? ["R", "fonts"] : program.hasPrefix("java") ? Self.java : []
    return wanted.flatMap { ["--ro-bind-try", "/etc/\($0)", "/etc/\($0)"] }
  }

  private static let java = ((try? FileManager.default.contentsOfDirectory(atPath: "/etc")) ?? [])
    .sorted().filter { $0.hasPrefix("java") }

  private static let networkFiles = [
    "resolv.conf", "hosts", "nsswitch.conf", "ssl", "pki", "ca-certificates", "services",
  ].flatMap { ["--ro-bind-try", "/etc/\($0)", "/etc/\($0)"] }

  static var machineCheck: MachineCheck {
    guard let bubblewrap else {
      return MachineCheck(
        "sandbox", isFine: false, detail: "bubblewrap is not installed",
        help: "external stages run unguarded, unless a policy requires a sandbox; "
          + "install the package 'bubblewrap'")
    }
    guard let problem = Launch.bubblewrapProblem else {
      return MachineCheck(
        "sandbox", isFine: true, detail: "external stages run under \(bubblewrap)")
    }
    return MachineCheck(
      "sandbox", isFine: false, detail: "\(bubblewrap) does not work here: \(problem)",
      help: "user namespaces may be switched off; ask the machine's operator")
  }
}

extension String {
  /// Whether the path is that folder, or lies in it.
  func isWithin(_ folder: String) -> Bool {
    self == folder || hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }
}
