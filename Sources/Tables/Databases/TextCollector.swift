// SPDX-License-Identifier: EUPL-1.2

/// Collects texts, and finds out on the way whether they repeat.
///
/// The rule is that of CSV files: a dictionary is worth it where each label comes at least twice on
/// average, and where there are no more than 10 000 of them.
struct TextCollector {
  enum Form {
    case text
    case category
    /// Whichever suits the texts.
    case either
  }

  /// How many different texts an inferred category may have; the same as in CSV files.
  static let labelLimit = 10_000

  private var form: Form
  private var labels = TextIndex()
  private var codes = FixedColumnBuilder<Int32>()
  private var texts = TextColumnBuilder()
  private var presentCount = 0

  init(_ form: Form) { self.form = form }

  mutating func appendMissing() {
    if form == .text { texts.append(nil) } else { codes.append(nil) }
  }

  /// Adds a row of valid UTF-8.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    presentCount += 1
    if form == .text {
      texts.append(utf8: text)
      return
    }
    codes.append(labels.code(of: UnsafeRawBufferPointer(text)))
    if form == .either, labels.count > Self.labelLimit { becomeText() }
  }

  /// - Throws: `TableFault.tooMuchText`.
  consuming func finish(named name: String) throws(TableFault) -> Column {
    if form == .either, labels.count * 2 > presentCount || presentCount == 0 { becomeText() }
    if form == .text { return .text(try texts.finish(named: name)) }
    let codes = codes.finish()
    return .category(
      CategoryColumn(
        codes: Array(codes.values), dictionary: labels.texts, validity: codes.validity))
  }

  private mutating func becomeText() {
    let known = labels.texts.map { Array($0.utf8) }
    let read = codes.finish()
    for row in 0..<read.count { texts.append(utf8: read[row].map { known[Int($0)] }) }
    codes = FixedColumnBuilder()
    labels = TextIndex()
    form = .text
  }
}

extension Column {
  /// Why texts of a database became what they are.
  var reasonOfTexts: String {
    if missingCount == count { return "no row has a value" }
    guard case .category(let column) = self else { return "texts that mostly differ" }
    return "\(column.dictionary.count) different texts in \(count - missingCount) values"
  }
}
