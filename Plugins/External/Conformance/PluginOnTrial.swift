// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Synchronization
import Tables

/// A plugin whose stages are run one by one, outside any pipeline, to see what they do.
final class PluginOnTrial: Sendable {
  let manifest: PluginManifest
  let policy: Policy
  /// The plugin's folder before any stage ran.
  let paths: Set<String>
  let digest: String?
  private let golden = Mutex<[String: Trial]>([:])

  init(_ manifest: PluginManifest, policy: Policy) {
    self.manifest = manifest
    self.policy = policy
    paths = Set(CodeDigest.paths(in: manifest.folder))
    digest = try? AddPlugin.digest(of: manifest.folder)
  }

  var isTool: Bool { manifest.protocolVersion == PluginManifest.ProtocolVersion.none }

  /// Why some stage cannot be tried at all: its example does not fit, or nothing can be made up.
  var contextFault: String? {
    for stage in manifest.stages {
      do {
        _ = try GoldenContext(stage, of: manifest)
      } catch let fault as StageFault {
        return "\(stage.name): \(fault.message)" + (fault.help.map { "; \($0)" } ?? "")
      } catch {
        let files = stage.example?.inputs.map(\.path).joined(separator: ", ") ?? ""
        return "\(stage.name): the example does not fit (\(files)): \(error)"
      }
    }
    return nil
  }

  /// What one run of a stage showed.
  struct Trial: Sendable {
    let ending: ProgramEnding
    let summary: MessageLog.Summary
    let result: Result<[String: Artifact], StageFault>
    /// Names in the folder of outputs.
    let written: [String]
    /// What it printed, and its messages as they are.
    let printed: [UInt8]
    let messages: [UInt8]

    /// It ended in order: well, or by a fault that it found itself.
    var isInOrder: Bool {
      switch result {
      case .success: true
      case .failure(let fault): fault.kind == .user || fault.kind == .data
      }
    }
  }

  /// How a trial differs from the golden one.
  struct Setting: Sendable {
    var variation = GoldenContext.Variation.plain
    var seed: UInt64 = 1
    var protocolVersion: Int64?
    /// The inputs are not where the context says.
    var withoutInputs = false
    /// It is told to stop as soon as it has begun.
    var isStopped = false
  }

  /// The golden run of a stage, done once.
  func goldenTrial(of stage: StageManifest) async throws -> Trial {
    if let known = golden.withLock({ $0[stage.name] }) { return known }
    let trial = try await trial(of: stage, Setting())
    golden.withLock { $0[stage.name] = trial }
    return trial
  }

  func trial(of stage: StageManifest, _ setting: Setting) async throws -> Trial {
    let context = try GoldenContext(stage, of: manifest)
    let scratch = try ScratchFolder("")
    defer { scratch.remove() }
    let attempt = attempt(of: stage, context.settings, setting.seed)
    let folder = try AttemptFolder(in: scratch.path)
    let limits = attempt.limits(policy)
    let delivery = try attempt.prepare(
      context.delivered(setting.variation), in: folder, mayShare: false, limits: limits)
    try change(folder, setting)
    let log = MessageLog(folder) { _ in }
    let launch = try attempt.launch(delivery, folder, policy: policy, limits: limits)
    let running = RunningProgram(launch)
    let stopping = Task {
      guard setting.isStopped else { return }
      for _ in 0..<12_000 where log.summary.openings == 0 && !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(5))
        log.drain()
      }
      running.stop(.cancelled)
    }
    let ending = try await running.run(in: folder)
    stopping.cancel()
    log.drain()
    let printed = attempt.printed(in: folder)
    return Trial(
      ending: ending, summary: log.summary,
      result: Self.result {
        try attempt.judge(
          .ended(ending), log, folder, delivery, limits, printed: printed)
      },
      written: folder.outputsHandle.names().sorted(),
      printed: printed.flatMap(\.bytes),
      messages: folder.messagesFile.contents())
  }

  func attempt(
    of stage: StageManifest, _ settings: StageSettings, _ seed: UInt64,
    resources: RunResources = RunResources(),
    report: @escaping @Sendable (StageReport) -> Void = { _ in }
  ) -> ExternalAttempt {
    let secrets = Dictionary(
      settings.secrets.values.map { ($0, "a-secret-for-trials") },
      uniquingKeysWith: { first, _ in first })
    return ExternalAttempt(
      plugin: manifest, stage: stage, settings: settings, environment: [:], isNetworkGranted: false,
      context: StageContext(
        stage: "\(manifest.name)/\(stage.name)", instance: stage.name, experiment: "conformance",
        seed: stage.draws ? seed : nil, secrets: secrets,
        surroundings: StageSurroundings(resources: resources), report: report))
  }

  /// Makes the context what the setting wants it to be.
  private func change(_ folder: AttemptFolder, _ setting: Setting) throws {
    if let version = setting.protocolVersion {
      var json = try JSONValue.parse(bytes: Self.bytes(folder.context))
      json["protocol"] = .integer(version)
      unlink(folder.context)
      try folder.write(Array(json.compact.utf8), to: folder.context)
    }
    if setting.withoutInputs {
      for name in FolderNames.of(folder.inputs) { unlink("\(folder.inputs)/\(name)") }
    }
  }

  private static func bytes(_ path: String) -> [UInt8] {
    FileManager.default.contents(atPath: path).map { Array($0) } ?? []
  }

  private static func result(
    _ work: () throws -> [String: Artifact]
  ) -> Result<[String: Artifact], StageFault> {
    do {
      return .success(try work())
    } catch let fault as StageFault {
      return .failure(fault)
    } catch {
      return .failure(StageFault("it was stopped", kind: .transient))
    }
  }
}
