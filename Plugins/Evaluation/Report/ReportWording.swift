// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports

// Headings and the sentences where something is missing.
extension EvaluationWording {
  func reportTitle(_ experiment: String) -> String {
    pick("Report on \(experiment)", "Rapport over \(experiment)")
  }
  func notMet(_ condition: String) -> String {
    pick("not: \(condition)", "niet: \(condition)")
  }

  var pilotHeading: String { pick("What was tried", "Wat er is geprobeerd") }
  var flowHeading: String { pick("Who took part", "Wie er meedeed") }
  var findingsHeading: String { pick("What we found", "Wat we vonden") }
  var comparisonHeading: String { pick("Side by side", "Naast elkaar") }
  var trustHeading: String { pick("Can we trust it?", "Kunnen we erop vertrouwen?") }
  var triadHeading: String {
    pick("What went well and what comes next", "Wat goed ging en hoe het verder gaat")
  }
  var reformHeading: String { pick("What the rules do", "Wat de regels doen") }
  var otherHeading: String { pick("Other tables", "Andere tabellen") }
  var methodHeading: String { pick("How this was computed", "Hoe dit is berekend") }

  var noVerdict: String {
    pick("No conclusion was drawn in this run.", "In deze run is geen conclusie getrokken.")
  }
  var noCard: String {
    pick(
      "There is no pilot card, so what was tried is not described.",
      "Er is geen pilotkaart; wat er is geprobeerd, staat dus nergens beschreven.")
  }
  var noFlow: String {
    pick("The flow of cases is not known.", "Hoeveel mensen er instroomden, is niet bekend.")
  }
  var noEffects: String {
    pick("No effect is published here.", "Er is hier geen effect gepubliceerd.")
  }
}

// What was tried, and who took part.
extension EvaluationWording {
  var organisationLabel: String { pick("Organisation", "Organisatie") }
  var problemLabel: String { pick("Problem", "Probleem") }
  var goalLabel: String { pick("Goal", "Doel") }
  var changeLabel: String { pick("Change", "Verandering") }
  var groupLabel: String { pick("For whom", "Voor wie") }
  var armsLabel: String { pick("Groups", "Groepen") }
  var outcomesLabel: String { pick("Outcomes", "Uitkomsten") }
  var designLabel: String { pick("Design", "Opzet") }
  var unitLabel: String { pick("What was assigned", "Wie of wat is ingedeeld") }
  var recruitmentLabel: String { pick("Recruitment", "Werving") }
  var legalLabel: String { pick("Legal basis", "Juridische basis") }
  var periodLabel: String { pick("Period", "Periode") }
  var risksLabel: String { pick("Risks", "Risico's") }
  var sourcesLabel: String { pick("Sources", "Bronnen") }

  func leastWorth(_ text: String) -> String {
    pick("worth it from \(text)", "de moeite waard vanaf \(text)")
  }

  var minimumUnpublished: String {
    pick(
      "which difference would be worth it: not published",
      "welk verschil de moeite waard is: niet gepubliceerd")
  }

  func asked(_ invited: String, _ participants: String) -> String {
    pick(
      "invited: \(invited); took part: \(participants)",
      "uitgenodigd: \(invited); deden mee: \(participants)")
  }

  func name(of role: PilotCard.Role) -> String {
    switch role {
    case .primary: pick("primary outcome", "belangrijkste uitkomst")
    case .secondary: pick("secondary outcome", "andere uitkomst")
    case .guardrail: pick("may not get worse", "mag niet slechter worden")
    case .displacement: pick("where it might move to", "waar het heen kan schuiven")
    }
  }

