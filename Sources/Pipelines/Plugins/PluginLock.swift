// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import StageKit

/// `plugins.lock` beside a pipeline: which plugins it was tried with, to the digest of their code.
///
/// A plugin that is another one now is a fault, so that numbers do not change behind anybody's back.
public struct PluginLock: Sendable {
  public static let fileName = "plugins.lock"
  private static let format: Int64 = 1

  public struct Entry: Sendable, Hashable {
    public let name: String
    public let version: String
    public let protocolName: String
    public let digest: String
    /// The range that the pipeline asked for, where it did.
    public let range: String?
  }

  public private(set) var entries: [Entry]
  private let file: SourceFile
  /// Where the parts of each entry stand: name, version, protocol, code.
  private let spans: [String: [String: SourceSpan]]

  /// A lock that nothing is in yet.
  public init() {
    entries = []
    file = SourceFile(name: "", text: "")
    spans = [:]
  }

  /// Reads a lock; nil where there is none, or after reporting what is wrong with it.
  public static func read(path: String, _ faults: inout [Diagnostic]) -> PluginLock? {
    guard FileStatus.exists(path: path) else { return nil }
    let document = Document.load(path: path)
    faults += document.diagnostics
    guard let root = document.root, !document.hasErrors else { return nil }
    guard root["lock"]?.scalar?.integer == format, let plugins = root["plugins"] else {
      faults.append(
        Diagnostic(
          .badLock, "this is no lock file that this version can read",
          help: "write it again: proeftuin plugins lock PIPELINE", file: path, span: root.span))
      return nil
    }
    return PluginLock(plugins.entries ?? [], document.file)
  }

  private init(_ entries: [Node.Entry], _ file: SourceFile) {
    self.file = file
    var spans: [String: [String: SourceSpan]] = [:]
    self.entries = entries.map { entry in
      let value = entry.value
      var places = ["name": entry.key.span]
      for part in value.entries ?? [] { places[part.name] = part.value.span }
      spans[entry.name] = places
      return Entry(
        name: entry.name, version: value["version"]?.text ?? "",
        protocolName: value["protocol"]?.text ?? "", digest: value["code"]?.text ?? "",
        range: value["range"]?.text)
    }
    self.spans = spans
  }

  /// Notes plugins as they are now.
  public mutating func note(_ plugins: [(PluginDescription, range: String?)]) {
    for (plugin, range) in plugins {
      entries.removeAll { $0.name == plugin.name }
      entries.append(
        Entry(
          name: plugin.name, version: plugin.version.map { "\($0)" } ?? "",
          protocolName: plugin.protocolName, digest: Self.code(plugin), range: range))
    }
    entries.sort { $0.name < $1.name }
  }

  /// The text of the file.
  public var text: String {
    var lines = [
      "# The plugins that the pipelines here were tried with. Written by 'proeftuin plugins lock';",
      "# keep it with the pipelines.", "lock: \(Self.format)", "plugins:",
    ]
    for entry in entries {
      lines.append("  \(entry.name):")
      lines.append("    version: \(entry.version)")
      if let range = entry.range { lines.append("    range: \"\(range)\"") }
      lines.append("    protocol: \(entry.protocolName)")
      lines.append("    code: \(entry.digest)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func code(_ plugin: PluginDescription) -> String {
    "sha256:\(plugin.digest ?? "")"
  }
}

extension PluginLock {
  /// What is no longer as it was locked.
  func faults(of plugin: PluginDescription, usedBy pipeline: String) -> [Diagnostic] {
    guard let entry = entries.first(where: { $0.name == plugin.name }) else { return [] }
    let places = spans[plugin.name] ?? [:]
    let changes: [(key: String, old: String, new: String)] = [
      ("version", entry.version, plugin.version.map { "\($0)" } ?? ""),
      ("protocol", entry.protocolName, plugin.protocolName),
      ("code", entry.digest, Self.code(plugin)),
    ].filter { $0.1 != $0.2 }
    guard let (key, old, new) = changes.first else { return [] }
    let words = changes.map(\.key).joined(separator: " and ")
    return [
      Diagnostic(
        .pluginChanged,
        "plugin '\(plugin.name)' is not the one that the pipeline was locked with: its \(words) "
          + "changed",
        help: "put the earlier plugin back, or accept this one: proeftuin plugins lock \(pipeline)",
        notes: ["\(key): \(Self.short(old)) → \(Self.short(new))"]
          + (plugin.folder.map { ["it lies in \($0)"] } ?? []),
        file: file.name, span: places[key] ?? places["name"])
    ]
  }

  func contains(_ name: String) -> Bool { entries.contains { $0.name == name } }

  private static func short(_ text: String) -> String {
    text.count > 24 ? text.prefix(19) + "…" : text
  }
}
