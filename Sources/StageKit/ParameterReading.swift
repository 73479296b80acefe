// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import FEEL

/// Collects what reading a stage's parameters finds: every fault, and what the values refer to.
public struct ParameterReading: Sendable {
  /// The file that the nodes come from.
  public let file: SourceFile
  /// What `parameters` and `each` stand for in expressions.
  public let constants: [String: FEELValue]
  /// The folder that paths are relative to.
  public let folder: String
  /// Where `today()` stands.
  public let referenceDate: ReferenceDate
  public private(set) var diagnostics: [Diagnostic] = []
  public private(set) var columns: [ColumnUse] = []
  public private(set) var expressions: [ExpressionUse] = []
  public private(set) var files: [InputFile] = []
  /// Names of the secrets that parameters point at, defaults included.
  public private(set) var secrets: Set<String> = []
  let parsed: ParsedExpressions
  /// The parameter that is being read, as people write it.
  public package(set) var parameter = ""

  public init(
    file: SourceFile, folder: String, constants: [String: FEELValue],
    referenceDate: ReferenceDate = .unknown
  ) {
    self.file = file
    self.folder = folder
    self.constants = constants
    self.referenceDate = referenceDate
    parsed = ParsedExpressions()
  }

  /// Reads on with expressions that were parsed before.
  package init(
    file: SourceFile, folder: String, constants: [String: FEELValue],
    referenceDate: ReferenceDate, parsed: ParsedExpressions
  ) {
    self.file = file
    self.folder = folder
    self.constants = constants
    self.referenceDate = referenceDate
    self.parsed = parsed
  }

  /// A column that a parameter names.
  public struct ColumnUse: Sendable, Hashable {
    public let name: String
    public let parameter: String
    public let span: SourceSpan
  }

  /// An expression that a parameter holds.
  public struct ExpressionUse: Sendable {
    public let expression: Expression
    public let parameter: String
    public let node: Node
  }

  /// Reports a fault at a node.
  public mutating func report(
    _ code: DiagnosticCode, _ message: String, at node: Node, help: String? = nil,
    notes: [String] = [], severity: Diagnostic.Severity = .error
  ) {
    report(code, message, at: node.span, help: help, notes: notes, severity: severity)
  }

  /// Reports a fault at a span.
  public mutating func report(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, help: String? = nil,
    notes: [String] = [], severity: Diagnostic.Severity = .error
  ) {
    diagnostics.append(
      Diagnostic(
        code, severity: severity, message, help: help, notes: notes,
        file: file.name, span: span))
  }

  /// Passes on what is wrong with another file that a parameter names; the faults keep their places.
  public mutating func report(_ faultsOfAnotherFile: [Diagnostic]) {
    diagnostics += faultsOfAnotherFile
  }

  /// Reports that a node holds something else than was wanted.
  public mutating func reportWrongType(_ node: Node, wanted: String, help: String? = nil) {
    report(
      .wrongType, "'\(parameter)' takes \(wanted), not \(node.kindName)", at: node, help: help)
  }

  mutating func use(column name: String, at node: Node) {
    columns.append(ColumnUse(name: name, parameter: parameter, span: node.span))
  }

  mutating func use(_ expression: Expression, at node: Node) {
    expressions.append(ExpressionUse(expression: expression, parameter: parameter, node: node))
  }

  mutating func use(_ file: InputFile) { files.append(file) }

  mutating func use(secret name: String) { secrets.insert(name) }
}

extension DiagnosticCode {
  public static let wrongType = DiagnosticCode(rawValue: "wrong-type")
  public static let outOfRange = DiagnosticCode(rawValue: "out-of-range")
  public static let unknownChoice = DiagnosticCode(rawValue: "unknown-choice")
  public static let missingParameter = DiagnosticCode(rawValue: "missing-parameter")
  public static let unknownParameter = DiagnosticCode(rawValue: "unknown-parameter")
  public static let badExpression = DiagnosticCode(rawValue: "bad-expression")
  public static let interpolationInExpression = DiagnosticCode(
    rawValue: "interpolation-in-expression")
  public static let missingFile = DiagnosticCode(rawValue: "missing-file")
}
