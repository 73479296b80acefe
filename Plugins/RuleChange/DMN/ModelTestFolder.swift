// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import Foundation
import Tables

/// A folder of decision models with their test cases, as deep as it goes.
struct ModelTestFolder {
  /// How the cases of a folder came out.
  struct Result {
    var outcomes: [ModelTestRun.Outcome] = []
    /// What is wrong with models and files of test cases, errors and warnings.
    var faults: [Diagnostic] = []
    /// The models with faults or failed cases, for the lines at fault.
    var files: [SourceFile] = []
    /// How many files of test cases cannot be read.
    var unreadable = 0
  }

  let path: String
  let referenceDate: CalendarDate?

  /// Runs all cases, folder by folder.
  func run() -> Result {
    var files: [String: [String]] = [:]
    let root = URL(filePath: path)
    let found = FileManager.default.enumerator(atPath: path)
    while let name = found?.nextObject() as? String {
      let folder = name.split(separator: "/").dropLast().joined(separator: "/")
      files[folder, default: []].append(name)
    }
    var result = Result()
    for (folder, names) in files.sorted(by: { $0.key < $1.key }) {
      run(folder.isEmpty ? root.lastPathComponent : folder, names.sorted(), &result)
    }
    return result
  }

  private func run(_ folder: String, _ names: [String], _ result: inout Result) {
    var documents: [String: ModelDocument] = [:]
    for name in names where name.hasSuffix(".dmn") {
      let (document, faults) = ModelDocument.load(path: "\(path)/\(name)")
      documents[Self.base(name)] = document
      if document == nil { result.faults += faults }
    }
    let ordered = documents.sorted { $0.key < $1.key }.map(\.value)
    let models = DecisionModels(ordered.map(\.root))
    for name in names where name.hasSuffix(".xml") {
      guard let tests = read(name, &result) else { continue }
      let file = String(Self.base(name).dropLast(4))
      let model = tests.modelName ?? documents.keys.sorted().first ?? ""
      let run = ModelTestRun(
        models: models, namespace: documents[model]?.namespace, referenceDate: referenceDate)
      for test in tests.cases {
        result.outcomes.append(run.outcome(of: test, folder: folder, file: file))
      }
    }
    for document in ordered {
      let faults = ModelCheck.faults(of: document, among: ordered, models)
      result.faults += faults
      if !faults.isEmpty { result.files.append(document.file) }
    }
  }

  /// The test cases of a file; nil where there are none, which is told.
  private func read(_ name: String, _ result: inout Result) -> ModelTestFile? {
    let path = "\(path)/\(name)"
    guard let data = FileManager.default.contents(atPath: path) else {
      result.faults.append(.unreadable(path))
      result.unreadable += 1
      return nil
    }
    do {
      let root = try MarkupElement.parse(Array(data))
      guard let tests = ModelTestFile(root) else {
        result.faults.append(.noTestCases(root, path))
        return nil
      }
      result.faults += tests.unreadableValues.map { .unreadableValue($0, path) }
      return tests
    } catch {
      result.faults.append(error.diagnostic(in: path))
      result.unreadable += 1
      return nil
    }
  }

  private static func base(_ name: String) -> String {
    name.split(separator: "/").last.map { String($0) } ?? name
  }
}

extension Diagnostic {
  fileprivate static func noTestCases(_ root: MarkupElement, _ file: String) -> Diagnostic {
    Diagnostic(
      .modelTests, severity: .warning,
      "the file holds no test cases: it starts with '\(root.name)'",
      help: "test cases start with 'testCases'; take other files out of the folder", file: file,
      span: root.opening)
  }

  fileprivate static func unreadableValue(_ value: MarkupElement, _ file: String) -> Diagnostic {
    Diagnostic(
      .modelTests, "a value cannot be read as \(value["type"] ?? "text")",
      help: "write numbers as 1.5, dates as 2025-01-31, durations as P1D or P1Y", file: file,
      span: value.opening)
  }
}

extension DiagnosticCode {
  static let modelTests: DiagnosticCode = "model-tests"
}
