// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// The page of a quick scan, in Dutch or English.
struct ScanPage {
  enum Language: String, ParameterChoice {
    case nl
    case en
  }

  /// Characters that fit on a page of A4.
  static let limit = 3000

  let record: FeasibilityRecord
  let advice: QuickScan.Advice
  let organisations: [String]
  let change: String
  let largestUnknown: String
  let language: Language

  var text: String {
    let isDutch = language == .nl
    let unknown = isDutch ? "onbekend" : "unknown"
    let rows = record.questions.map { field in
      "| \(Self.field(field.name, language)) | \(Self.light(field.light, language)) | "
        + "\(Self.cell(field.answer ?? unknown)) |"
    }
    let gaps = record.gaps.map { Self.field($0, language) }
    return """
      # \(isDutch ? "Snelle toets" : "Quick scan"): \(Self.line(record.title))

      **\(isDutch ? "Geen formele toets." : "No formal test.")**

      - \(isDutch ? "Raakt" : "Touches"): \(Self.line(organisations.joined(separator: ", ")))
      - \(isDutch ? "Aard van de wijziging" : "Kind of change"): \(Self.line(change))
      - \(isDutch ? "Grootste onzekerheid" : "Largest unknown"): \(Self.line(largestUnknown))
      - \(isDutch ? "Advies" : "Advice"): **\(Self.advice(advice, language))**

      | \(isDutch ? "onderwerp" : "subject") | \(isDutch ? "licht" : "light") | \
      \(isDutch ? "antwoord" : "answer") |
      |---|---|---|
      \(rows.joined(separator: "\n"))

      \(isDutch ? "Niet bekend" : "Not known"): \
      \(gaps.isEmpty ? (isDutch ? "niets van het bovenstaande" : "none of the above") : gaps.joined(separator: ", ")).

      """
  }
}

// Words
extension ScanPage {
  private static func line(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func cell(_ text: String) -> String { line(text).replacing("|", with: "\\|") }

  private static func light(_ light: TrafficLight, _ language: Language) -> String {
    guard language == .nl else { return light.rawValue }
    return switch light {
    case .green: "groen"
    case .orange: "oranje"
    case .red: "rood"
    case .unknown: "onbekend"
    }
  }

  private static func advice(_ advice: QuickScan.Advice, _ language: Language) -> String {
    switch (advice, language) {
    case (.possible, .nl): "kan"
    case (.conditional, .nl): "kan, mits wat onbekend of oranje is wordt opgelost"
    case (.test, .nl): "eerst een uitvoeringstoets"
    case (.possible, .en): "possible"
    case (.conditional, .en): "possible, if what is unknown or orange is solved"
    case (.test, .en): "first an implementation test"
    }
  }

  private static func field(_ name: String, _ language: Language) -> String {
    let dutch = [
      "target_group": "doelgroep", "feasibility": "uitvoerbaarheid", "doability": "doenvermogen",
      "burden": "regeldruk", "data": "gegevens", "systems": "ICT", "complexity": "complexiteit",
      "staff_structural": "personeel", "time": "tijd", "budget": "kosten",
    ]
    return language == .nl ? dutch[name] ?? name : name.replacing("_", with: " ")
  }
}
