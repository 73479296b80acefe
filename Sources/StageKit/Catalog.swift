// SPDX-License-Identifier: EUPL-1.2

/// All stages that a pipeline may use, wherever they come from.
public struct Catalog: Sendable {
  /// By plugin and name, in the order of registration.
  public let stages: [StageDeclaration]
  private let positions: [String: Int]

  public init(_ stages: [StageDeclaration]) {
    self.stages = stages
    positions = Dictionary(
      stages.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public init(plugins: [any Plugin.Type]) {
    self.init(plugins.flatMap { $0.declarations })
  }

  /// The same catalog with more stages behind its own; a name that is taken stays as it is.
  public func adding(_ more: [StageDeclaration]) -> Catalog {
    more.isEmpty ? self : Catalog(stages + more)
  }

  /// The stage named as in `use:`.
  public subscript(name: String) -> StageDeclaration? { positions[name].map { stages[$0] } }

  public var names: [String] { stages.map(\.name) }
}
