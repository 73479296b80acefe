// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Foundation
import Pipelines
import StageKit
import Tables

/// The pipeline file and what is set on it.
struct PipelineOptions: ParsableArguments {
  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Give a parameter another value.", valueName: "name=value"))
  var settings: [String] = []

  @OptionGroup var plugins: PluginOptions
  @OptionGroup var lock: LockOptions

  /// The pipeline where it has no errors; otherwise its faults are shown and the command ends.
  func checked(asJSON: Bool) throws -> CheckedPipeline {
    let outcome = try outcome()
    show(outcome, asJSON: asJSON && outcome.pipeline == nil)
    guard let pipeline = outcome.pipeline else { throw ExitCode.pipelineFault }
    return pipeline
  }

  func outcome() throws -> PipelineChecker.Outcome {
    var checker = PipelineChecker.standard(plugins)
    if lock.frozen { checker.lockDemand = .complete }
    checker.settings = try settings.map { setting in
      guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
        throw CommandFailure(.usage, "--set takes name=value, not '\(setting)'")
      }
      return (String(setting[..<equals]), String(setting[setting.index(after: equals)...]))
    }
    return checker.check(path: file)
  }

  private func show(_ outcome: PipelineChecker.Outcome, asJSON: Bool) {
    if asJSON {
      Terminal.answer(DiagnosticRenderer.json(outcome.diagnostics))
    } else if !outcome.diagnostics.isEmpty {
      Terminal.tell(DiagnosticRenderer.terminal.text(outcome.diagnostics, beside: [outcome.file]))
    }
  }
}

extension PipelineChecker {
  /// A checker with the installed stages, this process's environment, and today's date.
  static func standard(_ plugins: PluginOptions) -> PipelineChecker {
    var checker = PipelineChecker(catalog: Installation.current.catalog)
    checker.finder = Installation.current.finder
    checker.pluginFolders = plugins.folders
    checker.environment = ProcessInfo.processInfo.environment
    let days = Int32((Date().timeIntervalSince1970 / 86_400).rounded(.down))
    checker.today = .day(CalendarDate(daysSince1970: days))
    return checker
  }
}

extension DiagnosticRenderer {
  static var terminal: DiagnosticRenderer {
    DiagnosticRenderer(usesColour: Terminal.usesColour, width: Terminal.width ?? 120)
  }

  /// Renders faults, and reads the lines of other files that they stand in: a card, a scheme.
  func text(_ diagnostics: [Diagnostic], beside files: [SourceFile]) -> String {
    var files = files
    for diagnostic in diagnostics where !files.contains(where: { $0.name == diagnostic.file }) {
      files.append(Document.load(path: diagnostic.file).file)
    }
    return text(diagnostics, files: files)
  }
}
