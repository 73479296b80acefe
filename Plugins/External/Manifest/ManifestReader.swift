// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Reads a `plugin.yaml` and reports everything that is wrong with it; starts no program.
struct ManifestReader {
  let folder: String
  let report: BlockFields.FaultList

  static let keys = [
    "plugin", "version", "protocol", "summary", "owner", "licence", "command", "code", "lock",
    "worker", "environment", "network", "limits", "stages",
  ]

  /// The manifest where it can be used, what is known of the plugin in any case, and all faults.
  static func read(
    folder: String
  ) -> (manifest: PluginManifest?, name: (String, SourcePlace)?, diagnostics: [Diagnostic]) {
    let path = folder.isEmpty ? PluginManifest.fileName : "\(folder)/\(PluginManifest.fileName)"
    let document = Document.load(path: path)
    let reader = ManifestReader(
      folder: folder, report: BlockFields.FaultList(document.file))
    guard let root = document.root else { return (nil, nil, document.diagnostics) }
    let name = root["plugin"].flatMap { node in
      node.text.map { ($0, SourcePlace(file: path, span: node.span)) }
    }
    let manifest = reader.manifest(root)
    let faults = document.diagnostics + reader.report.diagnostics
    let isSound = !faults.contains { $0.severity == .error }
    return (isSound ? manifest : nil, name, faults)
  }

  private func manifest(_ root: Node) -> PluginManifest? {
    guard let fields = BlockFields(root, keys: Self.keys, what: "a plugin", report) else {
      return nil
    }
    let name = name(fields)
    let version = version(fields)
    let spoken = spokenProtocol(fields)
    let command = command(fields)
    let code = fields.texts("code")
    let lockFiles = fields.texts("lock")
    let stages = stages(fields, spoken: spoken)
    let digest = digest(
      fields, code, lockFiles, started: ([command] + stages.map(\.command)).compactMap(\.self),
      isNeeded: spoken != PluginManifest.ProtocolVersion.none)
    let environment = fields.texts("environment")
    for variable in environment {
      if !Name.isVariable(variable[...]) {
        report(
          .badName, "'\(variable)' is no name of a variable",
          span(of: variable, in: fields["environment"]))
      } else if Self.isReserved(variable) {
        report(
          .badName, "the variable '\(variable)' is not passed on",
          span(of: variable, in: fields["environment"]),
          help: "it belongs to Proeftuin or to the system; a secret is a parameter of type 'secret'"
        )
      }
    }
    if case .version = spoken, command == nil, fields["command"] == nil {
      report(
        .missingKey, "the plugin does not say which program to start", fields.span.startOnly,
        help: "add 'command: [python3, stages.py]'")
    }
    let worker = fields.boolean("worker") ?? false
    if worker, spoken == PluginManifest.ProtocolVersion.none {
      report(
        .badCommand, "a tool without a protocol cannot stay as a worker", fields["worker"]?.span,
        help: "take 'worker:' away, or speak protocol 1")
    }
    guard let name, let version, let spoken else { return nil }
    return PluginManifest(
      name: name.text, namePlace: name.place, version: version, protocolVersion: spoken,
      summary: fields.text("summary"), owner: fields.text("owner"),
      licence: fields.text("licence"), command: command, code: code, lockFiles: lockFiles,
      isWorker: worker, environment: environment,
      wantsNetwork: fields.boolean("network") ?? false, limits: fields.limits("limits"),
      stages: stages, folder: folder, digest: digest?.hex ?? "",
      codeFiles: digest?.files ?? [], codeStamps: digest?.stamps ?? [])
  }

  /// Variables that the runner sets itself, that hold its secrets, or that change how programs start.
  private static func isReserved(_ variable: String) -> Bool {
    ["PATH", "HOME", "TMPDIR", "PYTHONPYCACHEPREFIX"].contains(variable)
      || ["PROEFTUIN_", "LD_"].contains(where: variable.hasPrefix)
  }

  private func name(_ fields: BlockFields) -> (text: String, place: SourcePlace)? {
    guard let node = fields.required("plugin", help: "start with 'plugin: my-plugin'") else {
      return nil
    }
    guard let text = node.text, Name.isStage(text[...]) else {
      report(
        .badName, "a plugin's name has small letters, digits and hyphens", node.span,
        help: "such as: hardship")
      return nil
    }
    return (text, fields.place("plugin"))
  }

