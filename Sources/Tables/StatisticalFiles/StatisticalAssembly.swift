// SPDX-License-Identifier: EUPL-1.2

/// Makes a table of a file's variables: types, labels, and reasons for missing values.
struct StatisticalAssembly {
  private let receiver: StatisticalFileReceiver
  private let options: StatisticalFileOptions
  private let missingNumbers: Set<Double>
  private let missingTexts: Set<ExactText>

  init(_ receiver: StatisticalFileReceiver, _ options: StatisticalFileOptions) {
    self.receiver = receiver
    self.options = options
    missingNumbers = Set(options.missing.compactMap { Double($0) })
    missingTexts = Set(options.missing.map { ExactText($0) })
  }

  func content(notes: [String]) throws(StatisticalFileFault) -> SourceContent {
    var parts: [StatisticalPart] = []
    var wrong: [StatisticalFileFault.WrongCells] = []
    for variable in receiver.variables {
      let columns = StatisticalColumns(
        variable, labels: variable.labelSet.flatMap { receiver.labels[$0] } ?? .init(),
        missingNumbers: missingNumbers, missingTexts: missingTexts, declared: declared)
      do {
        parts += try columns.parts(&wrong)
      } catch {
        throw .table(error)
      }
      variable.release()
    }
    try checkNames(parts)
    guard wrong.isEmpty else { throw .wrongTypes(wrong) }
    do {
      return SourceContent(
        table: try Table(parts.compactMap { part in part.column.map { (part.name, $0) } }),
        types: parts.map(\.finding), notes: notes)
    } catch {
      throw .table(error)
    }
  }

  private func declared(_ name: String) -> ColumnType? {
    options.columns.first { $0.key.isExactly(name) }?.value
  }

  private func checkNames(_ parts: [StatisticalPart]) throws(StatisticalFileFault) {
    let own = Set(parts.filter { $0.added == nil }.map { ExactText($0.name) })
    var added: Set<ExactText> = []
    for part in parts {
      guard let reason = part.added else { continue }
      let name = ExactText(part.name)
      guard !own.contains(name), added.insert(name).inserted else {
        throw .nameTaken(part.name, by: reason)
      }
    }
    let unknown = options.columns.keys.filter {
      !own.contains(ExactText($0)) && !added.contains(ExactText($0))
    }
    guard unknown.isEmpty else {
      throw .unknownColumns(
        unknown.sorted { $0.isExactlyBefore($1) }, known: parts.map(\.name))
    }
  }
}

/// A column on its way into the table; it has none where cells are not of the declared type.
struct StatisticalPart {
  let name: String
  let column: Column?
  let finding: TypeFinding
  /// Why it was added, for a column that is no variable of the file.
  var added: StatisticalFileFault.AddedColumn?
}
