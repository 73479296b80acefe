// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Glibc

/// The digest of the files that decide a plugin's results, by the patterns of `code:`.
///
/// Over each file's path in the plugin's folder and its content, in order of path: where the plugin
/// lies, and when its files were written, makes no difference.
enum CodeDigest {
  enum Fault: Error {
    case noMatch(pattern: String, isLock: Bool)
    case leavesFolder(pattern: String, isLock: Bool)
    case unreadable(path: String)
    case tooMany
  }

  /// More files than a program by hand ever has: a pattern that takes in a whole environment.
  static let fileLimit = 10_000

  /// The digest, and the files that it is made of, by path from the folder.
  struct Result {
    let hex: String
    let files: [String]
    let stamps: [FileStamp]
  }

  static func digest(
    in folder: String, patterns: [String], lockFiles: [String]
  ) throws(Fault) -> Result {
    var lines = "proeftuin.plugin-code.v1\n"
    let files = try files(in: folder, patterns: patterns, lockFiles: lockFiles)
    // Before they are read, so that a change meanwhile shows.
    let stamps = files.map { FileStamp(folder.isEmpty ? $0 : "\(folder)/\($0)") }
    for path in files {
      do {
        let digest = try SHA256Digest.of(fileAt: folder.isEmpty ? path : "\(folder)/\(path)")
        lines += "\(digest.hex)  \(path)\n"
      } catch {
        throw .unreadable(path: path)
      }
    }
    return Result(hex: SHA256Digest.of(lines).hex, files: files, stamps: stamps)
  }

  /// The files that the patterns name, by path from the folder, in order.
  static func files(
    in folder: String, patterns: [String], lockFiles: [String]
  ) throws(Fault) -> [String] {
    for (texts, isLock) in [(patterns, false), (lockFiles, true)] {
      for text in texts where text.hasPrefix("/") || text.split(separator: "/").contains("..") {
        throw .leavesFolder(pattern: text, isLock: isLock)
      }
    }
    guard !patterns.isEmpty || !lockFiles.isEmpty else { return [] }
    let texts = patterns + lockFiles
    let depth =
      texts.contains { $0.contains("**") }
      ? Int.max : texts.map { $0.split(separator: "/").count }.max() ?? 1
    let all = paths(in: folder, depth: depth)
    guard all.count <= fileLimit else { throw .tooMany }
    var found: Set<String> = []
    for pattern in patterns {
      let glob = PathPattern(pattern)
      let matching = all.filter(glob.matches)
      if matching.isEmpty { throw .noMatch(pattern: pattern, isLock: false) }
      found.formUnion(matching)
    }
    for file in lockFiles {
      let place = folder.isEmpty ? file : "\(folder)/\(file)"
      guard FileStatusCheck.isFile(place) else { throw .noMatch(pattern: file, isLock: true) }
      found.insert(file)
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// All files under a folder but hidden ones and what Python leaves behind, so many folders deep.
  static func paths(in folder: String, depth: Int = .max) -> [String] {
    var result: [String] = []
    var waiting = [""]
    while let prefix = waiting.popLast(), result.count <= fileLimit {
      let place = prefix.isEmpty ? folder : "\(folder.isEmpty ? "." : folder)/\(prefix)"
      for (name, isFolder) in entries(of: place.isEmpty ? "." : place) {
        let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
        if isFolder {
          let isDeep = path.split(separator: "/").count >= depth
          if name != "__pycache__", !isDeep { waiting.append(path) }
        } else {
          result.append(path)
        }
      }
    }
    return result
  }

  private static func entries(of folder: String) -> [(name: String, isFolder: Bool)] {
    FolderNames.of(folder).compactMap { name in
      let path = "\(folder)/\(name)"
      var status = stat()
      guard !name.hasPrefix("."), !name.hasSuffix(".pyc"), stat(path, &status) == 0 else {
        return nil
      }
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      // A link to a folder may lead round in circles.
      if isFolder, !FileStatusCheck.isPlainFolder(path) { return nil }
      return (name, isFolder)
    }
  }
}

/// `*.py`, `src/**/*.R`: a star stays in its folder, two stars do not.
struct PathPattern: Sendable {
  private let parts: [Substring]

  init(_ text: String) { parts = text.split(separator: "/") }

  func matches(_ path: String) -> Bool { Self.match(parts[...], path.split(separator: "/")[...]) }

  private static func match(_ pattern: ArraySlice<Substring>, _ path: ArraySlice<Substring>) -> Bool
  {
    guard let first = pattern.first else { return path.isEmpty }
    if first == "**" {
      return match(pattern.dropFirst(), path)
        || (!path.isEmpty && match(pattern, path.dropFirst()))
    }
    guard let name = path.first, fits(Array(name), Array(first)) else { return false }
    return match(pattern.dropFirst(), path.dropFirst())
  }

  /// Whether a name fits a pattern with `*` and `?`; goes back to the last star at most once a step.
  private static func fits(_ name: [Character], _ pattern: [Character]) -> Bool {
    var (n, p) = (0, 0)
    var star: (pattern: Int, name: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == "*" {
        star = (p, n)
        p += 1
      } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
        n += 1
        p += 1
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        (n, p) = (last.name + 1, last.pattern + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
