// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// The stages of a pipeline and what flows between them, for drawing.
public struct PipelineGraph: Sendable {
  public struct Box: Sendable, Hashable {
    public let id: String
    /// `plugin/stage`.
    public let use: String
    /// How many instances it has.
    public let instances: Int
  }

  public struct Arrow: Sendable, Hashable {
    public let from: String
    public let port: String
    public let to: String
  }

  public let title: String
  public let boxes: [Box]
  public let arrows: [Arrow]

  public init(_ pipeline: CheckedPipeline) {
    title = pipeline.document.title ?? pipeline.name
    var counts: [String: Int] = [:]
    for instance in pipeline.instances { counts[instance.id.stage, default: 0] += 1 }
    boxes = pipeline.document.stages.compactMap { block in
      counts[block.id].map { Box(id: block.id, use: block.use, instances: $0) }
    }
    var seen: Set<Arrow> = []
    var arrows: [Arrow] = []
    for instance in pipeline.instances {
      for port in instance.declaration.inputs {
        for source in instance.inputs[port.name] ?? [] {
          let arrow = Arrow(
            from: pipeline.instances[source.instance].id.stage, port: source.port,
            to: instance.id.stage)
          if seen.insert(arrow).inserted { arrows.append(arrow) }
        }
      }
    }
    self.arrows = arrows
  }
}
