// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit

/// `proeftuin plugin add PATH|FILE.tar.gz`: copies a plugin to where pipelines find it.
///
/// Nothing of it is started. It is checked first, copied under a name that nobody looks for, and has its
/// own name only when it is whole.
struct AddPlugin: Tool {
  static let info = ToolInfo(
    "add", summary: "Adds a plugin from a folder or a .tar.gz; needs no network.")

  @Parameter("The plugin's folder, or an archive of it (.tar.gz).") var source: String
  @Parameter("Folder that holds plugins.") var into = "Plugins"
  @Parameter("Put it in the place of the one that is there.") var replace = false

  func run() async throws -> ToolAnswer {
    let workspace = try ScratchFolder("")
    defer { workspace.remove() }
    let folder = try unpacked(workspace)
    let manifest = try Self.manifest(in: folder, called: source)
    let target = "\(into)/\(manifest.name)"
    let old = FileStatusCheck.isFolder(target) ? ManifestReader.read(folder: target).manifest : nil
    if FileManager.default.fileExists(atPath: target), !replace {
      if old?.implementationDigest == manifest.implementationDigest {
        return ToolAnswer(.text(target), notes: ["plugin '\(manifest.name)' is there already"])
      }
      throw StageFault(
        "there is a plugin '\(manifest.name)' in '\(into)' already"
          + (old.map { ", version \($0.version)" } ?? ""), at: "source",
        help: "put this one in its place with --replace", kind: .user)
    }
    if replace, FileManager.default.fileExists(atPath: target) {
      try PluginOrigin.checkIntact(target)
    }
    try install(
      folder, as: target, PluginOrigin(source: source, digest: try Self.digest(of: folder)))
    let stages = manifest.stages.map { "\(manifest.name)/\($0.name)" }.joined(separator: ", ")
    return ToolAnswer(
      .text(target),
      notes: [
        "added \(manifest.name) \(manifest.version): \(stages)",
        "try it: proeftuin plugin check \(target)",
      ])
  }

  /// The plugin's folder, taken out of an archive where it is one.
  private func unpacked(_ workspace: ScratchFolder) throws -> String {
    if FileStatusCheck.isFolder(source) { return source }
    guard FileStatusCheck.isFile(source) else {
      throw StageFault(
        "there is nothing at '\(source)'", at: "source", help: "name a folder or a .tar.gz",
        kind: .user)
    }
    try PluginArchive.unpack(source, into: workspace.path)
    if FileStatusCheck.isFile("\(workspace.path)/\(PluginManifest.fileName)") {
      return workspace.path
    }
    let names = FolderNames.of(workspace.path).sorted()
    guard names.count == 1, FileStatusCheck.isPlainFolder("\(workspace.path)/\(names[0])") else {
      throw StageFault(
        "the archive is no plugin: it has no \(PluginManifest.fileName) at its top", at: "source",
        help: "pack the plugin's folder: tar -czf plugin.tar.gz FOLDER", kind: .user)
    }
    return "\(workspace.path)/\(names[0])"
  }

  static func manifest(in folder: String, called source: String) throws -> PluginManifest {
    let (manifest, _, faults) = ManifestReader.read(folder: folder)
    if let manifest { return manifest }
    let first = faults.first { $0.severity == .error }
    let place = first?.span.map { " (\(PluginManifest.fileName):\($0.start.line))" } ?? ""
    throw StageFault(
      "the plugin at '\(source)' is at fault: \(first?.message ?? "it cannot be read")\(place)",
      at: "source", help: "see all of it with: proeftuin plugin check FOLDER", kind: .user)
  }

  /// The digest of everything in a plugin's folder.
  static func digest(of folder: String) throws(StageFault) -> String {
    do {
      return try CodeDigest.digest(in: folder, patterns: ["**"], lockFiles: []).hex
    } catch .tooMany {
      throw StageFault(
        "'\(folder)' holds more than \(CodeDigest.fileLimit) files",
        help: "take out what was installed there", kind: .user)
    } catch {
      throw StageFault("a file in '\(folder)' cannot be read", kind: .user)
    }
  }

  private func install(
    _ folder: String, as target: String, _ origin: PluginOrigin
  ) throws(StageFault) {
    let files = FileManager.default
    let new = "\(into)/.\((target as NSString).lastPathComponent)-\(UUID().uuidString.prefix(8))"
    do {
      try files.createDirectory(atPath: new, withIntermediateDirectories: true)
      for path in CodeDigest.paths(in: folder) {
        let place = "\(new)/\(path)"
        try files.createDirectory(
          atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try files.copyItem(
          atPath: URL(filePath: "\(folder)/\(path)").resolvingSymlinksInPath().path, toPath: place)
      }
      try origin.write(in: new)
      if files.fileExists(atPath: target) {
        let old = new + "-old"
        try files.moveItem(atPath: target, toPath: old)
        do {
          try files.moveItem(atPath: new, toPath: target)
        } catch {
          try files.moveItem(atPath: old, toPath: target)
          throw error
        }
        // The plugin is in its place; a folder that nobody looks for may be left.
        try? files.removeItem(atPath: old)
      } else {
        try files.moveItem(atPath: new, toPath: target)
      }
    } catch {
      try? files.removeItem(atPath: new)
      throw StageFault(
        "the plugin cannot be copied to '\(target)'", at: "into",
        help: "check that the folder is yours and has room; nothing was changed", kind: .user)
    }
  }
}
