// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Reads one stage of a manifest.
struct StageReader {
  let plugin: ManifestReader
  let spoken: PluginManifest.ProtocolVersion?

  private var report: BlockFields.FaultList { plugin.report }

  static let keys = [
    "summary", "version", "parameters", "inputs", "outputs", "format", "draws", "reference_date",
    "command",
    "stdout", "transient", "example", "source",
  ]

  func stage(_ entry: Node.Entry) -> StageManifest? {
    let what = "stage '\(entry.name)'"
    guard
      let fields = BlockFields(
        entry.value, keys: Self.keys, what: what, at: entry.key.span, report)
    else { return nil }
    let summary = fields.required("summary", help: "say in one sentence what it does")?.text
    let parameters = fields.entries("parameters", names: Name.isPort).compactMap { parameter($0) }
    let inputs = fields.entries("inputs", names: Name.isPort).compactMap {
      port($0, isInput: true, inputs: [])
    }
    let outputs = fields.entries("outputs", names: Name.isPort).compactMap {
      port($0, isInput: false, inputs: inputs)
    }
    if fields["outputs"]?.entries?.isEmpty ?? true {
      report(.missingKey, "\(what) has no output", fields.span, help: "add 'outputs:'")
    }
    let draws = fields.boolean("draws") ?? false
    if draws, parameters.contains(where: { $0.name == "seed" }) {
      report(
        .badParameter, "a stage that draws has a parameter 'seed' already", fields.span,
        help: "take yours away")
    }
    let command = plugin.command(fields)
    check(command, fields, parameters, inputs, outputs)
    return StageManifest(
      name: entry.name, place: SourcePlace(file: report.file.name, span: entry.key.span),
      summary: summary ?? "", version: fields.integer("version", in: 1...1_000_000) ?? 1,
      parameters: parameters, inputs: inputs, outputs: outputs, format: format(fields),
      draws: draws, readsDate: fields.boolean("reference_date") ?? false, command: command,
      printedOutput: printedOutput(fields, outputs),
      transientStatuses: statuses(fields),
      example: example(fields, inputs), source: fields.text("source"))
  }

  private func format(_ fields: BlockFields) -> TableFormat {
    guard let node = fields["format"] else {
      return spoken == PluginManifest.ProtocolVersion.none ? .csv : .arrow
    }
    if let format = node.text.flatMap({ TableFormat(rawValue: $0) }) { return format }
    report(
      .unknownChoice, "'format' has no choice '\(node.text ?? "")'", node.span,
      notes: ["choices: arrow, csv"])
    return .arrow
  }

  /// `stdout: PORT`: what a tool prints is that output.
  private func printedOutput(_ fields: BlockFields, _ outputs: [PortManifest]) -> String? {
    guard let node = fields["stdout"] else { return nil }
    let names = outputs.map(\.declaration.name)
    guard spoken == PluginManifest.ProtocolVersion.none else {
      report(
        .badCommand, "only stages of a plugin with 'protocol: none' print an output", node.span,
        help: "write the output's file instead: what a program prints is its log")
      return nil
    }
    guard let name = node.text, names.contains(name) else {
      report(
        .badPort, "the stage has no output '\(node.text ?? node.kindName)'", node.span,
        help: Suggestion.question(for: node.text ?? "", among: names))
      return nil
    }
    return name
  }

  private func statuses(_ fields: BlockFields) -> [Int] {
    guard let node = fields["transient"] else { return [] }
    let items = node.items ?? [node]
    let numbers = items.compactMap { $0.scalar?.integer }.filter { (1...255).contains($0) }
    if numbers.count != items.count || items.isEmpty {
      report(.wrongType, "'transient' takes exit statuses from 1 to 255", node.span)
    }
    return numbers.map { Int($0) }
  }

  /// A command of a stage's own belongs to tools, and its placeholders name what there is.
  private func check(
    _ command: PluginManifest.Command?, _ fields: BlockFields,
    _ parameters: [ParameterManifest], _ inputs: [PortManifest], _ outputs: [PortManifest]
  ) {
    guard spoken == PluginManifest.ProtocolVersion.none else {
      if let command {
        report(
          .badCommand, "only stages of a plugin with 'protocol: none' have a command of their own",
          command.place.span, help: "the plugin's command gets the stage's name in its context")
      }
      return
    }
    guard let command else {
      report(
        .missingKey, "\(fields.what) does not say which program to start", fields.span,
        help: "add 'command: [program, \"{inputs.cases}\", \"{outputs.result}\"]'")
      return
    }
    let known =
      parameters.map { "{parameters.\($0.name)}" }
      + inputs.map { "{inputs.\($0.declaration.name)}" }
      + outputs.map { "{outputs.\($0.declaration.name)}" } + ["{work}"]
    let placeholder = /\{[a-z_]+(\.[A-Za-z0-9_]+)?\}/
    for argument in command.arguments where argument.contains(placeholder) {
      // Braces with anything else in them are a program's own, as in awk.
      if !known.contains(argument) {
        report(
          .badCommand, "'\(argument)' stands for nothing here", command.place.span,
          help: Suggestion.question(for: argument, among: known)
            ?? "a placeholder is a whole argument",
          notes: ["known: " + known.joined(separator: ", ")])
      }
    }
    if let list = inputs.first(where: \.declaration.isList) {
      report(
        .badPort, "a tool cannot take a list: '\(list.declaration.name)'", list.place.span,
        help: "take 'list:' away, or speak protocol 1")
    }
  }

  private func example(_ fields: BlockFields, _ inputs: [PortManifest]) -> StageExample? {
    guard let node = fields["example"],
      let example = BlockFields(
        node, keys: ["parameters", "inputs"], what: "'example'", report)
    else { return nil }
    let files = example.entries("inputs", names: Name.isPort)
    for entry in files {
      let path = "\(plugin.folder.isEmpty ? "." : plugin.folder)/\(entry.value.text ?? "")"
      if !inputs.contains(where: { $0.declaration.name == entry.name }) {
        report(.badPort, "the stage has no input '\(entry.name)'", entry.key.span)
      } else if !FileStatus.exists(path: path) {
        report(
          .missingFile, "there is no file '\(entry.value.text ?? "")'", entry.value.span,
          help: "paths are relative to the plugin's folder", severity: .warning)
      }
    }
    return StageExample(
      parameters: example.entries("parameters", names: Name.isPort).map { ($0.name, $0.value) },
      inputs: files.map { ($0.name, $0.value.text ?? "") }, file: report.file)
  }
}
