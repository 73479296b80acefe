// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports
import Tables

// The summaries of a verdict.
extension EvaluationWording {
  func name(of decision: Verdict.Decision) -> String {
    switch decision {
    case .scaleUp: pick("Scale up", "Opschalen")
    case .adjust: pick("Adjust", "Aanpassen")
    case .stop: pick("Stop", "Stoppen")
    case .notYetKnown: pick("Not yet known", "Nog niet bekend")
    }
  }

  func scaleUp(_ arms: [String], _ most: ToldFinding) -> String {
    let best = arms.count > 1 ? pick(", most with \(most.arm)", ", het meest met \(most.arm)") : ""
    return pick(
      "\(list(arms)) can be scaled up: \(most.outcome) gets better\(best), \(most.figures)",
      "\(list(arms)) kan worden opgeschaald: \(most.outcome) wordt beter\(best), \(most.figures)")
      + least(most)
  }

  private func least(_ told: ToldFinding) -> String {
    guard !told.minimum.isEmpty else { return "." }
    return pick(
      "; the least that would be worth it is \(told.minimum).",
      "; het kleinste verschil dat de moeite waard is, is \(told.minimum).")
  }

  func adjustForGuardrail(_ arms: [String], _ outcome: String) -> String {
    pick(
      "\(list(arms)) works, but \(outcome) gets worse: adjust it first.",
      "\(list(arms)) werkt, maar \(outcome) wordt slechter: pas het eerst aan.")
  }

  var adjustMixed: String {
    pick(
      "The primary outcomes do not point the same way: adjust the change first.",
      "De belangrijkste uitkomsten wijzen niet dezelfde kant op: pas de verandering eerst aan.")
  }

  func adjustTooLittle(_ told: ToldFinding) -> String {
    pick(
      "\(told.arm) helps, but less than the \(told.minimum) that would be worth it: "
        + "\(told.outcome) \(told.figures). Adjust it.",
      "\(told.arm) helpt, maar minder dan de \(told.minimum) die de moeite waard is: "
        + "\(told.outcome) \(told.figures). Pas het aan.")
  }

  func stopHarm(_ told: ToldFinding) -> String {
    pick(
      "Stop: with \(told.arm) \(told.outcome) gets worse, \(told.figures).",
      "Stop: met \(told.arm) wordt \(told.outcome) slechter, \(told.figures).")
  }

  func stopNothing(_ told: ToldFinding) -> String {
    pick(
      "Stop: the change makes no difference of \(told.minimum) or more on \(told.outcome): "
        + "\(told.figures).",
      "Stop: de verandering maakt geen verschil van \(told.minimum) of meer voor \(told.outcome): "
        + "\(told.figures).")
  }

  func openTrust(_ message: String) -> String {
    pick(
      "Not yet known: the data cannot be trusted as they are. \(sentence(message)).",
      "Nog niet bekend: de gegevens zijn zo niet te vertrouwen. \(sentence(message)).")
  }

  var openNothing: String {
    pick(
      "Not yet known: there is no effect on a primary outcome.",
      "Nog niet bekend: er is geen effect op een belangrijkste uitkomst.")
  }

  func openGuardrail(_ arms: [String], _ outcome: String) -> String {
    pick(
      "Not yet known: \(list(arms)) works, but whether \(outcome) stays good enough is not certain.",
      "Nog niet bekend: \(list(arms)) werkt, maar of \(outcome) goed genoeg blijft is niet zeker.")
  }

  func openEffect(_ told: ToldFinding) -> String {
    pick(
      "Not yet known: \(told.arm) may be worth it or not. \(sentence(told.outcome)): \(told.figures)",
      "Nog niet bekend: \(told.arm) kan de moeite waard zijn of niet. "
        + "\(sentence(told.outcome)): \(told.figures)") + least(told)
  }

  var wrongSizes: String {
    pick("the arms do not have the planned sizes", "de groepen zijn niet zo groot als gepland")
  }
}

