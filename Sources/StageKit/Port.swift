// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import Tables

/// Declares what a stage takes in or gives out: `@Port("One row per case.") var cases: Table`.
///
/// A port holds a `Table`, a `Record` or a `FileArtifact`; an input port may also be optional, or a list
/// of `Labeled` artifacts. A stage that needs its table only row after row declares `TableBatches`
/// instead: it then works on tables that do not fit in memory.
@propertyWrapper
public struct Port<Value: Sendable>: Sendable {
  private var value: Value?
  private let help: String
  private let conversion: PortConversion<Value>

  public var wrappedValue: Value {
    get {
      guard let value else { preconditionFailure("a port is read before it is set") }
      return value
    }
    set { value = newValue }
  }

  private init(_ help: String, _ conversion: PortConversion<Value>, value: Value? = nil) {
    self.help = help
    self.conversion = conversion
    self.value = value
  }

  public init(_ help: String) where Value == Table { self.init(help, .table) }
  public init(_ help: String) where Value == TableBatches { self.init(help, .batches) }
  public init(_ help: String) where Value: Record { self.init(help, .record) }
  public init(_ help: String) where Value == FileArtifact { self.init(help, .file) }

  public init(_ help: String) where Value == Table? {
    self.init(help, .optional(.table), value: .some(nil))
  }

  public init(_ help: String) where Value == TableBatches? {
    self.init(help, .optional(.batches), value: .some(nil))
  }

  public init(_ help: String) where Value == FileArtifact? {
    self.init(help, .optional(.file), value: .some(nil))
  }

  public init<R: Record>(_ help: String) where Value == R? {
    self.init(help, .optional(.record), value: .some(nil))
  }

  public init(_ help: String) where Value == [Labeled<Table>] { self.init(help, .list(.table)) }

  public init<R: Record>(_ help: String) where Value == [Labeled<R>] {
    self.init(help, .list(.record))
  }
}

extension Port: Decodable {
  public init(from decoder: any Decoder) throws {
    throw StageFault("ports are set by the runner only", kind: .bug)
  }
}

/// An artifact of a list port, with the stage instance that it comes from: `sites[center=Anacostia]`.
public struct Labeled<Value: Sendable>: Sendable {
  public let label: String
  public let value: Value

  public init(_ label: String, _ value: Value) {
    self.label = label
    self.value = value
  }
}

/// The named ports of one side of a stage; an empty `init` leaves required ones unset.
public protocol PortSet: Sendable, Decodable {
  init()
}

/// What a stage without inputs takes.
public struct NoPorts: PortSet {
  public init() {}
}

/// How a port's value becomes an artifact and back.
struct PortConversion<Value: Sendable>: Sendable {
  let kind: ArtifactKind
  var recordType: String?
  var isList = false
  var isOptional = false
  let read: @Sendable ([Labeled<DeliveredArtifact>]) throws -> Value
  let write: @Sendable (Value) -> Artifact?
}

extension PortConversion where Value == Table {
  static var table: Self {
    Self(kind: .table, read: { try single($0).artifact().table() }, write: { .table($0) })
  }
}

extension PortConversion where Value == TableBatches {
  static var batches: Self {
    Self(
      kind: .table, read: { try single($0).batches() },
      write: { batches in batches.tableInMemory.map { .table($0) } ?? .batches(batches) })
  }
}

extension PortConversion where Value: Record {
  static var record: Self {
    Self(
      kind: .record, recordType: Value.recordType,
      read: { try Value(record: single($0).artifact().record()) }, write: { .record($0.record) })
  }
}

extension PortConversion where Value == FileArtifact {
  static var file: Self {
    Self(kind: .file, read: { try single($0).artifact().file() }, write: { .file($0) })
  }
}

extension PortConversion {
  static func optional<Wrapped>(_ wrapped: PortConversion<Wrapped>) -> Self
  where Value == Wrapped? {
    Self(
      kind: wrapped.kind, recordType: wrapped.recordType, isOptional: true,
      read: { $0.isEmpty ? nil : try wrapped.read($0) }, write: { $0.flatMap(wrapped.write) })
  }

  static func list<Element>(_ element: PortConversion<Element>) -> Self
  where Value == [Labeled<Element>] {
    Self(
      kind: element.kind, recordType: element.recordType, isList: true,
      read: { try $0.map { Labeled($0.label, try element.read([$0])) } }, write: { _ in nil })
  }

  fileprivate static func single(
    _ artifacts: [Labeled<DeliveredArtifact>]
  ) throws -> DeliveredArtifact {
    guard artifacts.count == 1, let artifact = artifacts.first else {
      throw StageFault("a port takes one artifact, not \(artifacts.count)", kind: .bug)
    }
    return artifact.value
  }
}

/// A port as the runner sees it, with its type forgotten.
protocol DeclaredPort: Sendable {
  func declaration(named name: String) -> PortDeclaration
  func setting(_ artifacts: [Labeled<DeliveredArtifact>]) throws -> any DeclaredPort
  /// The artifact of an output port; nil where it was left unset.
  var artifact: Artifact? { get }
}

extension Port: DeclaredPort {
  func declaration(named name: String) -> PortDeclaration {
    PortDeclaration(
      name: name, help: help, kind: conversion.kind, recordType: conversion.recordType,
      isList: conversion.isList, isOptional: conversion.isOptional)
  }

  func setting(_ artifacts: [Labeled<DeliveredArtifact>]) throws -> any DeclaredPort {
    Port(help, conversion, value: try conversion.read(artifacts))
  }

  var artifact: Artifact? { value.flatMap(conversion.write) }
}
