// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Everything that stages declare, as a page in Markdown.
///
/// Digests stay away: they change with every line of code, and a page should change with what it says.
enum StageReference {
  static func markdown(_ stages: [StageDeclaration], title: String) -> String {
    let introduction = "Made from the declarations of the stages: change those, not this page."
    return (["# \(title)", "", introduction] + stages.flatMap { [""] + section($0) })
      .joined(separator: "\n")
  }

  private static func section(_ stage: StageDeclaration) -> [String] {
    var lines = ["## \(stage.name)", "", "\(stage.info.summary) Version \(stage.info.version)."]
    lines += table(
      ["parameter", "takes", "default", "meaning"],
      stage.parameters.map {
        [code($0.name), cell($0.schema.phrase), initial(of: $0), cell($0.help)]
      })
    lines += ports("input", stage.inputs, columns: "columns needed")
    lines += ports("output", stage.outputs, columns: "columns promised")
    if stage.info.draws { lines += ["", StagePage.drawing] }
    if let example = stage.info.example { lines += ["", "```yaml", example, "```"] }
    if let source = stage.info.source { lines += ["", "Source: \(cell(source))"] }
    return lines
  }

  /// A column for the columns of tables stands there only where a port declares some.
  private static func ports(
    _ side: String, _ ports: [PortDeclaration], columns title: String
  ) -> [String] {
    let hasColumns = ports.contains { !$0.columns.isEmpty }
    return table(
      [side, "is"] + (hasColumns ? [title] : []) + ["meaning"],
      ports.map { port in
        let kind = port.phrase + (port.isOptional ? ", optional" : "")
        let columns = port.columns.map { "\(code($0.name)) (\($0.type?.name ?? "any"))" }
        return [code(port.name), cell(kind)] + (hasColumns ? [columns.joined(separator: ", ")] : [])
          + [cell(port.help)]
      })
  }

  private static func table(_ header: [String], _ rows: [[String]]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let rule = "|" + String(repeating: "---|", count: header.count)
    return ["", line(header), rule] + rows.map(line)
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  private static func initial(of parameter: ParameterDeclaration) -> String {
    if parameter.isRequired { return "required" }
    guard let value = parameter.initial, value != .array([]) else { return "optional" }
    // As people write it in a pipeline: a text needs no quotation marks there, unless it is empty.
    if let text = value.stringValue, !text.isEmpty { return code(text) }
    return code(StagePage.short(value))
  }

  private static func code(_ text: String) -> String {
    "`\(text.replacing("|", with: "\\|").replacing("\n", with: " "))`"
  }

  /// Text as it is: what Markdown would take for a sign of its own is escaped, code stays code.
  private static func cell(_ text: String) -> String {
    var isCode = false
    var shown = ""
    for character in text {
      if character == "`" { isCode.toggle() }
      switch character {
      case "|": shown += "\\|"
      case "\n": shown += " "
      case "<" where !isCode: shown += "&lt;"
      case "*" where !isCode, "_" where !isCode, "[" where !isCode, "]" where !isCode:
        shown += "\\\(character)"
      default: shown.append(character)
      }
    }
    return shown
  }
}
