// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import Pipelines
import StageKit
public import Tables

/// An output of one run.
public struct RunArtifact: Sendable {
  public let run: RunID
  public let instance: String
  /// `plugin/stage`.
  public let use: String
  public let port: String
  public let reference: ArtifactReference
}

extension Store {
  /// Every output of a run, stage by stage, ports in order of name.
  public func artifacts(of run: RunID) throws -> [RunArtifact] {
    try stages(of: run).flatMap { stage in
      stage.outputs.sorted { $0.key < $1.key }.map { port, reference in
        RunArtifact(
          run: run, instance: stage.instance, use: stage.use, port: port, reference: reference)
      }
    }
  }

  /// The tables of a run that have all these columns, as an effects table has its own.
  ///
  /// Only the description of the others is read; tables with equal content come once.
  public func tables(
    of run: RunID, withColumns columns: [String]
  ) throws -> [(artifact: RunArtifact, table: Table)] {
    try distinct(of: run, .table).compactMap { artifact in
      let path = objects.path(of: artifact.reference.digest)
      guard let (schema, _) = try? ArrowFile.describe(path: path) else {
        // Reading it says in words what is wrong.
        _ = try self.artifact(artifact.reference)
        return nil
      }
      guard Set(columns).isSubset(of: schema.map(\.name)),
        case .table(let table) = try self.artifact(artifact.reference)
      else { return nil }
      return (artifact, table)
    }
  }

  /// The records of a run of one type, such as `verdict`.
  public func records(
    of run: RunID, type: String
  ) throws -> [(artifact: RunArtifact, record: JSONValue)] {
    try distinct(of: run, .record).compactMap { artifact in
      guard case .record(let record) = try self.artifact(artifact.reference),
        record["type"]?.stringValue == type
      else { return nil }
      return (artifact, record)
    }
  }

  private func distinct(of run: RunID, _ kind: ArtifactKind) throws -> [RunArtifact] {
    var seen: Set<ArtifactReference> = []
    return try artifacts(of: run).filter {
      $0.reference.kind == kind && seen.insert($0.reference).inserted
    }
  }
}
