// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables

/// How the program's work on one stage came to an end.
enum StageEnding: Sendable, Hashable {
  /// Its process ended.
  case ended(ProgramEnding)
  /// It stayed, and said that the stage is done.
  case replied
}

extension ExternalAttempt {
  /// The outputs where the stage has succeeded; otherwise the fault that names the cause.
  ///
  /// What the program printed is kept, unless the fault is one that it found itself and put into words.
  func judge(
    _ ending: StageEnding, _ log: MessageLog, _ folder: AttemptFolder, _ delivery: InputDelivery,
    _ limits: Limits, printed: [(name: String, bytes: [UInt8])]
  ) throws -> [String: Artifact] {
    do {
      if let fault = try fault(ending, log.summary, limits) { throw fault }
      try plugin.checkUnchanged()
      return try OutputReading(
        plugin: plugin, stage: stage, folder: folder, inputColumns: delivery.columns,
        isAlive: ending == .replied
      ).read()
    } catch let fault as StageFault {
      if case .fault = log.summary.closing, fault.kind != .bug { throw fault }
      throw fault.with(log: keptLog(printed))
    }
  }

  private func fault(
    _ ending: StageEnding, _ summary: MessageLog.Summary, _ limits: Limits
  ) throws -> StageFault? {
    if case .ended(let program) = ending, let reason = program.stopped {
      return try fault(stopped: reason, limits)
    }
    if isTool { return toolFault(ending) }
    if summary.isFlood {
      return bug(
        "it wrote more messages than are read (16 MiB)", help: "say progress less often")
    }
    if case .fault(let fault) = summary.closing { return fault.checked(stage) }
    if case .ended(let program) = ending, program.status != .exited(0) {
      return early(program.status, limits)
    }
    if summary.openings == 0 {
      return bug(
        summary.closing == nil
          ? "its program ended without a word: it said neither 'opened' nor 'closed'"
          : "its program said 'closed' without having said 'opened'",
        help: "let the helper run the stage (main() in Python, run_stages() in R), or write both "
          + "messages")
    }
    if let version = summary.spokenVersion, version != PluginManifest.ProtocolVersion.current {
      return bug(
        "its program speaks protocol \(version), and it was asked in protocol "
          + "\(PluginManifest.ProtocolVersion.current)",
        help: "take a helper of the same version as this Proeftuin")
    }
    guard summary.closing == nil else { return nil }
    if summary.tornBytes > 0 {
      return bug(
        "its last message is cut off, so nobody knows whether it is done",
        help: "end every message with a line end")
    }
    let broken = summary.brokenLines
    return bug(
      "its program ended without saying 'closed'"
        + (broken > 0 ? ", and \(broken) of its lines could not be read as messages" : ""),
      help: "say 'closed' when the outputs are written, as one line of JSON")
  }

  /// Why the runner itself made an end of it.
  private func fault(
    stopped reason: ProgramEnding.Reason, _ limits: Limits
  ) throws -> StageFault {
    switch reason {
    case .cancelled: throw CancellationError()
    case .memory:
      StageFault(
        "it took more memory than its limit of \(Self.size(limits.memory))",
        help: "raise 'resources: {memory: …}' or the plugin's limits, or give it less to do")
    case .processes:
      StageFault(
        "it started more than its limit of \(limits.processes ?? 0) processes",
        help:
          "if it needs so many, raise 'limits: {processes: …}' where it is lowest: in the plugin's "
          + "manifest or in the machine's policy")
    case .output:
      StageFault(
        "it wrote more than its limit of \(Self.size(limits.output)), or more than the disk has room "
          + "for",
        help:
          "make room, or raise 'limits: {output: …}' where it is lowest: in the plugin's manifest or "
          + "in the machine's policy")
    case .deafness:
      StageFault(
        "its process does not read what it is asked", help: "read 'requests' line by line",
        kind: .bug)
    case .time:
      StageFault(
        "it took longer than its limit of \(limits.time.map { "\($0)" } ?? "time")",
        help:
          "give it less to do, or raise 'limits: {time: …}' where it is lowest: in the plugin's "
          + "manifest or in the machine's policy")
    }
  }

  private func toolFault(_ ending: StageEnding) -> StageFault? {
    guard case .ended(let program) = ending else { return nil }
    switch program.status {
    case .exited(0): return nil
    case .exited(let status) where stage.transientStatuses.contains(status):
      return StageFault("the tool ended with status \(status)", kind: .transient)
    case .exited(let status) where (129...159).contains(status):
      return StageFault(
        "the tool was ended by \(Self.name(ofSignal: status - 128))", kind: .bug)
    case .exited(let status):
      return StageFault("the tool ended with status \(status)", kind: .bug)
    case .signalled(let number):
      return StageFault("the tool was ended by \(Self.name(ofSignal: number))", kind: .bug)
    }
  }

  private func early(_ status: ProgramEnding.Status, _ limits: Limits) -> StageFault {
    switch status {
    // A sandbox tells of a signal as a shell does.
    case .exited(let code) where (129...159).contains(code):
      return early(.signalled(code - 128), limits)
    case .exited(let code):
      return bug("its program ended early, with status \(code)", help: nil)
    case .signalled(let number):
      let cause =
        switch number {
        case 9: "; if nobody did so by hand, the machine ran out of memory"
        case 25: "; it wrote more than its limit of \(Self.size(limits.output))"
        default: ""
        }
      return bug("its program was ended by \(Self.name(ofSignal: number))\(cause)", help: nil)
    }
  }

  private func bug(_ message: String, help: String?) -> StageFault {
    StageFault(message, help: help, kind: .bug)
  }

  /// Keeps what the program printed; the path of its errors, or of what there is.
  ///
  /// By way of a file of our own: what lies in the attempt folder may be a link by now.
  private func keptLog(_ printed: [(name: String, bytes: [UInt8])]) -> String? {
    let runFolder = context.surroundings.runFolder
    guard printed.contains(where: { !$0.bytes.isEmpty }), !runFolder.isEmpty,
      let own = try? ScratchFolder.makeFolder(in: runFolder)
    else { return nil }
    defer { AttemptFolder.remove(Program.absolute(own)) }
    let kept = printed.compactMap { name, bytes -> String? in
      let path = "\(own)/\(name)"
      guard !bytes.isEmpty,
        FileManager.default.createFile(atPath: path, contents: Data(redaction.hidden(bytes)))
      else {
        return nil
      }
      return context.surroundings.keepLog(path)
    }
    return kept.first
  }

  static func size(_ bytes: Int?) -> String {
    guard let bytes else { return "nothing" }
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << shift {
      let tenths = (bytes * 10) >> shift
      return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
    return "\(bytes) bytes"
  }

  private static func name(ofSignal number: Int) -> String {
    let names = [
      4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV",
      13: "SIGPIPE", 15: "SIGTERM", 25: "SIGXFSZ", 31: "SIGSYS",
    ]
    return names[number] ?? "signal \(number)"
  }
}

extension StageFault {
  fileprivate func with(log: String?) -> StageFault {
    guard let log else { return self }
    let kept = "what it printed is kept in \(log)"
    return StageFault(
      message, at: parameter, help: help.map { "\($0); \(kept)" } ?? kept, kind: kind,
      place: place)
  }

  /// The fault that a program reported; a parameter that the stage does not have is left out.
  fileprivate func checked(_ stage: StageManifest) -> StageFault {
    let isKnown = stage.parameters.contains { $0.name == parameter }
    return StageFault(message, at: isKnown ? parameter : nil, help: help, kind: kind)
  }
}
