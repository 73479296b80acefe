// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import FEEL

/// The values that `${…}`, expressions and `when` see: the parameters, one instance's `each`, and `env`.
public struct PipelineValues: Sendable {
  /// The node of each parameter after `--set`, so that text keeps its source.
  public let parameters: [(name: String, node: Node)]
  public let environment: [(name: String, value: String)]
  public private(set) var each: [(key: String, value: FEELValue)] = []
  private let parameterContext: FEELValue

  public init(
    parameters: [(name: String, node: Node)], environment: [(name: String, value: String)]
  ) {
    self.parameters = parameters
    self.environment = environment
    parameterContext = .context(
      FEELContext(parameters.map { (key: $0.name, value: FEELValue($0.node)) }))
  }

  /// The same values for one instance of a fanned-out stage.
  func with(each: [(key: String, value: FEELValue)]) -> PipelineValues {
    var copy = self
    copy.each = each
    return copy
  }

  /// What expressions see.
  var constants: [String: FEELValue] {
    var constants = ["parameters": parameterContext]
    if !each.isEmpty {
      constants["each"] = .context(FEELContext(each.map { (key: $0.key, value: $0.value) }))
    }
    return constants
  }

  /// What `${…}` sees.
  var interpolationConstants: [String: FEELValue] {
    var constants = constants
    constants["env"] = .context(
      FEELContext(environment.map { (key: $0.name, value: .text($0.value)) }))
    return constants
  }
}

extension FEELValue {
  /// The value that a node of a pipeline file stands for.
  init(_ node: Node) {
    switch node.content {
    case .sequence(let items, _): self = .list(items.map { FEELValue($0) })
    case .mapping(let entries, _):
      self = .context(FEELContext(entries.map { (key: $0.name, value: FEELValue($0.value)) }))
    case .scalar(let scalar):
      switch scalar.value {
      case .null: self = .null
      case .boolean(let value): self = .boolean(value)
      case .integer(let value): self = .integer(value)
      case .number(let value):
        self = Decimal128(scalar.text).map { .number($0) } ?? .double(value)
      case .text: self = .text(scalar.text)
      }
    }
  }

  /// The node that this value stands as in `with`; nil for a value that YAML does not have.
  func node(at span: SourceSpan) -> Node? {
    func scalar(_ text: String, _ style: Scalar.Style) -> Node {
      Node(content: .scalar(Scalar(text: text, style: style)), span: span)
    }
    switch self {
    case .null: return scalar("null", .plain)
    case .boolean(let value): return scalar(value ? "true" : "false", .plain)
    case .number(let value): return scalar(value.description, .plain)
    case .text(let value): return scalar(value, .doubleQuoted)
    case .date(let value): return scalar(value.description, .doubleQuoted)
    case .dateTime(let value): return scalar(value.description, .doubleQuoted)
    case .list(let values):
      let items = values.compactMap { $0.node(at: span) }
      return items.count == values.count
        ? Node(content: .sequence(items, .flow), span: span) : nil
    case .context(let context):
      let entries = context.entries.compactMap { entry in
        entry.value.node(at: span).map {
          Node.Entry(key: scalar(entry.key, .doubleQuoted), value: $0)
        }
      }
      return entries.count == context.entries.count
        ? Node(content: .mapping(entries, .flow), span: span) : nil
    case .time, .daysTimeDuration, .yearsMonthsDuration, .range, .function: return nil
    }
  }
}
