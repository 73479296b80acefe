// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Pipelines
import StageKit

/// `proeftuin plugins lock FILE…`: notes the plugins of pipelines, to the digest, in `plugins.lock`.
struct LockPluginsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock", abstract: "Writes plugins.lock beside pipelines.",
    discussion: """
      From then on a plugin that is not the one that was locked is a fault. Keep the file with the
      pipelines; 'run --frozen' asks that it names every plugin.
      """)

  @Argument(help: "Pipeline files.", completion: .file(extensions: ["yaml", "yml"]))
  var files: [String]

  @OptionGroup var plugins: PluginOptions

  func run() throws {
    var checker = PipelineChecker.standard(plugins)
    checker.lockDemand = .none
    for file in files {
      let outcome = checker.check(path: file)
      let faults = outcome.diagnostics.filter { $0.severity == .error }
      guard faults.isEmpty else {
        Terminal.tell(DiagnosticRenderer.terminal.text(faults, beside: [outcome.file]))
        throw ExitCode.pipelineFault
      }
      try lock(outcome, of: file)
    }
  }

  private func lock(_ outcome: PipelineChecker.Outcome, of file: String) throws {
    let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    let path = folder + PluginLock.fileName
    var faults: [Diagnostic] = []
    // A lock that cannot be read is written anew, with what this pipeline uses.
    var lock = PluginLock.read(path: path, &faults) ?? PluginLock()
    guard !outcome.plugins.isEmpty else {
      Terminal.tell("\(file) uses no plugin that could be locked")
      return
    }
    lock.note(outcome.plugins)
    try FileOutput.write(Array(lock.text.utf8), to: path)
    let names = outcome.plugins.map { plugin, _ in
      plugin.name + (plugin.version.map { " \($0)" } ?? "")
    }
    Terminal.answer(path)
    Terminal.tell("locked \(names.joined(separator: ", "))")
  }
}
