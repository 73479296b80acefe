// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit

/// A program ready to be started: under a sandbox where there is one, with its limits and its environment.
struct Launch: Sendable {
  let arguments: [String]
  let environment: [String: String]
  /// The current folder.
  let folder: String
  let limits: Limits
  let isSandboxed: Bool
  /// In the environment of every process of the attempt, so that those left behind are known.
  let mark: String

  /// Puts limits on itself and becomes the program: `data`, `file size` and `processes`, a hyphen for none.
  private static let limiting = """
    ulimit -c 0
    [ "$1" = - ] || ulimit -d "$1"
    [ "$2" = - ] || ulimit -f "$2"
    [ "$3" = - ] || ulimit -u "$3" 2> /dev/null || ulimit -p "$3" 2> /dev/null
    shift 3
    exec "$@"
    """

  /// - Throws: `StageFault` where the policy requires a sandbox that is not to be had.
  init(
    _ program: Program, in folder: AttemptFolder, view: View, policy: Policy, limits: Limits,
    environment: [String: String]
  ) throws(StageFault) {
    let bubblewrap = try Self.bubblewrap(policy)
    isSandboxed = bubblewrap != nil
    self.limits = limits
    self.folder = folder.work
    mark = "PROEFTUIN_ATTEMPT=\(folder.path)"
    var inner = [
      "/bin/sh", "-c", Self.limiting, "limits", Self.text(limits.memory.map { $0 >> 10 }),
      Self.text(limits.output.map { $0 >> 9 }),
      // Outside a namespace of its own the kernel counts all that the user runs.
      Self.text(isSandboxed ? limits.processes : nil), program.path,
    ]
    inner += program.arguments
    let bytecode = BytecodeCache.folder(for: program, bubblewrap: bubblewrap)
    if let bubblewrap {
      let caches = bytecode.map { [$0] } ?? []
      let sandbox = Sandbox(
        writable: view.writable,
        readable: program.roots + policy.readable + caches + view.readable,
        hidden: view.hidden, hasNetwork: view.hasNetwork, sharedMemory: folder.sharedMemory,
        program: program.name)
      arguments = sandbox.prefix(bubblewrap) + inner
    } else if access(Self.setpriv, X_OK) == 0 {
      // The program goes down with us, whatever happens.
      arguments = [Self.setpriv, "--pdeathsig", "KILL", "--"] + inner
    } else {
      arguments = inner
    }
    let binaries = (program.path as NSString).deletingLastPathComponent
    var variables = [
      "PATH": "\(binaries):/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC",
      "HOME": folder.work, "TMPDIR": folder.temporary, "PYTHONHASHSEED": "0",
      "PYTHONDONTWRITEBYTECODE": "1", "PROEFTUIN_ATTEMPT": folder.path,
    ]
    variables["PYTHONPYCACHEPREFIX"] = bytecode
    let all = ProcessInfo.processInfo.environment
    for name in policy.environment {
      if let value = all[name] { variables[name] = value }
    }
    self.environment = variables.merging(environment) { $1 }
  }

  /// What the program may see of the disk, and of the network.
  struct View: Sendable {
    var writable: [String]
    /// Read-only, within what is writable or elsewhere.
    var readable: [String]
    var hidden: [String]
    var hasNetwork: Bool
  }

  private static let setpriv = "/usr/bin/setpriv"

  private static func text(_ number: Int?) -> String { number.map { "\($0)" } ?? "-" }

  /// Whether programs are shut in here; then what they may only read need not be copied.
  static func isSandboxed(_ policy: Policy) throws(StageFault) -> Bool {
    try bubblewrap(policy) != nil
  }

  /// Where the policy wants bubblewrap and it works, its path.
  static func bubblewrap(
    _ policy: Policy, installed: String? = Sandbox.bubblewrap, problem: String? = bubblewrapProblem
  ) throws(StageFault) -> String? {
    guard policy.sandbox != .off else { return nil }
    if let installed, problem == nil { return installed }
    guard policy.sandbox == .required else { return nil }
    throw StageFault(
      "the policy requires a sandbox for external stages, and "
        + (problem.map { "bubblewrap does not work here: \($0)" }
          ?? "bubblewrap is not installed"),
      help: "install the package 'bubblewrap', or have the policy changed", kind: .user)
  }

  static let bubblewrapProblem: String? = Sandbox.bubblewrap.flatMap { problem(of: $0) }

  /// Why bubblewrap does not work here, tried once; nil where it does.
  private static func problem(of bubblewrap: String) -> String? {
    let process = Process()
    process.executableURL = URL(filePath: bubblewrap)
    process.arguments = [
      "--unshare-user", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "--proc", "/proc",
      "true",
    ]
    process.environment = ["PATH": "/usr/bin:/bin"]
    let errors = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    do {
      try process.run()
    } catch {
      return "it cannot be started"
    }
    process.waitUntilExit()
    guard process.terminationStatus != 0 else { return nil }
    let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    return text.split(separator: "\n").first.map { String($0.prefix(200)) } ?? "it fails"
  }
}
