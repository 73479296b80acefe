// SPDX-License-Identifier: EUPL-1.2

/// Finds passive sentences and official words in Dutch letters.
///
/// The list of words is ours, short on purpose, and no standard: `jargon` of the stage replaces it.
struct PlainLanguage {
  /// Official words and phrases, in lower case, with a plain one for each.
  let jargon: [(official: String, plain: String)]

  init(jargon: [(official: String, plain: String)] = PlainLanguage.ours) {
    // The longest first, so that a phrase is found before a word in it.
    self.jargon = jargon.map { ($0.official.lowercased(), $0.plain) }
      .sorted { ($1.official.count, $0.official) < ($0.official.count, $1.official) }
  }

  /// How often each official word or phrase stands in a sentence; no word counts twice.
  func jargon(in sentence: [String]) -> [(official: String, plain: String, count: Int)] {
    var words: [String?] = sentence.map { $0.lowercased() }
    var found: [(official: String, plain: String, count: Int)] = []
    for entry in jargon {
      let phrase = entry.official.split(separator: " ").map { Optional(String($0)) }
      guard !phrase.isEmpty, phrase.count <= words.count else { continue }
      var count = 0
      for start in 0...(words.count - phrase.count)
      where Array(words[start..<start + phrase.count]) == phrase {
        count += 1
        for place in start..<start + phrase.count { words[place] = nil }
      }
      if count > 0 { found.append((entry.official, entry.plain, count)) }
    }
    return found
  }

  /// Whether a sentence has a form of `worden` with a past participle.
  ///
  /// Passives with `zijn` are not told: their form is also that of the perfect tense.
  func isPassive(_ sentence: [String]) -> Bool {
    let words = sentence.map { $0.lowercased() }
    return words.contains(where: Self.auxiliaries.contains)
      && words.contains(where: Self.isParticiple)
  }

  /// A past participle by its form: ge-, be-, ver-, ont-, her- or a prefix with `ge` within, and -d,
  /// -t or -en at the end.
  static func isParticiple(_ word: String) -> Bool {
    guard word.count >= 6, !notParticiples.contains(word),
      word.hasSuffix("d") || word.hasSuffix("t") || word.hasSuffix("en")
    else { return false }
    if word.hasPrefix("ge") { return true }
    // Infinitives with these prefixes also end in -en: only the weak forms can be told apart.
    if ["be", "ver", "ont", "her", "er"].contains(where: word.hasPrefix) {
      return !word.hasSuffix("en") || strong.contains(word)
    }
    return separable.contains { word.hasPrefix($0 + "ge") && word.count >= $0.count + 5 }
  }

  private static let auxiliaries: Set<String> = ["word", "wordt", "worden", "werd", "werden"]
  private static let separable = [
    "aan", "achter", "af", "bij", "binnen", "door", "in", "mee", "na", "om", "onder", "op", "over",
    "samen", "tegen", "terug", "toe", "uit", "vast", "voor", "weg",
  ]
  private static let strong: Set<String> = [
    "begonnen", "besloten", "besproken", "bevonden", "ontvangen", "verboden", "vergeleken",
    "verkregen", "verloren", "verstreken", "vervangen", "verzonden", "ontnomen", "verdwenen",
  ]
  /// Words that only look like participles.
  private static let notParticiples: Set<String> = [
    "gebied", "geduld", "gegeven", "gegevens", "geldend", "gemeenten", "genoeg", "gerecht",
    "geweld",
    "gezicht", "bedrijven", "bedragen", "bericht", "bestand", "besluit", "betreft", "bepaald",
    "beperkt", "verband", "verschillend", "verstand", "verzoeken", "vereist", "herfst", "bewust",
  ]
}

extension PlainLanguage {
  static let ours: [(official: String, plain: String)] = [
    ("aangaande", "over"), ("alsmede", "en ook"), ("alvorens", "voordat"),
    ("behoudens", "behalve"), ("beschikking", "besluit"), ("betreffende", "over"),
    ("conform", "volgens"), ("derhalve", "daarom"), ("desalniettemin", "toch"),
    ("dien ten gevolge", "daardoor"), ("dientengevolge", "daardoor"), ("dienaangaande", "daarover"),
    ("doch", "maar"), ("geenszins", "niet"), ("gelieve", "wilt u"),
    ("gezien het feit dat", "omdat"), ("hieromtrent", "hierover"),
    ("in het kader van", "voor"), ("in mindering brengen", "aftrekken"),
    ("indien", "als"), ("ingevolge", "volgens"), ("inzake", "over"), ("jegens", "tegenover"),
    ("krachtens", "volgens"), ("met betrekking tot", "over"), ("met ingang van", "vanaf"),
    ("middels", "met"), ("mits", "als"), ("nadere", "meer"), ("nopens", "over"),
    ("onderhavige", "deze"), ("onverwijld", "meteen"), ("op grond van", "volgens"),
    ("reeds", "al"), ("restitutie", "terugbetaling"),
    ("te allen tijde", "altijd"), ("tenzij", "behalve als"), ("teneinde", "om"),
    ("ten aanzien van", "over"), ("ten behoeve van", "voor"), ("ter zake", "hierover"),
    ("thans", "nu"), ("uwerzijds", "van u"),
    ("vigerende", "geldende"), ("voornemens", "van plan"), ("voornoemde", "deze"),
    ("woonachtig", "die woont"), ("zulks", "dit"),
  ]
}
