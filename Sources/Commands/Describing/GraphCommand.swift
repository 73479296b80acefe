// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Pipelines
import Reports

/// `proeftuin graph FILE`: the stages and what flows between them.
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draws the stages of a pipeline.")

  @OptionGroup var pipeline: PipelineOptions

  @Option(help: "What it is drawn as.")
  var format = Format.mermaid

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case mermaid
    case dot
    case svg
  }

  func run() throws {
    let graph = PipelineGraph(try pipeline.checked(asJSON: false))
    switch format {
    case .mermaid: Terminal.answer(graph.mermaid)
    case .dot: Terminal.answer(graph.dot)
    case .svg: Terminal.answer(graph.svg)
    }
  }
}

extension PipelineGraph {
  /// Mermaid's flowchart notation.
  var mermaid: String {
    var lines = ["flowchart LR"]
    for box in boxes {
      lines.append("  \(box.id)[\"\(box.id)\(box.repeats)<br/><small>\(box.use)</small>\"]")
    }
    for arrow in arrows { lines.append("  \(arrow.from) -- \(arrow.port) --> \(arrow.to)") }
    return lines.joined(separator: "\n")
  }

  /// Graphviz's notation.
  var dot: String {
    var lines = ["digraph pipeline {", "  rankdir=LR;", "  node [shape=box];"]
    for box in boxes {
      lines.append("  \"\(box.id)\" [label=\"\(box.id)\(box.repeats)\\n\(box.use)\"];")
    }
    for arrow in arrows {
      lines.append("  \"\(arrow.from)\" -> \"\(arrow.to)\" [label=\"\(arrow.port)\"];")
    }
    return (lines + ["}"]).joined(separator: "\n")
  }

  var svg: String {
    StageGraph(
      title,
      boxes: boxes.map { StageGraph.Box(id: $0.id, title: $0.id + $0.repeats, subtitle: $0.use) },
      arrows: arrows.map { StageGraph.Arrow(from: $0.from, to: $0.to, label: $0.port) }
    ).svg(in: .english)
  }
}

extension PipelineGraph.Box {
  fileprivate var repeats: String { instances == 1 ? "" : " × \(instances)" }
}
