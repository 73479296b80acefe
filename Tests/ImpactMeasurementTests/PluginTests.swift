// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import ImpactMeasurement
import StageKit
import Tables
import Testing

struct PluginTests {
  /// Pipelines and other people's plugins are written against these names.
  private static let fixedNames = [
    "difference-in-means", "regression", "generalised-linear", "quantile", "instrument",
    "randomisation-test", "survival", "stepped-wedge", "difference-in-differences",
    "staggered-adoption", "interrupted-time-series", "regression-discontinuity",
    "synthetic-control", "matching", "trust", "subgroups", "tailoring", "monitor", "lessons",
  ]

  @Test(arguments: fixedNames) func `the plugin has every stage of a fixed name`(name: String) {
    #expect(ImpactMeasurementPlugin.declarations.contains { $0.name == "impact/\(name)" })
  }

  @Test func `no stage is listed twice`() {
    let names = ImpactMeasurementPlugin.declarations.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: ImpactMeasurementPlugin.declarations.map(\.name))
  func `every stage has an example that loads, and a source`(name: String) throws {
    let declaration = try #require(Catalog(plugins: [ImpactMeasurementPlugin.self])[name])
    #expect(declaration.info.source?.isEmpty == false)
    let example = try #require(declaration.info.example)
    let document = Document.parse(SourceFile(name: "example.yaml", text: example))
    #expect(document.diagnostics.isEmpty)
    let stage = try #require(document.root?.entries?.first?.value.entries)
    #expect(stage.first { $0.name == "use" }?.value.text == name)
    let with = try #require(stage.first { $0.name == "with" }?.value.entries)
    var reading = ParameterReading(file: document.file, folder: "", constants: [:])
    let loaded = declaration.load(
      Dictionary(uniqueKeysWithValues: with.map { ($0.name, $0.value) }), &reading)
    #expect(reading.diagnostics.isEmpty)
    #expect(loaded?.validate() == nil)
    let names = Set(declaration.parameters.map(\.name))
    #expect(with.allSatisfy { names.contains($0.name) })
  }

  private static let givingEffects = ImpactMeasurementPlugin.declarations
    .filter { $0.outputs.contains { $0.name == "effects" } }.map(\.name)

  @Test(arguments: givingEffects)
  func `effects name their experiment and promise their columns`(name: String) throws {
    let declaration = try #require(Catalog(plugins: [ImpactMeasurementPlugin.self])[name])
    #expect(declaration.info.namesExperiment)
    let example = try #require(declaration.info.example)
    let document = Document.parse(SourceFile(name: "example.yaml", text: example))
    let stage = try #require(document.root?.entries?.first?.value.entries)
    let with = try #require(stage.first { $0.name == "with" }?.value.entries)
    var reading = ParameterReading(file: document.file, folder: "", constants: [:])
    let loaded = try #require(
      declaration.load(
        Dictionary(uniqueKeysWithValues: with.map { ($0.name, $0.value) }), &reading))
    #expect(
      loaded.outputColumns(KnownColumns())["effects"]?.map(\.name)
        == EffectsTable.schema.map(\.name))
  }
}
