// SPDX-License-Identifier: EUPL-1.2

/// The phrases that every report and every chart needs, in Dutch (level B1) and in English.
///
/// What only one kind of report says stays with the stage that writes that report.
public struct Wording: Sendable, Hashable {
  public let language: ReportLanguage

  public init(language: ReportLanguage) { self.language = language }
}

// The page.
extension Wording {
  public var contents: String { pick("Contents", "Inhoud") }
  public var skipToContent: String { pick("Skip to the content", "Naar de inhoud") }
  public var provenance: String { pick("Where this comes from", "Waar dit vandaan komt") }
  public var madeWith: String { pick("Made with", "Gemaakt met") }
  public var reproducible: String {
    pick(
      "Anyone with the data can make these figures again from the run’s receipt.",
      "Wie de gegevens heeft, kan deze cijfers opnieuw maken met het bewijs van de run.")
  }
  public var notAvailable: String { pick("not available", "niet beschikbaar") }
  public var verdict: String { pick("Conclusion", "Conclusie") }
  public var warning: String { pick("Please note", "Let op") }
  public var note: String { pick("Explanation", "Uitleg") }
  public var total: String { pick("Total", "Totaal") }
  public var scrollable: String { pick("Scroll to see everything", "Schuif om alles te zien") }

  /// Behind the name of a figure: "Figure 1 in words".
  public var inWords: String { pick("in words", "in woorden") }

  public func figure(_ number: Int) -> String { pick("Figure \(number)", "Figuur \(number)") }

  public func table(_ number: Int) -> String { pick("Table \(number)", "Tabel \(number)") }
}

// Numbers.
extension Wording {
  public var percentagePoints: String { pick("percentage points", "procentpunt") }
  /// The word between the ends of an interval.
  public var to: String { pick("to", "tot") }
  public var estimate: String { pick("Estimate", "Schatting") }
  public var weight: String { pick("Weight", "Gewicht") }
  public var noEffect: String { pick("No effect", "Geen effect") }
  public var predictionInterval: String {
    pick("Range expected in a new place", "Verwacht op een nieuwe plek")
  }

  /// The name of an interval with this confidence level, such as "95% interval".
  public func interval(level: Double) -> String {
    let share = NumberFormat.percentage(significant: 3).text(level, in: language)
    return pick("\(share) interval", "\(share)-interval")
  }
}

// The flow of cases.
extension Wording {
  public var assessed: String { pick("Assessed", "Bekeken") }
  public var excluded: String { pick("Excluded", "Doen niet mee") }
  public var assigned: String { pick("Assigned", "Ingedeeld") }
  public var lost: String { pick("No outcome", "Geen uitkomst") }
  public var analysed: String { pick("Analysed", "Onderzocht") }
}

// The stages of a pipeline.
extension Wording {
  public var leadsTo: String { pick("leads to", "gaat naar") }
  public var leadsNowhere: String { pick("is an end", "is een einde") }
}

extension Wording {
  fileprivate func pick(_ english: String, _ dutch: String) -> String {
    language == .dutch ? dutch : english
  }
}
