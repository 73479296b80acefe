// SPDX-License-Identifier: EUPL-1.2

/// What the rows and columns of a sheet of rules are: which test, which give, which explain.
struct SheetLayout: Sendable {
  struct Column: Sendable {
    /// The place of the column in a row, from 0.
    let place: Int
    /// The header without a mark of its role.
    let label: String
    let header: SheetCell
    /// The values that there are, where a row of the sheet lists them.
    var allowed: SheetCell?
    /// What is tested, where a row of the sheet says more than the label.
    var expression: SheetCell?
  }

  var title: SheetCell?
  var hit: SheetCell?
  var inputs: [Column] = []
  var outputs: [Column] = []
  var annotations: [Column] = []
  var rules: [[SheetCell]] = []
  /// Whether the outputs are told by nothing but their place at the end.
  var isGuessed = false

  /// Finds header, roles and rules; the scheme may name the labels of the outputs.
  init(_ sheet: RuleSheet, outputs named: [String] = []) throws(SheetFault) {
    var reading = SheetLayoutReading(sheet.rows)
    reading.readTop()
    guard let header = reading.next() else {
      throw SheetFault(
        "the sheet has no header: a row with a name above each column", at: nil,
        help: "start with the hit policy and the names, as in U, household_type, || , amount")
    }
    reading.readCorner(of: header)
    reading.readRoles()
    let columns = try reading.columns(of: header, outputs: named)
    title = reading.title
    hit = reading.hit
    let lines = reading.readLines(under: header)
    func column(_ place: Int, _ label: String) -> Column {
      var column = Column(place: place, label: label, header: header[place])
      column.allowed = lines.allowed?[place]
      column.expression = lines.expression?[place]
      if column.allowed?.isEmpty ?? false { column.allowed = nil }
      if column.expression?.isEmpty ?? false { column.expression = nil }
      return column
    }
    inputs = columns.filter { $0.role == .input }.map { column($0.place, $0.label) }
    self.outputs = columns.filter { $0.role == .output }.map { column($0.place, $0.label) }
    annotations = columns.filter { $0.role == .annotation }.map { column($0.place, $0.label) }
    isGuessed = reading.isGuessed
    rules = reading.rest
    try check(named: Set(columns.map(\.place)), corner: reading.corner, header)
  }

  private func check(
    named: Set<Int>, corner: Int?, _ header: [SheetCell]
  ) throws(SheetFault) {
    guard !inputs.isEmpty, !outputs.isEmpty else {
      let missing = inputs.isEmpty ? "input" : "output"
      throw SheetFault(
        "no column of the sheet is an \(missing)", at: header.first?.origin,
        help: "mark them: a row with 'input' and 'output' above the names, an empty column between "
          + "the two, or 'out: amount' as a name")
    }
    guard !rules.isEmpty else {
      throw SheetFault("the sheet has a header and no rules", at: header.first?.origin)
    }
    for rule in rules {
      for (place, cell) in rule.enumerated()
      where !cell.isEmpty && !SheetLayoutReading.isBar(cell) && !named.contains(place)
        && place != corner
      {
        throw SheetFault(
          "the cell stands in a column without a name", at: cell.origin,
          help: "name column \(cell.columnName), or take the cell away")
      }
    }
  }
}

/// Walks down the rows above the rules.
struct SheetLayoutReading {
  struct Named {
    let place: Int
    let label: String
    let role: SheetWords.Role
  }

  private var rows: ArraySlice<[SheetCell]>
  private(set) var title: SheetCell?
  private(set) var hit: SheetCell?
  /// The place of the column with the hit policy and the numbers of the rules.
  private(set) var corner: Int?
  private(set) var isGuessed = false
  private var roles: [Int: SheetWords.Role] = [:]

  init(_ rows: [[SheetCell]]) { self.rows = rows[...] }

  var rest: [[SheetCell]] { Array(rows) }

  mutating func next() -> [SheetCell]? { rows.popFirst() }

  /// A title, the hit policy in a row of its own, and roles above the names.
  mutating func readTop() {
    while let row = rows.first, rows.count > 1 {
      let filled = row.filter { !$0.isEmpty }
      if filled.count == 1, hit == nil, SheetWords.hitPolicy(filled[0].text) != nil {
        hit = filled[0]
      } else if filled.count == 2, SheetWords.isHitLabel(filled[0].text) {
        hit = filled[1]
      } else if filled.count == 1, title == nil, SheetWords.role(filled[0].text) == nil {
        title = filled[0]
      } else {
        break
      }
      rows = rows.dropFirst()
    }
    readRoles()
  }

