// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Foundation
import Reports
import StageKit

/// `proeftuin PLUGIN TOOL …`: required parameters are the arguments, in order; the others are options.
struct ToolCommand {
  private let tool: ToolDeclaration
  private let values: [String: Node]
  private let json: Bool

  /// Nil where the command line names no plugin.
  init?(_ arguments: [String], _ installation: Installation) throws {
    guard let plugin = arguments.first, installation.plugins.contains(plugin) else { return nil }
    let tools = installation.tools.filter { $0.plugin == plugin }
    guard arguments.count > 1, let tool = tools.first(where: { $0.info.name == arguments[1] })
    else { throw Self.listing(plugin, tools, asked: arguments.dropFirst().first) }
    self.tool = tool
    var rest = Array(arguments.dropFirst(2))
    if rest.contains(where: { ["-h", "--help"].contains($0) }) {
      throw CleanExit.message(Self.help(tool))
    }
    json = rest.contains("--json")
    rest.removeAll { $0 == "--json" }
    values = try Self.values(rest, of: tool)
  }

  func run() async throws {
    let file = SourceFile(name: "\(tool.plugin) \(tool.info.name)", text: "")
    let reading = ParameterReading(file: file, folder: "", constants: [:])
    let answer: ToolAnswer
    do {
      answer = try await tool.run(values, reading)
    } catch let fault as ToolFault {
      for diagnostic in fault.diagnostics {
        Terminal.tell("\(Terminal.red("error")): \(diagnostic.message)")
        if let help = diagnostic.help { Terminal.tell("  \(help)") }
      }
      throw ExitCode.usage
    } catch let fault as StageFault {
      throw CommandFailure(.pipelineFault, fault.message, help: fault.help)
    }
    show(answer)
    for note in answer.notes { Terminal.tell(note) }
    if !answer.succeeded { throw ExitCode.pipelineFault }
  }

  private func show(_ answer: ToolAnswer) {
    switch answer.content {
    case .table(let table):
      if json {
        Terminal.answer(table.json)
      } else {
        Terminal.answer(
          TextTable(table).text(width: Terminal.answersAreSeen ? Terminal.width : nil))
      }
    case .record(let record): Terminal.answer(record)
    case .readable(let text, let record):
      if json { Terminal.answer(record) } else { Terminal.answer(text) }
    case .text(let text): Terminal.answer(json ? JSONValue.string(text).pretty : text)
    }
  }

  private static func values(
    _ arguments: [String], of tool: ToolDeclaration
  ) throws -> [String: Node] {
    var values: [String: Node] = [:]
    var positional = tool.parameters.filter(\.isRequired)[...]
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("--") else {
        guard let parameter = positional.popFirst() else {
          throw CommandFailure(.usage, "there is an argument too many: '\(argument)'")
        }
        values[parameter.name] = node(argument, for: parameter)
        continue
      }
      let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1)
      let name = parts.first.map { String($0.replacing("-", with: "_")) } ?? ""
      guard let parameter = tool.parameters.first(where: { $0.name == name }) else {
        throw CommandFailure(
          .usage, "'\(tool.plugin) \(tool.info.name)' has no option '\(argument)'",
          help: Suggestion.question(for: name, among: tool.parameters.map(\.name)))
      }
      if parts.count == 1, case .boolean = parameter.schema,
        !["true", "false"].contains(rest.first ?? "")
      {
        values[parameter.name] = node("true", for: parameter)
        continue
      }
      guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
        throw CommandFailure(.usage, "'\(argument)' needs a value")
      }
      values[parameter.name] = node(value, for: parameter)
    }
    if let missing = positional.first {
      throw CommandFailure(
        .usage, "'\(missing.name)' is missing", help: "usage: \(usage(of: tool))")
    }
    return values
  }

  /// A list is given with commas.
  private static func node(_ text: String, for parameter: ParameterDeclaration) -> Node {
    func scalar(_ text: some StringProtocol) -> Node {
      Node(
        content: .scalar(Scalar(text: String(text), style: .plain)), span: SourceSpan(at: .start))
    }
    guard case .list = parameter.schema else { return scalar(text) }
    let items = text.split(separator: ",", omittingEmptySubsequences: false).map { scalar($0) }
    return Node(content: .sequence(items, .flow), span: SourceSpan(at: .start))
  }

  private static func usage(of tool: ToolDeclaration) -> String {
    let arguments = tool.parameters.filter(\.isRequired).map { "<\($0.name)>" }
    let options = tool.parameters.contains { !$0.isRequired } ? ["[options]"] : []
    return (["proeftuin", tool.plugin, tool.info.name] + arguments + options)
      .joined(separator: " ")
  }

  private static func help(_ tool: ToolDeclaration) -> String {
    var lines = ["OVERVIEW: \(tool.info.summary)", "", "USAGE: \(usage(of: tool))", ""]
    for parameter in tool.parameters {
      let name =
        parameter.isRequired
        ? "<\(parameter.name)>" : "--\(parameter.name.replacing("_", with: "-")) <value>"
      lines.append("  \(name)  \(parameter.help) Takes \(parameter.schema.phrase).")
    }
    return (lines + ["  --json  Answer with JSON."]).joined(separator: "\n")
  }

  private static func listing(
    _ plugin: String, _ tools: [ToolDeclaration], asked: String?
  ) -> any Error {
    let list = tools.map { "  \(plugin) \($0.info.name)  \($0.info.summary)" }
      .joined(separator: "\n")
    if tools.isEmpty {
      return CommandFailure(.usage, "plugin '\(plugin)' has no tools")
    }
    guard let asked, !["-h", "--help"].contains(asked) else {
      return CleanExit.message("Tools of plugin '\(plugin)':\n\(list)")
    }
    return CommandFailure(
      .usage, "plugin '\(plugin)' has no tool '\(asked)'",
      help: Suggestion.question(for: asked, among: tools.map(\.info.name))
        ?? "tools: " + tools.map(\.info.name).joined(separator: ", "))
  }
}
