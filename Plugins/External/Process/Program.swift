// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit

/// A program that can be started: where it lies, what it is started with, and what it needs to see.
struct Program: Sendable {
  let path: String
  /// The last part of the path.
  var name: String { (path as NSString).lastPathComponent }
  let arguments: [String]
  /// Folders beside the system's own that hold the program and what it runs on.
  let roots: [String]
  /// The plugin's files in Python, where the program is Python.
  let pythonFiles: [String]
  /// Stands for the content of the plugin's files.
  let codeDigest: String
  /// Throws where the plugin's files are no longer those.
  let checkUnchanged: @Sendable () throws -> Void

  /// Finds the program of a command.
  ///
  /// The first word is looked up in the operator's policy, then as a file of the plugin, then on PATH.
  /// Folders of version managers' stand-ins (`shims`) are passed over: they start a shell that looks for
  /// the real program, which takes longer than the program itself.
  /// - Throws: `StageFault` at the manifest's line where there is none.
  init(
    _ name: String, arguments: [String], of plugin: PluginManifest, at place: SourcePlace,
    policy: Policy
  ) throws(StageFault) {
    guard let found = Self.find(name, in: plugin.folder, policy) else {
      if let own = policy.commands[name] {
        throw StageFault(
          "the policy says that '\(name)' is \(own), and there is no program",
          help: "mend 'commands:' in the policy file", kind: .user, place: place)
      }
      throw StageFault(
        "the program '\(name)' of plugin '\(plugin.name)' is not on this machine",
        help: name.contains("/")
          ? "check the path, and that the file may be executed"
          : "install it, or say where it is in the policy file: commands: {\(name): /path}",
        kind: .user, place: place)
    }
    path = found
    self.arguments = arguments
    let folder = Self.absolute(plugin.folder)
    roots = Self.roots(of: found) + [folder]
    codeDigest = plugin.digest
    checkUnchanged = { try plugin.checkUnchanged() }
    // The machine's own interpreter; a program of the plugin's is not asked to compile.
    let isPython =
      (found as NSString).lastPathComponent.hasPrefix("python") && !found.isWithin(folder)
    pythonFiles =
      isPython ? plugin.codeFiles.filter { $0.hasSuffix(".py") }.map { "\(folder)/\($0)" } : []
  }

  /// An argument that names a file of the plugin stands for that file's path.
  static func resolved(_ argument: String, in folder: String) -> String {
    guard !argument.hasPrefix("/"), !argument.hasPrefix("-") else { return argument }
    let path = "\(absolute(folder))/\(argument)"
    return FileStatusCheck.isFile(path) ? path : argument
  }

  private static func find(_ name: String, in folder: String, _ policy: Policy) -> String? {
    if let own = policy.commands[name] { return isProgram(own) ? own : nil }
    if name.hasPrefix("/") { return isProgram(name) ? name : nil }
    let local = "\(absolute(folder))/\(name)"
    if isProgram(local) { return local }
    guard !name.contains("/") else { return nil }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").filter { !$0.hasSuffix("/shims") }
      .map { "\($0)/\(name)" }.first(where: isProgram)
  }

  private static func isProgram(_ path: String) -> Bool {
    FileStatusCheck.isFile(path) && access(path, X_OK) == 0
  }

  static func absolute(_ path: String) -> String {
    URL(filePath: path.isEmpty ? "." : path).standardizedFileURL.path.removingTrailingSlash
  }

  /// For every link on the way to the program, the folder above its `bin`: there lie the libraries of
  /// an interpreter, and the packages of a virtual environment.
  private static func roots(of program: String) -> [String] {
    var roots: [String] = []
    var path = program
    for _ in 0..<8 {
      let folder = (path as NSString).deletingLastPathComponent
      let isBin = ["bin", "sbin"].contains((folder as NSString).lastPathComponent)
      let above = (folder as NSString).deletingLastPathComponent
      let root = isBin && !isHome(above) ? above : folder
      if !isSystem(root), root != "/" { roots.append(root) }
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else {
        break
      }
      path = target.hasPrefix("/") ? target : absolute("\(folder)/\(target)")
    }
    return roots
  }

  /// Which interpreters plugins are started with here.
  static var machineChecks: [MachineCheck] {
    guard let policy = try? Policy.current() else { return [] }
    return ["python3", "Rscript"].map { name in
      let found = find(name, in: "/nowhere", policy)
      return MachineCheck(
        name, isFine: found != nil, detail: found ?? "not on this machine",
        help: found == nil ? "plugins that are written for it do not run here" : nil)
    }
  }

  /// Whether a folder is somebody's home, or holds homes: what lies in `~/bin` is no reason to show it.
  private static func isHome(_ path: String) -> Bool {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? "/root"
    return home.isWithin(path) || path == "/root" || path == "/home"
      || (path as NSString).deletingLastPathComponent == "/home"
  }

  /// Whether every sandbox shows the folder anyway.
  static func isSystem(_ path: String) -> Bool {
    ["/usr", "/bin", "/sbin", "/lib", "/lib64"].contains { path.isWithin($0) }
  }
}

extension String {
  fileprivate var removingTrailingSlash: String {
    count > 1 && hasSuffix("/") ? String(dropLast()) : self
  }
}
