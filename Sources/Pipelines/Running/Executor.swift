// SPDX-License-Identifier: EUPL-1.2

public import StageKit

/// Runs one instance somewhere; what it needs comes with it, so that somewhere may be elsewhere.
public protocol Executor: Sendable {
  func execute(
    _ instance: StageInstance, inputs: [String: [Labeled<DeliveredArtifact>]],
    context: StageContext
  ) async throws -> [String: Artifact]
}

/// Runs stages in this process.
public struct LocalExecutor: Executor {
  public init() {}

  @concurrent
  public func execute(
    _ instance: StageInstance, inputs: [String: [Labeled<DeliveredArtifact>]],
    context: StageContext
  ) async throws -> [String: Artifact] {
    try await instance.loaded.run(inputs, context)
  }
}