  func name(of design: PilotCard.Design) -> String {
    switch design {
    case .individualRCT: pick("trial with individuals drawn by lot", "experiment met loting")
    case .clusterRCT:
      pick("trial with groups drawn by lot", "experiment met loting van hele groepen")
    case .steppedWedge: pick("stepped wedge", "invoering in gelote stappen")
    case .differenceInDifferences:
      pick("before and after, against others", "voor en na, vergeleken met anderen")
    case .regressionDiscontinuity:
      pick("around a threshold", "vergelijking rond een grens")
    case .interruptedTimeSeries: pick("time series", "reeks in de tijd")
    case .syntheticControl: pick("synthetic comparison", "samengestelde vergelijking")
    case .matching: pick("matched groups", "gelijkgemaakte groepen")
    case .beforeAfter: pick("before and after", "voor en na")
    case .qualitative: pick("qualitative", "kwalitatief")
    case .simulation: pick("simulation", "simulatie")
    case .notPublished: pick("not published", "niet gepubliceerd")
    }
  }

  var flowTitle: String { pick("Flow of cases", "Stroom van mensen of zaken") }
  var flowCaption: String {
    pick("From the file to the analysis.", "Van het bestand tot de analyse.")
  }
  var noOutcome: String { pick("no outcome known", "geen uitkomst bekend") }

  func tookPart(_ number: Int) -> String {
    pick("\(count(number)) cases took part.", "\(count(number)) mensen of zaken deden mee.")
  }
}

// What was found.
extension EvaluationWording {
  var plotCaption: String {
    pick(
      "Each square is an estimate, each line its interval.",
      "Elk vierkant is een schatting, elke lijn het interval.")
  }
  var moreIsBetter: String { pick("More is better.", "Meer is beter.") }
  var lessIsBetter: String { pick("Less is better.", "Minder is beter.") }
  var tooSmall: String { pick("Too small to be worth it", "Te klein om de moeite waard te zijn") }
  var contrastColumn: String { pick("Comparison", "Vergelijking") }
  var effectColumn: String { pick("Effect", "Effect") }
  var pValueColumn: String { pick("p-value", "p-waarde") }
  var casesColumn: String { pick("Cases", "Aantal") }
  var everyone: String { pick("everyone", "iedereen") }
  var adjusted: String {
    pick(
      "p-values take the number of comparisons into account.",
      "De p-waarden houden rekening met het aantal vergelijkingen.")
  }

  func versus(_ treated: String, _ control: String) -> String {
    pick("\(treated) against \(control)", "\(treated) tegenover \(control)")
  }
}

// Side by side.
extension EvaluationWording {
  var matrixCaption: String { pick("What is comparable", "Wat vergelijkbaar is") }
  var aspectColumn: String { pick("Aspect", "Onderdeel") }
  var comparableColumn: String { pick("Comparable", "Vergelijkbaar") }
  var noteColumn: String { pick("Why", "Waarom") }
  var yes: String { pick("yes", "ja") }
  var no: String { pick("no", "nee") }
  var unknown: String { pick("cannot be judged", "niet te beoordelen") }
  var allTogether: String { pick("all together", "alles samen") }
  var poolingRow: String { pick("pooled", "samengevoegd") }
  var studiesTitle: String { pick("Studies", "Onderzoeken") }
  var together: String { pick("Together", "Samen") }
  var comparisonCaption: String {
    pick(
      "Larger squares weigh more in the estimate of all together.",
      "Grotere vierkanten tellen zwaarder mee in de schatting van alles samen.")
  }
  var notPooledTitle: String { pick("Not pooled:", "Niet samengevoegd:") }

  func pooledSentence(count: Int, figures: String, interval: String) -> String {
    pick(
      "Together \(count) experiments give \(figures) (\(interval)).",
      "Samen geven \(count) experimenten \(figures) (\(interval)).")
  }

  func predictionSentence(_ interval: String) -> String {
    pick(
      "In a new place an effect of \(interval) is to be expected.",
      "Op een nieuwe plek is een effect van \(interval) te verwachten.")
  }

  func heterogeneity(_ share: String) -> String {
    pick(
      "\(share) of the variation between them is more than chance (I²).",
      "\(share) van de verschillen ertussen is meer dan toeval (I²).")
  }
}

