// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Glibc
import RunStore
public import StageKit

/// The program: `main.swift` lists the plugins and calls this.
public enum Proeftuin {
  /// Runs the command line and ends the process with its exit code.
  ///
  /// A finder looks for plugins in other languages; without one there are none.
  public static func main(
    plugins: [any Plugin.Type], finder: (any PluginFinder)? = nil
  ) async -> Never {
    // A reader that stops reading, as `head` does, is no crash.
    signal(SIGPIPE, SIG_IGN)
    openManyFiles()
    let arguments = Array(CommandLine.arguments.dropFirst())
    let code = await Installation.$current.withValue(Installation(plugins: plugins, finder: finder))
    {
      await run(arguments)
    }
    Terminal.flush()
    exit(code)
  }

  /// Stages side by side hold many files open: as many as the system lets anybody.
  private static func openManyFiles() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// The exit code of one command line.
  static func run(_ arguments: [String]) async -> Int32 {
    do {
      if let tool = try ToolCommand(arguments, Installation.current) {
        try await tool.run()
        return 0
      }
      var command = try RootCommand.parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return 0
    } catch {
      return report(error)
    }
  }

  private static func report(_ error: any Error) -> Int32 {
    if let failure = error as? CommandFailure ?? (error as? StoreFault).map(CommandFailure.init) {
      failure.show()
      return failure.code.rawValue
    }
    if let code = error as? ExitCode { return code.rawValue }
    let code = RootCommand.exitCode(for: error)
    let message = RootCommand.fullMessage(for: error)
    if code.isSuccess {
      Terminal.answer(message)
      return 0
    }
    Terminal.tell(message)
    return code == .validationFailure ? ExitCode.usage.rawValue : code.rawValue
  }
}

extension ExitCode {
  /// The pipeline is at fault and nothing ran.
  static let pipelineFault = ExitCode(1)
  static let usage = ExitCode(2)
  /// A stage failed while running, its data included.
  static let stageFailed = ExitCode(3)
  /// The store is damaged or locked.
  static let storeFault = ExitCode(4)
  static let interrupted = ExitCode(130)
}

/// Ends a command with a message and an exit code.
struct CommandFailure: Error {
  let code: ExitCode
  let message: String
  let help: String?

  init(_ code: ExitCode, _ message: String, help: String? = nil) {
    self.code = code
    self.message = message
    self.help = help
  }

  func show() {
    Terminal.tell("\(Terminal.red("error")): \(message)")
    if let help { Terminal.tell("  \(help)") }
  }
}

/// `proeftuin`, with a subcommand for everything it does.
struct RootCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proeftuin",
    abstract: "Tries out better public services and measures what works.",
    discussion: """
      Experiments are YAML pipelines: 'proeftuin new my-pilot' writes one that works.
      Plugins add tools under their own name: \(toolList)
      """,
    version: Installation.version,
    groupedSubcommands: [
      CommandGroup(
        name: "Pipelines:",
        subcommands: [
          NewCommand.self, CheckCommand.self, PlanCommand.self, RunCommand.self,
          GraphCommand.self,
        ]),
      CommandGroup(
        name: "Results:",
        subcommands: [
          RunsCommand.self, ShowCommand.self, CompareCommand.self, DiffCommand.self,
          ReportCommand.self,
        ]),
      CommandGroup(
        name: "What there is:",
        subcommands: [
          StagesCommand.self, PluginsCommand.self, SchemaCommand.self, DoctorCommand.self,
        ]),
      CommandGroup(
        name: "The store:",
        subcommands: [VerifyCommand.self, GCCommand.self, ForgetCommand.self]),
    ])

  private static var toolList: String {
    let tools = Installation.current.tools.map { "\($0.plugin) \($0.info.name)" }
    return tools.isEmpty ? "none here." : tools.joined(separator: ", ") + "."
  }
}