// The reasons of a verdict.
extension EvaluationWording {
  func reason(_ kind: Finding.Kind, _ told: ToldFinding, rule: DecideVerdict.Rule) -> String {
    let subject = "\(told.arm), \(told.outcome): \(told.figures). "
    switch kind {
    case .worthwhile:
      return subject
        + (rule == .significance
          ? pick(
            "The whole interval is better than no effect.",
            "Het hele interval is beter dan geen effect.")
          : pick(
            "The whole interval reaches the minimum of \(told.minimum).",
            "Het hele interval haalt het minimum van \(told.minimum)."))
    case .belowMinimum:
      return subject
        + pick(
          "It helps for certain, and for certain less than the minimum of \(told.minimum).",
          "Het helpt zeker, en zeker minder dan het minimum van \(told.minimum).")
    case .nothingWorthwhile:
      return subject
        + pick(
          "A difference of \(told.minimum) or more is ruled out.",
          "Een verschil van \(told.minimum) of meer is uitgesloten.")
    case .harmful:
      return subject
        + pick(
          "The whole interval is worse than no effect.",
          "Het hele interval is slechter dan geen effect.")
    case .perhapsTooLittle:
      return subject
        + pick(
          "It helps, but it may be less than the minimum of \(told.minimum).",
          "Het helpt, maar misschien minder dan het minimum van \(told.minimum).")
    case .uncertain:
      return subject
        + pick(
          "No effect and an effect that is worth it are both possible.",
          "Geen effect en een effect dat de moeite waard is, zijn allebei mogelijk.")
    case .unpublished:
      return subject + pick("There is no interval.", "Er is geen interval.")
    case .lostToMultiplicity:
      return subject
        + pick(
          "Counted over all comparisons it could be chance.",
          "Over alle vergelijkingen samen kan het toeval zijn.")
    case .disputed:
      return subject
        + pick(
          "Two estimates of the same effect lead to other decisions; name the planned method on the card.",
          "Twee schattingen van hetzelfde effect geven een ander besluit; noem de geplande methode op de kaart."
        )
    }
  }

  func reason(_ guardrail: GuardrailFinding, _ outcome: String, _ figures: String) -> String {
    let subject = figures.isEmpty ? "\(sentence(outcome)): " : "\(sentence(outcome)): \(figures). "
    switch guardrail.kind {
    case .kept:
      return subject + pick("It stays within its bound.", "Het blijft binnen de grens.")
    case .open:
      return subject
        + pick(
          "That it gets worse than its bound cannot be ruled out.",
          "Dat het slechter wordt dan de grens, is niet uitgesloten.")
    case .broken:
      return subject + pick("It gets worse.", "Het wordt slechter.")
    case .unbounded:
      return subject
        + pick(
          "It is not certainly worse; nobody said how much worse would be too much.",
          "Het is niet zeker slechter; niemand zei hoeveel slechter te veel is.")
    case .missing:
      return subject
        + pick(
          "It was to be watched, and no effect of it is known.",
          "Het zou worden gevolgd, maar er is geen effect van bekend.")
    }
  }

  func subgroupHarmed(_ subgroup: String, _ told: ToldFinding) -> String {
    pick(
      "Worse for some (\(subgroup)): \(told.outcome) \(told.figures).",
      "Slechter voor sommigen (\(subgroup)): \(told.outcome) \(told.figures).")
  }

  var notAdjusted: String {
    pick(
      "Several comparisons decide, and their number is not taken into account.",
      "Meerdere vergelijkingen beslissen samen, en met hun aantal is geen rekening gehouden.")
  }

  func trustPassed(_ count: Int) -> String {
    pick("All \(count) trust checks passed.", "Alle \(count) controles zijn in orde.")
  }

  var trustUnchecked: String {
    pick(
      "Whether the data can be trusted was not checked.",
      "Of de gegevens te vertrouwen zijn, is niet gecontroleerd.")
  }

  /// What a level of evidence means, as a clause.
  func evidenceMeaning(_ level: Int) -> String {
    switch level {
    case 5: pick("chance decided who got what", "het lot bepaalde wie wat kreeg")
    case 4:
      pick("assignment was as good as by chance", "de indeling was zo goed als door het lot")
    case 3:
      pick("before and after, with a comparison group", "voor en na, met een vergelijkingsgroep")
    case 2:
      pick(
        "groups as they are, made alike by what is known of them",
        "groepen zoals ze zijn, gelijk gemaakt op wat bekend is")
    default: pick("groups or moments as they are", "groepen of momenten zoals ze zijn")
    }
  }

