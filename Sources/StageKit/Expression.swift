// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import FEEL
public import Tables

/// A FEEL expression over the columns of a table, with `parameters` and `each` in sight.
public struct Expression: ParameterValue, Hashable {
  public let feel: FEELExpression
  private let constants: [String: FEELValue]
  private let referenceDate: ReferenceDate

  public init(
    _ feel: FEELExpression, constants: [String: FEELValue] = [:],
    referenceDate: ReferenceDate = .unknown
  ) {
    self.feel = feel
    self.constants = constants
    self.referenceDate = referenceDate
  }

  /// For tests and for Swift code: an expression without parameters.
  public init(_ source: String) throws(FEELFault) {
    self.init(try FEELExpression(parsing: source))
  }

  public var source: String { feel.source }

  /// The source with the values of `parameters` and `each` written out: `site = "North"`.
  public var writtenOut: String {
    var scalars = Array(source.unicodeScalars)
    for reference in feel.references.sorted(by: { $1.range.lowerBound < $0.range.lowerBound }) {
      var value = constants[reference.path[0]]
      for name in reference.path.dropFirst() { value = value?.context?[name] }
      if let value { scalars.replaceSubrange(reference.range, with: value.literal.unicodeScalars) }
    }
    return scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
  }

  /// What the expression sees beside the columns.
  public var scope: FEELScope {
    FEELScope(constants: constants, referenceDate: referenceDate.day)
  }

  /// The column names that the expression uses: every free name but `parameters` and `each`.
  public var columns: [Reference] {
    feel.references.filter { !["parameters", "each"].contains($0.path[0]) }
  }

  /// Every name that may be a column which the expression reads: dotted names whole, and their first part.
  public var columnNames: Set<String> {
    Set(columns.flatMap { [$0.path[0], $0.path.joined(separator: ".")] })
  }

  /// Computes a column, one value per row.
  public func column(over table: Table) throws(FEELFault) -> Column {
    try feel.evaluate(over: table, in: scope)
  }

  /// Computes several columns: parts that they share are computed once, and an expression may name the
  /// results of those before it.
  ///
  /// The expressions are those of one stage, so that all see the same constants.
  public static func columns(
    of entries: [(name: String?, expression: Expression)], over table: Table
  ) throws(ExpressionBatch.Failure) -> [Column] {
    guard let scope = entries.first?.expression.scope else { return [] }
    return try ExpressionBatch(
      entries.map { ExpressionBatch.Entry($0.expression.feel, named: $0.name) }
    ).columns(over: table, in: scope)
  }

  /// The rows where the expression is true; null counts as false.
  public func mask(over table: Table) throws -> Bitmap {
    let column = try column(over: table)
    // Of all nulls nothing tells the type.
    if column.missingCount == column.count {
      return Bitmap(repeating: false, count: column.count)
    }
    guard case .boolean(let column) = column else {
      throw StageFault(
        "the expression '\(source)' is no condition: it gives something else than true or false")
    }
    return column.values
  }

  public static var schema: ParameterSchema { .expression }

  public static func read(_ node: Node, in reading: inout ParameterReading) -> Expression? {
    guard let scalar = node.scalar, scalar.value != .null else {
      reading.reportWrongType(node, wanted: schema.phrase)
      return nil
    }
    if let offset = scalar.text.interpolationOffset {
      reading.report(
        .interpolationInExpression, "'\(reading.parameter)' is an expression: no ${ } inside",
        at: node.span(inScalar: offset..<offset + 2, of: reading.file),
        help: "name the value itself, as in parameters.level or each.site")
      return nil
    }
    do {
      let expression = Expression(
        try reading.parsed.expression(scalar.text), constants: reading.constants,
        referenceDate: reading.referenceDate)
      reading.use(expression, at: node)
      return expression
    } catch {
      reading.report(error, at: node)
      return nil
    }
  }

  /// The source, and the values of the constants that it uses, so that nothing else makes a new key.
  public var json: JSONValue {
    var used: [(String, JSONValue)] = []
    for reference in feel.references where ["parameters", "each"].contains(reference.path[0]) {
      var value = constants[reference.path[0]]
      for name in reference.path.dropFirst() { value = value?.context?[name] }
      let path = reference.path.joined(separator: ".")
      if !used.contains(where: { $0.0 == path }) {
        used.append((path, .string(value.map { "\($0.kind) \($0.literal)" } ?? "absent")))
      }
    }
    if source.contains("today") || source.contains("now") {
      used.append(("today()", .string(referenceDate.day.map { "\($0)" } ?? "absent")))
    }
    return ["expression": .string(source), "constants": .object(members: used)]
  }
}

extension ParameterReading {
  /// Reports what is wrong with an expression, underlined inside its text.
  public mutating func report(_ fault: FEELFault, at node: Node) {
    let span =
      fault.range.map { node.span(inScalar: $0, of: file) } ?? node.span
    report(.badExpression, fault.message, at: span, help: fault.help)
  }
}

extension String {
  /// Where `${` stands, in characters, if anywhere.
  fileprivate var interpolationOffset: Int? {
    var previous: Unicode.Scalar = " "
    for (offset, scalar) in unicodeScalars.enumerated() {
      if previous == "$", scalar == "{" { return offset - 1 }
      previous = scalar
    }
    return nil
  }
}