  /// A row that says of each column what it is; a merged cell stands for those after it, too.
  mutating func readRoles() {
    guard roles.isEmpty, let row = rows.first, rows.count > 1 else { return }
    let filled = row.filter { !$0.isEmpty && $0.column - 1 != corner }
    let isCorner = filled.first.map { SheetWords.hitPolicy($0.text) != nil } ?? false
    let marks = isCorner ? filled.dropFirst() : filled[...]
    guard !marks.isEmpty, marks.allSatisfy({ SheetWords.role($0.text) != nil }),
      Set(marks.map(\.text)).count > 1
    else { return }
    if isCorner, let policy = filled.first { hit = policy }
    var role: SheetWords.Role?
    for cell in row {
      if let named = SheetWords.role(cell.text) { role = named }
      if let role { roles[cell.column - 1] = role }
    }
    rows = rows.dropFirst()
  }

  /// The first cell of the header: the hit policy, or a name for the numbers of the rules.
  mutating func readCorner(of header: [SheetCell]) {
    guard let cell = header.first(where: { !$0.isEmpty }) else { return }
    if SheetWords.hitPolicy(cell.text) != nil {
      hit = cell
      corner = cell.column - 1
    } else if SheetWords.isNumbering(cell.text) || SheetWords.isHitLabel(cell.text) {
      corner = cell.column - 1
    } else if let place = hit?.column, header[place - 1].isEmpty, place < cell.column {
      corner = place - 1
    }
  }

  /// The columns with their roles.
  mutating func columns(
    of header: [SheetCell], outputs named: [String]
  ) throws(SheetFault) -> [Named] {
    let places = header.indices.filter {
      $0 != corner && !header[$0].isEmpty && !Self.isBar(header[$0])
    }
    let bars = separators(header, places)
    let known = Set(named.map(Self.name))
    var columns: [Named] = []
    var isMarked = !known.isEmpty || !bars.isEmpty || !roles.isEmpty
    for place in places {
      let text = header[place].text
      if let marked = SheetWords.marked(text) {
        columns.append(Named(place: place, label: marked.label, role: marked.role))
        isMarked = true
      } else {
        let role = role(of: text, at: place, bars, known)
        columns.append(Named(place: place, label: text, role: role))
      }
    }
    if let unknown = named.first(where: { name in
      !columns.contains { Self.name($0.label) == Self.name(name) }
    }) {
      throw SheetFault(
        "the sheet has no column '\(unknown)'", at: header.first?.origin,
        help: "its columns are " + columns.map { "'\($0.label)'" }.joined(separator: ", "))
    }
    guard !isMarked, let last = columns.lastIndex(where: { $0.role != .annotation }) else {
      return columns
    }
    isGuessed = true
    columns[last] = Named(place: columns[last].place, label: columns[last].label, role: .output)
    return columns
  }

  private func role(
    of label: String, at place: Int, _ bars: [Int], _ outputs: Set<String>
  ) -> SheetWords.Role {
    if let role = roles[place] { return role }
    if SheetWords.isAnnotation(label) { return .annotation }
    if !outputs.isEmpty { return outputs.contains(Self.name(label)) ? .output : .input }
    switch bars.count(where: { $0 < place }) {
    case 0: return .input
    case 1: return .output
    default: return .annotation
    }
  }

  /// Empty columns between named ones, as the double line of a drawn table becomes.
  private func separators(_ header: [SheetCell], _ places: [Int]) -> [Int] {
    guard let first = places.first, let last = places.last, first < last else { return [] }
    return (first...last).filter { place in
      Self.isBar(header[place])
        || header[place].isEmpty && rows.allSatisfy { $0[place].isEmpty || Self.isBar($0[place]) }
    }
  }

  /// Lines under the header that say more of the columns; the first without a number lists values.
  mutating func readLines(
    under header: [SheetCell]
  ) -> (allowed: [SheetCell]?, expression: [SheetCell]?) {
    var lines: (allowed: [SheetCell]?, expression: [SheetCell]?) = (nil, nil)
    guard let corner else { return lines }
    while let row = rows.first, rows.count > 1 {
      if let line = SheetWords.line(row[corner].text) {
        switch line {
        case .allowed: lines.allowed = row
        case .expression: lines.expression = row
        case .passedOver: break
        }
      } else if row[corner].isEmpty, lines.allowed == nil,
        rows.dropFirst().allSatisfy({ !$0[corner].isEmpty })
      {
        lines.allowed = row
      } else {
        return lines
      }
      rows = rows.dropFirst()
    }
    return lines
  }

  static func isBar(_ cell: SheetCell) -> Bool { cell.text == "||" || cell.text == "‖" }

  /// How labels and names are compared: `Household type` is `household_type`.
  static func name(_ label: String) -> String {
    var name = ""
    for scalar in label.trimmingBlanks.lowercased().unicodeScalars {
      let plain = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      if plain { name.unicodeScalars.append(scalar) } else if name.last != "_" { name += "_" }
    }
    while name.last == "_" { name.removeLast() }
    return name
  }
}
