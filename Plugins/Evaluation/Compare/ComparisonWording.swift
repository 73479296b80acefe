// SPDX-License-Identifier: EUPL-1.2

import Reports

// What evaluation/compare says.
extension EvaluationWording {
  var same: String { pick("The same.", "Hetzelfde.") }
  var onlyOne: String { pick("There is only one experiment.", "Er is maar één experiment.") }
  var control: String { pick("control", "controlegroep") }
  var notPublishedWord: String { pick("not published", "niet gepubliceerd") }
  var noEffectPublished: String {
    pick("no effect is published", "er is geen effect gepubliceerd")
  }
  var sameFamily: String {
    pick("Chance decided in all of them.", "Bij alle bepaalde het lot de groep.")
  }
  var otherDesigns: String {
    pick(
      "Not comparable: the designs rule out other explanations to a different degree.",
      "Niet vergelijkbaar: de ene opzet sluit andere oorzaken beter uit dan de andere.")
  }
  var otherWords: String {
    pick(
      "Described in other words: a person must judge whether it is the same.",
      "In andere woorden beschreven: een mens moet beoordelen of het hetzelfde is.")
  }
  var chosenContrasts: String {
    pick(
      "Other names; 'contrast' says that the chosen ones mean the same.",
      "Andere namen; volgens 'contrast' betekenen de gekozen vergelijkingen hetzelfde.")
  }
  var chosenOutcomes: String {
    pick(
      "Other names; 'outcome' says that the chosen ones mean the same.",
      "Andere namen; volgens 'outcome' betekenen de gekozen uitkomsten hetzelfde.")
  }
  var otherArms: String {
    pick("Not comparable: the arms differ.", "Niet vergelijkbaar: de groepen zijn anders.")
  }
  var otherVersions: String {
    pick(
      "Not comparable: the metric has other versions.",
      "Niet vergelijkbaar: de maat heeft andere versies.")
  }
  var otherMetrics: String {
    pick(
      "Not comparable: the outcome is measured by other metrics.",
      "Niet vergelijkbaar: de uitkomst is met andere maten gemeten.")
  }
  var otherWindows: String {
    pick(
      "Not comparable: people were followed for other lengths of time.",
      "Niet vergelijkbaar: mensen zijn niet even lang gevolgd.")
  }
  var otherEvidence: String {
    pick(
      "Not comparable: the levels of evidence differ.",
      "Niet vergelijkbaar: de bewijskracht verschilt.")
  }
  var qualitative: String {
    pick("qualitative: no level of this scale", "kwalitatief: geen trede van deze schaal")
  }

  func armsMissing(_ arms: [String], in names: [String]) -> String {
    let quoted = list(arms.map { "'\($0)'" })
    return pick("\(list(names)) had no \(quoted)", "\(list(names)) had geen \(quoted)")
  }

  func armsMissing(_ parts: [String]) -> String {
    pick("Not comparable: ", "Niet vergelijkbaar: ") + parts.joined(separator: "; ") + "."
  }

  func notPublished(for names: [String], all count: Int) -> String {
    if names.count == count {
      return pick(
        "Cannot be judged: not published for any of them.",
        "Niet te beoordelen: nergens gepubliceerd.")
    }
    return pick(
      "Cannot be judged: not published for \(list(names)).",
      "Niet te beoordelen: niet gepubliceerd voor \(list(names)).")
  }

  func evidence(_ level: Int) -> String {
    pick("level \(level) of 5", "trede \(level) van 5")
  }

  func recruitment(share: Double, participants: Double, invited: Double) -> String {
    let part = NumberFormat.percentage(decimals: 0).text(share, in: language)
    let taking = NumberFormat.count.text(participants, in: language)
    let asked = NumberFormat.count.text(invited, in: language)
    return pick("\(part) (\(taking) of \(asked))", "\(part) (\(taking) van \(asked))")
  }

