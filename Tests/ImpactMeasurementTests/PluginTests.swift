// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import ImpactMeasurement
import StageKit
import Tables
import Testing

struct PluginTests {
  @Test func `the plugin gives its stages by their fixed names`() {
    #expect(
      ImpactMeasurementPlugin.declarations.map(\.name) == [
        "impact/difference-in-means", "impact/regression", "impact/trust",
        "impact/difference-in-differences", "impact/staggered-adoption",
        "impact/cuped",
        "impact/post-stratification",
        "impact/ratio",
        "impact/instrument",
        "impact/difference-in-means", "impact/regression",
        "impact/generalised-linear", "impact/survival",
        "impact/trust",
        "impact/randomisation-test",
        "impact/randomisation-test", "impact/wild-bootstrap", "impact/bootstrap",
        "impact/multiple-outcomes",
        "impact/regression-discontinuity",
        "impact/interrupted-time-series", "impact/regression-discontinuity",
        "impact/synthetic-control",
        "impact/synthetic-control", "impact/matching",
        "impact/subgroups",
        "impact/difference-in-means", "impact/regression", "impact/trust", "impact/lessons",
        "impact/monitor",
      ])
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

  @Test(arguments: [
    "impact/difference-in-means", "impact/regression", "impact/randomisation-test",
    "impact/wild-bootstrap", "impact/bootstrap", "impact/multiple-outcomes",
  ])
  @Test(arguments: ["impact/difference-in-means", "impact/regression", "impact/subgroups"])
  func `effects name their experiment and promise their columns`(name: String) throws {
    let declaration = try #require(Catalog(plugins: [ImpactMeasurementPlugin.self])[name])
    #expect(declaration.info.namesExperiment)
    var reading = ParameterReading(
      file: SourceFile(name: "with.yaml", text: ""), folder: "", constants: [:])
    let document = Document.parse(SourceFile(name: "with.yaml", text: "{outcome: y, arm: z}"))
    let nodes = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    let loaded = try #require(
      declaration.load(Dictionary(uniqueKeysWithValues: nodes), &reading))
    #expect(
      loaded.outputColumns(KnownColumns())["effects"]?.map(\.name)
        == EffectsTable.schema.map(\.name))
  }
}
