// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import StageKit

/// A pipeline without errors: its stage instances in an order in which they can run.
public struct CheckedPipeline: Sendable {
  public let document: PipelineDocument
  public let values: PipelineValues
  public let referenceDate: ReferenceDate
  /// Every instance after those that it needs.
  public let instances: [StageInstance]

  public var name: String { document.name }
}

/// One instance of a stage with its parameters set and its inputs wired.
public struct StageInstance: Sendable {
  public let id: InstanceID
  public let block: StageBlock
  public let declaration: StageDeclaration
  public let loaded: LoadedStage
  /// By input port, in the order in which the port delivers.
  public let inputs: [String: [InputSource]]
  public let seed: UInt64?
  public let files: [InputFile]
  public let secrets: [String]
  /// False where `when` says so.
  public let isWanted: Bool
  /// The spans of the parameters and of their entries, `derive.paid`, for faults at run time.
  let parameterSpans: [String: SourceSpan]

  /// The positions of the instances that must have run before.
  public var dependencies: [Int] {
    Array(Set(inputs.values.joined().map(\.instance))).sorted()
  }

  /// Puts a fault of the running stage at its place in the file.
  public func diagnostic(_ fault: StageFault, in file: SourceFile) -> Diagnostic {
    let places = fault.parameter.map { name in
      [fault.entry.map { "\(name).\($0)" }, name].compactMap(\.self)
    }
    let span = places?.compactMap { parameterSpans[$0] }.first ?? block.useNode.span
    return Diagnostic(
      .stageFault, severity: .error, "stage '\(id)': \(fault.message)",
      help: fault.help, notes: [], file: fault.place?.file ?? file.name,
      span: fault.place?.span ?? span)
  }
}

/// Where an input comes from: another instance's output.
public struct InputSource: Sendable, Hashable {
  /// Position in `CheckedPipeline.instances`.
  public let instance: Int
  public let port: String
}

/// The name of an instance: `effect`, or `sites[center=Anacostia]`.
public struct InstanceID: Sendable, Hashable, CustomStringConvertible {
  public let stage: String
  public let each: [Axis]

  /// One key with the value it has in this instance.
  public struct Axis: Sendable, Hashable {
    public let key: String
    public let value: String
  }

  public init(_ stage: String, each: [Axis] = []) {
    self.stage = stage
    self.each = each
  }

  public var description: String {
    guard !each.isEmpty else { return stage }
    return "\(stage)[\(each.map { "\($0.key)=\($0.value)" }.joined(separator: ","))]"
  }
}