// Trust, next steps and methods.
extension EvaluationWording {
  var checksCaption: String { pick("Checks", "Controles") }
  var checkColumn: String { pick("Check", "Controle") }
  var resultColumn: String { pick("Result", "Uitslag") }
  var foundColumn: String { pick("What was found", "Wat is gevonden") }
  var inOrder: String { pick("in order", "in orde") }
  var failed: String { pick("failed", "niet in orde") }
  var takeCare: String { pick("take care", "let op") }
  var toKnow: String { pick("to know", "ter informatie") }
  var balanceTitle: String { pick("Balance of covariates", "Balans van kenmerken") }

  func failedChecks(_ count: Int) -> String {
    pick(
      count == 1
        ? "A check failed: do not rely on the effects yet."
        : "\(count) checks failed: do not rely on the effects yet.",
      count == 1
        ? "Eén controle is niet in orde: ga nog niet af op de effecten."
        : "\(count) controles zijn niet in orde: ga nog niet af op de effecten.")
  }

  func doubtfulChecks(_ count: Int, of all: Int) -> String {
    pick(
      "\(count) of \(all) checks ask for care.", "\(count) van \(all) controles vragen aandacht.")
  }

  var wentWell: String { pick("What went well", "Wat gaat goed") }
  var canBeBetter: String { pick("What can be better", "Wat kan beter") }
  var neededNext: String { pick("What is needed next", "Wat is nodig om verder te komen") }
  var nothingWentWell: String {
    pick("Nothing was recorded as going well.", "Er is niets vastgelegd dat goed ging.")
  }
  var nothingToImprove: String {
    pick("Nothing was recorded that can be better.", "Er is niets vastgelegd dat beter kan.")
  }
  var nothingNext: String {
    pick("No next step was recorded.", "Er is geen volgende stap vastgelegd.")
  }

  var methodCaption: String { pick("Methods", "Methoden") }
  var outcomeColumn: String { pick("Outcome", "Uitkomst") }
  var methodColumn: String { pick("Method", "Methode") }
  var estimandColumn: String { pick("Estimand", "Grootheid") }
  var varianceColumn: String { pick("Variance", "Variantie") }
  var errorColumn: String { pick("Standard error", "Standaardfout") }
  var dfColumn: String { pick("Degrees of freedom", "Vrijheidsgraden") }
  var clustersColumn: String { pick("Clusters", "Clusters") }
  var evidenceColumn: String { pick("Evidence", "Bewijskracht") }
  var methodNote: String {
    pick(
      "Evidence is the level on the Maryland Scientific Methods Scale.",
      "Bewijskracht is de trede op de Maryland Scientific Methods Scale.")
  }

  func poolingMethod(method: String, hartungKnapp: Bool, tauSquared: String) -> String {
    let model =
      method == "fixed"
      ? pick("one common effect", "één gezamenlijk effect")
      : pick(
        "random effects, variance between studies by \(method) (τ² \(tauSquared))",
        "wisselende effecten, variantie tussen onderzoeken volgens \(method) (τ² \(tauSquared))")
    let error =
      hartungKnapp
      ? pick(
        "standard error by Hartung and Knapp, Student's t",
        "standaardfout volgens Hartung en Knapp, Student's t")
      : pick("normal quantiles", "normale verdeling")
    return pick("Pooled as \(model); \(error).", "Samengevoegd als \(model); \(error).")
  }

  var madeWithLabel: String { language.wording.madeWith }
  var stageLabel: String { pick("Stage", "Stap") }
  var experimentLabel: String { pick("Experiment", "Experiment") }
  var truthCaption: String {
    pick("True effects of the synthetic data", "Werkelijke effecten in de nagemaakte gegevens")
  }

  func firstRows(_ shown: Int, of all: Int) -> String {
    pick(
      "The first \(count(shown)) of \(count(all)) rows.",
      "De eerste \(count(shown)) van \(count(all)) rijen.")
  }
}
