// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import Pipelines
import StageKit
public import Tables

/// What a run sets out to do, as the store keeps it.
public struct RunDescription: Sendable {
  public var pipeline: String
  public var title: String?
  /// The pipeline file's path as the user wrote it.
  public var file: String
  /// The text of the pipeline file.
  public var source: String
  /// Each parameter with its value after `--set`.
  public var parameters: JSONValue
  public var referenceDate: CalendarDate?
  /// The command line.
  public var arguments: [String]
  /// Name and version of the program.
  public var tool: String

  public init(
    pipeline: String, title: String? = nil, file: String, source: String,
    parameters: JSONValue = [:], referenceDate: CalendarDate? = nil, arguments: [String] = [],
    tool: String
  ) {
    self.pipeline = pipeline
    self.title = title
    self.file = file
    self.source = source
    self.parameters = parameters
    self.referenceDate = referenceDate
    self.arguments = arguments
    self.tool = tool
  }

  public init(_ pipeline: CheckedPipeline, arguments: [String], tool: String) {
    self.init(
      pipeline: pipeline.name, title: pipeline.document.title, file: pipeline.document.file.name,
      source: pipeline.document.file.text,
      parameters: .object(
        members: pipeline.values.parameters.map { ($0.name, $0.node.json) }),
      referenceDate: pipeline.referenceDate.day, arguments: arguments, tool: tool)
  }
}
