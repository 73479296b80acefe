// SPDX-License-Identifier: EUPL-1.2

/// What a stage says of itself; its parameters and ports are read from its properties.
public struct StageInfo: Sendable, Hashable {
  public let name: String
  /// Raised whenever the same input may give another output: it is part of every stage key.
  public let version: Int
  public let summary: String
  /// May draw random numbers: the seed enters the stage key, and a pipeline without a seed is at fault,
  /// unless `Stage.isDrawing` says that nothing is drawn.
  public let draws: Bool
  /// Writes the experiment's name into its output, so that the name enters the stage key.
  public let namesExperiment: Bool
  /// YAML of a stage that uses this one, as shown by `proeftuin stages`.
  public let example: String?
  /// The literature that a method comes from.
  public let source: String?

  public init(
    _ name: String, version: Int, summary: String, draws: Bool = false,
    namesExperiment: Bool = false, example: String? = nil, source: String? = nil
  ) {
    self.name = name
    self.version = version
    self.summary = summary
    self.draws = draws
    self.namesExperiment = namesExperiment
    self.example = example
    self.source = source
  }
}
