// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation

/// Reads a folder of OpenFisca files, parameters and tests alike, into the blocks of a scheme.
struct OpenFiscaImport {
  private(set) var faults = SchemeFaults()
  private(set) var files: [SourceFile] = []
  private let root: String
  private var tree = ParameterTree()
  private var tests = OpenFiscaTests()

  /// - Parameter path: a folder, as deep as it goes, or one file.
  init(path: String) {
    root = path.hasSuffix("/") ? String(path.dropLast()) : path
    // A path that is neither is read as a file, and the fault says what it is.
    if FileStatus.exists(path: path) || FolderNames.of(path).isEmpty {
      readFile(path, names: [Self.stem(path)])
    } else {
      readFolder(root, names: [])
    }
    faults.add(tree.faults.diagnostics + tests.faults.diagnostics)
  }

  var parameterCount: Int { tree.parameters.count }
  var testCount: Int { tests.tests.count }

  /// The scheme's text: what it is called, its parameters and its worked examples.
  mutating func yaml(id: String, title: String) -> String {
    var text = "scheme: {id: \(id), title: \(SchemeText.scalar(title))}\n"
    if let entities = tests.entities.yaml { text += "\n" + entities }
    if !tree.parameters.isEmpty { text += "\nparameters:\n" }
    var names = FlatNames()
    var described: Set<[String]> = []
    var renaming = SchemeFaults()
    for parameter in tree.parameters {
      for (path, words) in tree.descriptions
      where parameter.path.starts(with: path) && described.insert(path).inserted {
        let name = path.isEmpty ? "" : "\(path.joined(separator: ".")): "
        text += SchemeText.comment(name + words, indent: "  ")
      }
      text += parameter.yaml(named: names.name(of: parameter, &renaming))
    }
    faults.add(renaming.diagnostics)
    if !tests.tests.isEmpty { text += "\ntests:\n" + tests.tests.map(\.yaml).joined() }
    return text
  }

  private mutating func readFolder(_ path: String, names: [String]) {
    let entries = FolderNames.of(path).filter { !$0.hasPrefix(".") }.sorted()
    // What the folder is about comes before what is in it.
    let ordered =
      entries.filter { Self.stem($0) == "index" } + entries.filter { Self.stem($0) != "index" }
    for entry in ordered {
      let place = "\(path)/\(entry)"
      if FileStatus.exists(path: place) {
        guard Self.isYAML(entry) else { continue }
        readFile(place, names: names + [Self.stem(entry)])
      } else if !FolderNames.of(place).isEmpty {
        // The tree of parameters begins below the folder of that name.
        readFolder(place, names: entry == "parameters" ? [] : names + [entry])
      }
    }
  }

  private mutating func readFile(_ path: String, names: [String]) {
    let document = Document.load(path: path)
    faults.add(document.diagnostics)
    files.append(document.file)
    guard let node = document.root, !document.hasErrors else { return }
    let located = LocatedNode(node: node, file: document.file)
    if OpenFiscaTests.holdsTests(node) {
      tests.read(
        located, from: path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path)
    } else if names.last == "index" {
      tree.describe(located, names.dropLast())
    } else {
      tree.read(located, path: names)
    }
  }

  private static func isYAML(_ name: String) -> Bool {
    name.hasSuffix(".yaml") || name.hasSuffix(".yml")
  }

  /// The name of a file without folder and ending.
  static func stem(_ path: String) -> String {
    URL(filePath: path).deletingPathExtension().lastPathComponent
  }
}
