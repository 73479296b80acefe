// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// One step of a pipeline: typed parameters, named inputs, named outputs.
///
/// Parameters are `@Parameter` properties, because people write them in YAML; data comes in and goes
/// out through `run`, because it flows. `run` is an ordinary function that a test can call.
///
/// ```swift
/// struct Count: Stage {
///   static let info = StageInfo("count", version: 1, summary: "Counts the cases.")
///   @Parameter("Cases to keep.") var `where`: Expression?
///   struct Input: PortSet { @Port("One row per case.") var cases: Table }
///   struct Output: PortSet { @Port("One row.") var count: Table }
///   func run(_ input: Input, in context: StageContext) async throws -> Output { … }
/// }
/// ```
public protocol Stage: Sendable, Decodable {
  associatedtype Input: PortSet = NoPorts
  associatedtype Output: PortSet

  static var info: StageInfo { get }
  init()

  /// Checks parameters against each other, before anything runs.
  func validate() throws(StageFault)

  /// Checks that what the parameters leave out comes by a port.
  func validate(connected ports: Set<String>) throws(StageFault)

  /// The stage with what its parameters leave out and its input knows, such as the outcomes of a pilot card.
  ///
  /// It is validated once more before it runs.
  func completed(by input: Input, in context: StageContext) throws -> Self

  /// Whether it draws random numbers with these parameters: only asked of a stage whose info says that it
  /// may. Where it does not, it needs no seed, and another seed leaves its result as it is.
  var isDrawing: Bool { get }

  /// The columns that leave by each output, where they follow from those that come in.
  func outputColumns(for inputs: KnownColumns) -> KnownColumns

  /// The columns that column parameters and expressions see; nil where they are not known yet.
  func visibleColumns(for inputs: KnownColumns) -> [ColumnPromise]?

  func run(_ input: Input, in context: StageContext) async throws -> Output
}

extension Stage {
  /// Those of the first table that comes in.
  public func visibleColumns(for inputs: KnownColumns) -> [ColumnPromise]? { inputs.main }

  public var isDrawing: Bool { Self.info.draws }
  public func validate() throws(StageFault) {}
  public func validate(connected ports: Set<String>) throws(StageFault) {}
  public func completed(by input: Input, in context: StageContext) throws -> Self { self }
  public func outputColumns(for inputs: KnownColumns) -> KnownColumns { KnownColumns() }
}

/// The columns known before anything runs, by port; a port that is not named is unknown.
public struct KnownColumns: Sendable, Hashable {
  public private(set) var ports: [String: [ColumnPromise]]
  /// The stage's first input that is a table.
  private let mainPort: String?

  public init(_ ports: [String: [ColumnPromise]] = [:]) {
    self.ports = ports
    mainPort = nil
  }

  /// What comes into a stage: nothing is known of its columns yet.
  package init(into declaration: StageDeclaration) {
    ports = [:]
    mainPort = declaration.inputs.first { $0.kind == .table }?.name
  }

  /// The columns of the stage's first table.
  public var main: [ColumnPromise]? { mainPort.flatMap { ports[$0] } }

  public subscript(port: String) -> [ColumnPromise]? {
    get { ports[port] }
    set { ports[port] = newValue }
  }
}

/// A column that a table will have; its type where that is known already.
public struct ColumnPromise: Sendable, Hashable {
  public let name: String
  public let type: ColumnType?

  public init(_ name: String, _ type: ColumnType? = nil) {
    self.name = name
    self.type = type
  }
}
