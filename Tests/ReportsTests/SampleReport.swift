// SPDX-License-Identifier: EUPL-1.2

import Reports

/// A report with every block and every chart.
enum SampleReport {
  static func document(in language: ReportLanguage) -> ReportDocument {
    var report = ReportDocument(
      title: "Helpt een brief?", subtitle: "Gemeente Voorbeeld", language: language)
    report.add(
      .callout(
        .verdict, "Opschalen",
        blocks: [.paragraph("De brief hielp \(strong: "5,5 procentpunt") meer gezinnen.")]))
    report.add(.facts([KeyFact("Gezinnen", "3.539"), KeyFact("Opzet", "loting")]))
    report.add(.heading("Wat we zagen"))
    report.add(
      .paragraph(
        "Zie het \("plan", link: "https://example.org/plan?a=1&b=2"), kolom \(code: "heraanvraag")."
      ))
    report.add(.table(table))
    report.add(.figure("De brief hielp overal.", chart: forest))
    report.add(.callout(.warning, "Eén locatie is klein."))
    report.add(.heading("Wie meedeed"))
    report.add(.figure("Van selectie tot uitkomst.", chart: flow))
    report.add(.heading("Deel", level: 2))
    report.add(.figure("Wie er op vooruit gaat.", chart: bars))
    report.add(.figure("De stappen.", chart: stages))
    report.add(.list(["eerst", "daarna"], isNumbered: true))
    report.add(.details("Meer", [.paragraph("Over de berekening."), .table(table)]))
    report.add(.callout(.note, "Procentpunt is het verschil van twee percentages."))
    report.provenance = [KeyFact("Run", "\(code: "r-1")"), KeyFact("Proeftuin", "0.1.0")]
    return report
  }

  static let table = ReportTable(
    "Effect van de brief",
    columns: [
      .init("Vergelijking"), .init("Effect", format: .percentagePoints().signed),
      .init("p-waarde", format: .pValue), .init("Bedrag", format: .euros(decimals: 2)),
    ],
    rows: [
      ["Brief tegen geen brief", .number(0.0551), .number(0.0018), .number(1234.5)],
      ["Andere brief", .number(-0.01), .number(0.0000003), .number(nil)],
      .init(["Samen", .number(0.02), .number(0.5), .empty], isTotal: true),
    ], note: "19 gezinnen zonder uitkomst.")

  static let forest: ForestPlot = {
    var plot = ForestPlot(
      "Effect per locatie",
      rows: [
        .heading("Locaties"),
        .estimate("Noord", 0.071, low: 0.01, high: 0.132, weight: 3),
        .estimate("Zuid", 0.043, low: -0.012, high: 0.098, weight: 4),
        .estimate("Oost", nil, low: nil, high: nil),
        .pooled(
          "Samen", 0.0551, low: 0.0205, high: 0.0897, predictionLow: -0.01, predictionHigh: 0.12),
      ], format: .percentagePoints())
    plot.band = .init(from: 0, to: 0.02, label: "Te klein om uit te maken")
    plot.directions = .init(low: "minder", high: "meer")
    return plot
  }()

  static let flow = FlowChart(
    "Stroom van gezinnen", assessed: 1100, excluded: [.init("verhuisd", 80), .init("dubbel", 20)],
    arms: [
      .init("Geen brief", assigned: 500, losses: [.init("geen uitkomst", 7)], analysed: 493),
      .init("Brief", assigned: 500, analysed: 500),
    ])

  static let bars = BarChart(
    "Vooruit en achteruit", series: ["vooruit", "achteruit"],
    groups: [.init("Alleenstaand", [0.32, 0.04]), .init("Paar", [0.18, nil])],
    format: .percentage(decimals: 0))

  static let stages = StageGraph(
    "Stappen",
    boxes: [
      .init(id: "intake", title: "intake", subtitle: "pilot/intake"),
      .init(id: "effect", title: "effect", subtitle: "impact/regression"),
      .init(id: "verdict", title: "verdict"),
    ],
    arrows: [
      .init(from: "intake", to: "effect"), .init(from: "effect", to: "verdict"),
      .init(from: "intake", to: "verdict"),
    ])

  static let charts: [any ReportChart] = [forest, flow, bars, stages]
}