  func similarRecruitment(_ low: Double, _ high: Double) -> String {
    let range = NumberFormat.percentage(decimals: 0).interval(low, high, in: language)
    return pick(
      "Of those invited \(range) took part.", "Van de uitgenodigden deed \(range) mee.")
  }

  func otherRecruitment(_ low: Double, _ high: Double) -> String {
    let range = NumberFormat.percentage(decimals: 0).interval(low, high, in: language)
    return pick(
      "Not comparable: from \(range) of those invited took part, so other kinds of people did.",
      "Niet vergelijkbaar: van \(range) van de uitgenodigden deed mee, dus andere soorten mensen.")
  }

  func name(of aspect: Aspect.Code) -> String {
    switch aspect {
    case .design: pick("design", "opzet")
    case .unitOfAssignment: pick("unit of assignment", "wie of wat is ingedeeld")
    case .arms: pick("arms", "groepen")
    case .outcome: pick("outcome", "uitkomst")
    case .metric: pick("metric", "maat")
    case .window: pick("time followed", "hoe lang gevolgd")
    case .targetGroup: pick("target group", "doelgroep")
    case .recruitment: pick("who took part", "wie er meedeed")
    case .evidence: pick("level of evidence", "bewijskracht")
    }
  }
}

// Why effects are pooled or not.
extension EvaluationWording {
  var switchedOff: String {
    pick("pooling is switched off", "samenvoegen staat uit")
  }
  var fewerThanTwo: String {
    pick(
      "fewer than two experiments have this effect",
      "minder dan twee experimenten hebben dit effect")
  }
  var noStandardError: String { pick("it has no standard error", "de standaardfout ontbreekt") }
  var noEstimate: String { pick("it has no estimate", "de schatting ontbreekt") }
  var otherScales: String {
    pick("the effects are on different scales", "de effecten staan op andere schalen")
  }
  var otherUnits: String {
    pick("the effects are in different units", "de effecten hebben andere eenheden")
  }
  var plainRatio: String {
    pick(
      "ratios are averaged as logarithms, and these are plain ratios",
      "verhoudingen worden als logaritme gemiddeld, en deze zijn dat niet")
  }
  var otherEstimands: String {
    pick("the effects mean different things (estimand)", "de effecten betekenen iets anders")
  }
  var sharedCases: String {
    pick(
      "several of these effects are of one experiment and may share cases",
      "meerdere van deze effecten horen bij één experiment en kunnen mensen delen")
  }

  func notAlone(_ outcome: String, _ contrast: String) -> String {
    pick(
      "no other experiment has '\(contrast)' on '\(outcome)': list under 'contrast' or 'outcome' "
        + "what means the same",
      "geen ander experiment heeft '\(contrast)' voor '\(outcome)': noem onder 'contrast' of "
        + "'outcome' wat hetzelfde betekent")
  }

  func notComparable(on aspects: [Aspect.Code]) -> String {
    pick("not comparable on ", "niet vergelijkbaar op ") + list(aspects.map { name(of: $0) })
  }

  func pooledAnyway(_ reasons: [String]) -> String {
    sentence(
      pick(
        "pooled because 'pool' says always, although ",
        "samengevoegd door 'pool: always', al geldt: ")
        + reasons.joined(separator: "; ") + ".")
  }

  func pooledCount(_ outcome: String, _ count: Int) -> String {
    pick(
      "\(outcome): \(count) experiments are pooled.",
      "\(outcome): \(count) experimenten zijn samengevoegd.")
  }

  func wholeNote(notComparable: [Aspect.Code], unknown: [Aspect.Code]) -> String {
    var parts: [String] = []
    if !notComparable.isEmpty {
      parts.append(sentence(self.notComparable(on: notComparable)) + ".")
    }
    if !unknown.isEmpty {
      let names = list(unknown.map { name(of: $0) })
      parts.append(pick("Cannot be judged: \(names).", "Niet te beoordelen: \(names)."))
    }
    return parts.isEmpty
      ? pick("Nothing speaks against comparing.", "Niets verzet zich tegen vergelijken.")
      : parts.joined(separator: " ")
  }
}
