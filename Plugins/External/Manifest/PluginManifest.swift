// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// A `plugin.yaml` that has been read: what the plugin says of itself, each with its place.
struct PluginManifest: Sendable {
  static let fileName = "plugin.yaml"

  let name: String
  let namePlace: SourcePlace
  let version: SemanticVersion
  let protocolVersion: ProtocolVersion
  let summary: String?
  let owner: String?
  let licence: String?
  /// The program and its arguments, where stages do not have their own.
  let command: Command?
  /// Patterns of the files that decide the results.
  let code: [String]
  let lockFiles: [String]
  let isWorker: Bool
  let environment: [String]
  let wantsNetwork: Bool
  let limits: Limits
  let stages: [StageManifest]
  /// The folder that the plugin lies in.
  let folder: String
  /// The digest of `code` and `lock`.
  let digest: String
  /// The files under `code` and `lock`, by path from the folder.
  let codeFiles: [String]
  /// Those files as they were when they were digested.
  let codeStamps: [FileStamp]

  /// What the plugin's programs speak.
  enum ProtocolVersion: Sendable, Hashable {
    case version(Int)
    /// Unmodified tools: exit status and outputs tell.
    case none

    static let current = 1
    var name: String { if case .version(let number) = self { "\(number)" } else { "none" } }
  }

  /// A program with its arguments, and where they stand.
  struct Command: Sendable {
    let arguments: [String]
    let place: SourcePlace
  }
}

/// One stage of a manifest.
struct StageManifest: Sendable {
  let name: String
  let place: SourcePlace
  let summary: String
  let version: Int
  let parameters: [ParameterManifest]
  let inputs: [PortManifest]
  let outputs: [PortManifest]
  let format: TableFormat
  let draws: Bool
  /// It is told the run's today, which is then part of its key.
  let readsDate: Bool
  let command: PluginManifest.Command?
  /// The output that is what a tool prints.
  let printedOutput: String?
  /// Exit statuses that are worth another try, where there is no protocol.
  let transientStatuses: [Int]
  let example: StageExample?
  let source: String?
}

/// How tables are handed over.
enum TableFormat: String, Sendable, CaseIterable {
  case arrow
  case csv
}

/// A parameter of a stage as its manifest declares it.
struct ParameterManifest: Sendable {
  let name: String
  let type: ParameterType
  let help: String
  let isRequired: Bool
  let initial: Node?
}

/// A port as its manifest declares it.
struct PortManifest: Sendable {
  let declaration: PortDeclaration
  let place: SourcePlace
  /// The input whose columns an output has besides its own.
  let extends: String?
  let mediaType: String?
}

/// Values and files that a stage can be tried with.
struct StageExample: Sendable {
  let parameters: [(name: String, node: Node)]
  /// By port, a path from the plugin's folder.
  let inputs: [(port: String, path: String)]
  let file: SourceFile
}