  private func version(_ fields: BlockFields) -> SemanticVersion? {
    guard let node = fields.required("version", help: "add 'version: 1.0.0'") else { return nil }
    if let version = node.text.flatMap({ SemanticVersion($0) }) { return version }
    report(
      .badVersion, "a plugin's version has three numbers", node.span,
      help: "as in 1.2.0; see semver.org")
    return nil
  }

  private func spokenProtocol(_ fields: BlockFields) -> PluginManifest.ProtocolVersion? {
    guard let node = fields.required("protocol", help: "add 'protocol: 1'") else { return nil }
    let current = PluginManifest.ProtocolVersion.current
    if node.text == "none" { return PluginManifest.ProtocolVersion.none }
    if node.scalar?.integer == Int64(current) { return .version(current) }
    report(
      .unknownProtocol,
      "the plugin speaks protocol \(node.text ?? "?"), and this Proeftuin speaks \(current)",
      node.span,
      help: "take a version of the plugin for protocol \(current), or a newer Proeftuin")
    return nil
  }

  func command(_ fields: BlockFields) -> PluginManifest.Command? {
    guard let node = fields["command"] else { return nil }
    let arguments = fields.texts("command")
    guard !arguments.isEmpty, arguments.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(0) }) else {
      report(
        .badCommand, "'command' takes a program and its arguments", node.span,
        help: "such as [python3, stages.py]")
      return nil
    }
    return PluginManifest.Command(arguments: arguments, place: fields.place("command"))
  }

  private func digest(
    _ fields: BlockFields, _ code: [String], _ lockFiles: [String],
    started commands: [PluginManifest.Command], isNeeded: Bool
  ) -> CodeDigest.Result? {
    if isNeeded, code.isEmpty {
      report(
        .noCode, "the plugin does not say which files decide its results", fields.span.startOnly,
        help: "add 'code: [\"*.py\"]': a change there makes stages run again")
    }
    do throws(CodeDigest.Fault) {
      // A script that a command names decides the results, whoever forgot to say so.
      let scripts = commands.flatMap(\.arguments).filter { word in
        !word.hasPrefix("/") && !word.hasPrefix("-") && !word.split(separator: "/").contains("..")
          && FileStatusCheck.isFile("\(folder.isEmpty ? "." : folder)/\(word)")
      }
      return try CodeDigest.digest(
        in: folder, patterns: code, lockFiles: lockFiles + Set(scripts).sorted())
    } catch {
      let key: String
      switch error {
      case .noMatch(let pattern, let isLock):
        key = isLock ? "lock" : "code"
        report(
          .noCode,
          isLock ? "there is no file '\(pattern)'" : "no file matches '\(pattern)'",
          span(of: pattern, in: fields[key]),
          help: "paths are relative to the plugin's folder")
      case .tooMany:
        report(
          .noCode, "'code' matches more than \(CodeDigest.fileLimit) files", fields["code"]?.span,
          help: "name the files that you wrote; pin what is installed with 'lock:'")
      case .unreadable(let path):
        report(.noCode, "'\(path)' cannot be read", fields["code"]?.span)
      case .leavesFolder(let pattern, let isLock):
        report(
          .noCode, "'\(pattern)' leaves the plugin's folder",
          span(of: pattern, in: fields[isLock ? "lock" : "code"]),
          help: "what decides the results lies in the plugin's folder")
      }
      return nil
    }
  }

  private func span(of text: String, in node: Node?) -> SourceSpan? {
    node?.items?.first { $0.text == text }?.span ?? node?.span
  }

  private func stages(
    _ fields: BlockFields, spoken: PluginManifest.ProtocolVersion?
  ) -> [StageManifest] {
    guard fields.required("stages", help: "add 'stages:' with a stage under it") != nil else {
      return []
    }
    let entries = fields.entries("stages", names: Name.isStage)
    if entries.isEmpty, let node = fields["stages"], node.entries != nil {
      report(.missingKey, "the plugin has no stage", node.span)
    }
    return entries.compactMap { entry in
      StageReader(plugin: self, spoken: spoken).stage(entry)
    }
  }
}

extension SourceSpan {
  /// The place where something begins, for a fault of a whole block.
  var startOnly: SourceSpan { SourceSpan(at: start) }
}
