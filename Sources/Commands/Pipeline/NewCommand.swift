// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import StageKit
import Tables

/// `proeftuin new NAME` writes a pipeline, `proeftuin new plugin NAME` a plugin.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Writes a working pipeline, or a plugin, in a folder of its own.",
    subcommands: [NewPipelineCommand.self, NewPluginCommand.self],
    defaultSubcommand: NewPipelineCommand.self)
}

/// `proeftuin new NAME`: writes a working pipeline with data, from a template.
struct NewPipelineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipeline",
    abstract: "Writes a working pipeline, with data, in a folder of its own.")

  @Argument(help: "The pipeline's name: small letters, digits and hyphens.")
  var name: String

  @Option(help: "What it starts from.")
  var template = Template.letter

  enum Template: String, ExpressibleByArgument, CaseIterable {
    /// A letter trial on a file of cases.
    case letter
    /// A trial on made-up households.
    case synthetic

    fileprivate var text: String {
      let bytes =
        switch self {
        case .letter: PackageResources.letter_yaml
        case .synthetic: PackageResources.synthetic_yaml
        }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  func validate() throws {
    let letters = name.allSatisfy {
      $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-")
    }
    guard letters, let first = name.first, first.isLetter else {
      throw ValidationError("a pipeline's name has small letters, digits and hyphens: my-pilot")
    }
  }

  func run() throws {
    guard !FileManager.default.fileExists(atPath: name) else {
      throw CommandFailure(
        .usage, "there is something at '\(name)' already",
        help: "nothing was written; take another name")
    }
    do {
      try FileManager.default.createDirectory(atPath: name, withIntermediateDirectories: false)
    } catch {
      throw CommandFailure(
        .usage, "the folder '\(name)' cannot be made", help: "check that this folder is yours")
    }
    let pipeline = "\(name)/\(name).yaml"
    try FileOutput.write(
      Array(template.text.replacing("{{name}}", with: name).utf8), to: pipeline)
    if template == .letter {
      try FileOutput.write(CSVWriter().bytes(try LetterCases.table()), to: "\(name)/cases.csv")
    }
    Terminal.answer(pipeline)
    Terminal.tell("next: proeftuin run \(pipeline)")
  }
}

/// The made-up cases of the letter template: 20 % apply after the standard letter, 28 % after the plain.
private enum LetterCases {
  static func table() throws -> Table {
    var random = RandomStream(seed: 1, name: "template/letter")
    var arms = (0..<2400).map { $0 % 2 == 0 ? "standard" : "plain" }
    random.shuffle(&arms)
    let ages = arms.map { _ in Int64(16 + random.integer(below: 70)) }
    let applied = arms.map { arm -> Bool? in
      let answers = random.uniform()
      let applies = random.uniform() < (arm == "plain" ? 0.28 : 0.20)
      return answers < 0.01 ? nil : applies
    }
    return try Table([
      ("case", .text(TextColumn(arms.indices.map { "C\(10_000 + $0)" }))),
      ("age", .integer(FixedColumn(ages))), ("arm", .category(CategoryColumn(arms))),
      ("applied", .boolean(BooleanColumn(applied))),
    ])
  }
}
