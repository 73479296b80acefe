// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Pipelines

/// `proeftuin check FILE…`: all faults, nothing run.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Shows everything that is wrong with pipeline files.")

  @Argument(help: "Pipeline files.", completion: .file(extensions: ["yaml", "yml"]))
  var files: [String]

  @Option(help: "How faults are shown.")
  var format = Format.text

  @Flag(name: .long, help: "Short for --format json.")
  var json = false

  @OptionGroup var plugins: PluginOptions
  @OptionGroup var lock: LockOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  func run() throws {
    var checker = PipelineChecker.standard(plugins)
    if lock.frozen { checker.lockDemand = .complete }
    let outcomes = files.map { checker.check(path: $0) }
    let faults = outcomes.flatMap(\.diagnostics)
    let errors = faults.count { $0.severity == .error }
    if json || format == .json {
      Terminal.answer(DiagnosticRenderer.json(faults))
    } else {
      if !faults.isEmpty {
        Terminal.answer(DiagnosticRenderer.terminal.text(faults, beside: outcomes.map(\.file)))
      }
      tell(outcomes, errors: errors, warnings: faults.count - errors)
    }
    if errors > 0 { throw ExitCode.pipelineFault }
  }

  private func tell(_ outcomes: [PipelineChecker.Outcome], errors: Int, warnings: Int) {
    for pipeline in outcomes.compactMap(\.pipeline) {
      let count = pipeline.instances.count
      Terminal.tell(
        "\(Terminal.green("ok")) \(pipeline.document.file.name): "
          + "\(count) \(count == 1 ? "stage" : "stages")")
    }
    if errors + warnings > 0 {
      Terminal.tell(
        "\(errors) \(errors == 1 ? "error" : "errors"), "
          + "\(warnings) \(warnings == 1 ? "warning" : "warnings")")
    }
  }
}