  func evidenceReason(_ grade: EvidenceGrade) -> String {
    let reasons = grade.reasons.joined(separator: "; ")
    return pick(
      "Evidence level \(grade.level) of 5 (Maryland scale): \(reasons).",
      "Bewijskracht \(grade.level) van 5 (Maryland-schaal): \(reasons).")
  }

  var evidenceUnknown: String {
    pick("The level of evidence is not known.", "De bewijskracht is niet bekend.")
  }

  func flagged(_ flags: [String]) -> String {
    pick("Marked: \(list(flags)).", "Gemarkeerd: \(list(flags)).")
  }
}

// What to do next.
extension EvaluationWording {
  func repair(_ check: String) -> String {
    pick(
      "Find out why the check '\(check)' failed; repair or repeat before reading any effect.",
      "Zoek uit waarom de controle '\(check)' misging; herstel of herhaal voordat u effecten leest."
    )
  }

  var estimateFirst: String {
    pick(
      "Estimate the effect on the primary outcome.",
      "Schat het effect op de belangrijkste uitkomst.")
  }

  func goOn(_ arms: [String], _ outcomes: [String]) -> String {
    pick(
      "Scale up \(list(arms)) and keep measuring \(list(outcomes)) after the pilot ends.",
      "Schaal \(list(arms)) op en blijf \(list(outcomes)) meten na de pilot.")
  }

  func stopArms(_ arms: [String]) -> String {
    pick("Stop with \(list(arms)).", "Stop met \(list(arms)).")
  }

  var changeAndRetry: String {
    pick(
      "Change what falls short and try it out again, on a smaller scale first.",
      "Verander wat tekortschiet en probeer het opnieuw, eerst klein.")
  }

  var stopAndPublish: String {
    pick(
      "Go back to the old way and publish this result, so that others need not repeat it.",
      "Ga terug naar de oude werkwijze en publiceer dit resultaat, zodat anderen het niet herhalen."
    )
  }

  func moreCases(_ arm: String, needed: Int, now: Int) -> String {
    pick(
      "Let the pilot run on: for \(arm) roughly \(count(needed)) cases in all (now \(count(now))) "
        + "would settle it if the effect stays where it is.",
      "Laat de pilot doorlopen: voor \(arm) zijn ongeveer \(count(needed)) gevallen nodig (nu "
        + "\(count(now))) als het effect zo blijft.")
  }

  func hardlySettled(_ arm: String) -> String {
    pick(
      "More cases alone will hardly settle it for \(arm): find out more in another way, or say again "
        + "which difference would be worth it.",
      "Meer gevallen alleen geven voor \(arm) nauwelijks duidelijkheid: onderzoek het ook anders, of "
        + "bepaal opnieuw welk verschil de moeite waard is.")
  }

  func step(_ guardrail: GuardrailFinding, _ outcome: String) -> String? {
    switch guardrail.kind {
    case .kept: nil
    case .open:
      pick(
        "Measure \(outcome) in more cases, until it is clear that it stays good enough.",
        "Meet \(outcome) bij meer mensen, tot duidelijk is dat het goed genoeg blijft.")
    case .broken:
      pick(
        "Find out why \(outcome) gets worse, and change that.",
        "Zoek uit waarom \(outcome) slechter wordt, en verander dat.")
    case .unbounded:
      pick(
        "Agree how much worse \(outcome) may get.",
        "Spreek af hoeveel slechter \(outcome) mag worden.")
    case .missing:
      pick(
        "Measure \(outcome), which was to be watched.",
        "Meet \(outcome): dat zou worden gevolgd.")
    }
  }

  var lookAtSubgroups: String {
    pick(
      "Find out what goes wrong for the groups that get worse, with them.",
      "Zoek samen met de groepen die slechter af zijn uit wat er misgaat.")
  }

  var drawByLot: String {
    pick(
      "Repeat it with a comparison group, drawn by lot where that can be.",
      "Herhaal het met een vergelijkingsgroep, geloot waar dat kan.")
  }

  var checkTrust: String {
    pick(
      "Check arm sizes, missing outcomes and balance with impact/trust.",
      "Controleer groepsgrootte, ontbrekende uitkomsten en balans met impact/trust.")
  }

  func decideOn(_ date: String) -> String {
    let day = CalendarDate(date)?.spelledOut(in: language) ?? date
    return pick("Next decision: \(day).", "Volgende besluit: \(day).")
  }
}
