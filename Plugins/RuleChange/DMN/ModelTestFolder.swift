// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Foundation
import Tables

/// A folder of decision models with their test cases, as deep as it goes.
struct ModelTestFolder {
  let path: String
  let referenceDate: CalendarDate?

  /// Runs all cases, folder by folder.
  func run() -> [ModelTestRun.Outcome] {
    var files: [String: [String]] = [:]
    let root = URL(filePath: path)
    let found = FileManager.default.enumerator(atPath: path)
    while let name = found?.nextObject() as? String {
      let folder = name.split(separator: "/").dropLast().joined(separator: "/")
      files[folder, default: []].append(name)
    }
    var outcomes: [ModelTestRun.Outcome] = []
    for (folder, names) in files.sorted(by: { $0.key < $1.key }) {
      outcomes += run(folder.isEmpty ? root.lastPathComponent : folder, names.sorted())
    }
    return outcomes
  }

  private func run(_ folder: String, _ names: [String]) -> [ModelTestRun.Outcome] {
    var roots: [String: MarkupElement] = [:]
    for name in names where name.hasSuffix(".dmn") {
      roots[Self.base(name)] = ModelDocument.load(path: "\(path)/\(name)").0?.root
    }
    let models = DecisionModels(roots.sorted { $0.key < $1.key }.map(\.value))
    var outcomes: [ModelTestRun.Outcome] = []
    for name in names where name.hasSuffix(".xml") {
      guard let root = read(name), let tests = ModelTestFile(root) else { continue }
      let file = String(Self.base(name).dropLast(4))
      let model = tests.modelName ?? roots.keys.sorted().first ?? ""
      let run = ModelTestRun(
        models: models, namespace: roots[model].map { $0["namespace"] ?? "" },
        referenceDate: referenceDate)
      for test in tests.cases {
        outcomes.append(
          ModelTestRun.Outcome(
            folder: folder, file: file, id: test.id, differences: run.differences(test)))
      }
    }
    return outcomes
  }

  private func read(_ name: String) -> MarkupElement? {
    guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else { return nil }
    return try? MarkupElement.parse(Array(data))
  }

  private static func base(_ name: String) -> String {
    name.split(separator: "/").last.map { String($0) } ?? name
  }
}
