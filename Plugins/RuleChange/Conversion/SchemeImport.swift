// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit

/// A decision model as a scheme, where it fits: inputs, constants, literal expressions and tables.
struct SchemeImport {
  private let document: ModelDocument
  private let inputTypes: ModelInputTypes
  private var names = SchemeNames()
  private var draft = SchemeDraft()
  private(set) var diagnostics: [Diagnostic] = []

  /// The scheme's text; nil with faults that name the elements that do not fit.
  static func scheme(from document: ModelDocument) -> (text: String?, diagnostics: [Diagnostic]) {
    var reading = SchemeImport(document)
    reading.write()
    if !reading.hasErrors { reading.check() }
    return (reading.hasErrors ? nil : reading.draft.text, reading.diagnostics)
  }

  private init(_ document: ModelDocument) {
    self.document = document
    inputTypes = ModelInputTypes(document.root)
    diagnostics = document.diagnostics
  }

  private var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  private mutating func report(
    _ message: String, severity: Diagnostic.Severity = .error, at element: MarkupElement,
    help: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(
        .modelFit, severity: severity, message, help: help, file: document.file.name,
        span: element.opening))
  }

  private mutating func write() {
    checkElements()
    let inputs = document.root.children("inputData")
    let decisions = ordered(document.root.children("decision"))
    for element in inputs + decisions { names.add(element.variableName) }
    for decision in decisions {
      let outputs = decision.child("decisionTable")?.children("output") ?? []
      if outputs.count > 1 {
        names.add(outputs: outputs.map { $0["name"] ?? "" }, of: decision.variableName)
      }
    }
    let title = document.root["name"] ?? ""
    let id = SchemeNames.identifier(title)
    draft.add(
      "scheme: {id: \(id), title: \(SchemeDraft.quoted(title))}", for: document.root)
    let constants = decisions.filter { Self.constant($0) != nil }
    if !constants.isEmpty { draft.add("parameters:", for: document.root) }
    for constant in constants { writeParameter(constant) }
    if !inputs.isEmpty { draft.add("inputs:", for: document.root) }
    for input in inputs { writeInput(input) }
    draft.add("decisions:", for: document.root)
    for decision in decisions where Self.constant(decision) == nil { writeDecision(decision) }
  }

  /// Everything that a scheme has no counterpart for.
  private mutating func checkElements() {
    for element in document.root.children where element.namespace == nil {
      switch element.name {
      case "import":
        report(
          "\(element.title) draws in another model", at: element,
          help: "a scheme stands alone: put what it needs into one model")
      case "businessKnowledgeModel":
        report(
          "\(element.title) is a function, which a scheme does not have", at: element,
          help: "write its logic into the decisions that call it")
      case "decisionService":
        report(
          "\(element.title) is left out: a scheme offers all its decisions", severity: .warning,
          at: element)
      case "knowledgeSource":
        report(
          "\(element.title) is left out: name the law under 'legal' yourself", severity: .warning,
          at: element)
      default: break
      }
    }
  }

  /// The faults of the scheme's own check, told at the elements of the model.
  private mutating func check() {
    let yaml = Document.parse(SourceFile(name: document.file.name, text: draft.text))
    var found = yaml.diagnostics
    if let root = yaml.root, !yaml.hasErrors {
      let (_, faults) = SchemeReader.scheme(LocatedNode(node: root, file: yaml.file))
      found += faults.diagnostics
    }
    for fault in found where fault.severity == .error {
      let element = draft.element(atLine: fault.span?.start.line ?? 1) ?? document.root
      report(
        "\(element.title) does not fit a scheme: \(fault.message)", at: element, help: fault.help)
    }
  }
}

// Order and constants
extension SchemeImport {
  /// Each decision after those that it requires, else in the order of the model.
  private mutating func ordered(_ decisions: [MarkupElement]) -> [MarkupElement] {
    var waiting = decisions
    var result: [MarkupElement] = []
    while !waiting.isEmpty {
      let open = Set(waiting.compactMap { $0.own("id") })
      let next = waiting.firstIndex { decision in
        decision.children("informationRequirement").flatMap(\.children).allSatisfy {
          !open.contains(String($0["href"]?.dropFirst() ?? ""))
        }
      }
      guard let next else {
        report(
          "\(waiting[0].title) needs itself, by way of other decisions", at: waiting[0],
          help: "take one of the requirements away")
        return result + waiting
      }
      result.append(waiting.remove(at: next))
    }
    return result
  }

  /// The value, as YAML writes it, of a decision that needs nothing and only writes one down.
  private static func constant(_ decision: MarkupElement) -> String? {
    guard decision.child("informationRequirement") == nil,
      decision.child("knowledgeRequirement") == nil,
      let written = decision.child("literalExpression")?.source
    else { return nil }
    let source = written.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if Decimal128(source) != nil { return source }
    guard let expression = try? FEELExpression(parsing: source, names: []),
      let value = try? expression.evaluate(in: FEELScope()), value.modelType != nil,
      value.source == source
    else { return nil }
    return value.yaml
  }

  private mutating func writeParameter(_ decision: MarkupElement) {
    guard let value = Self.constant(decision) else { return }
    let name = names[decision.variableName]
    draft.add("\(name): {\(title(of: decision))value: \(value)}", depth: 1, for: decision)
  }

  /// `title: …, ` where the model says more than the name.
  private func title(of element: MarkupElement) -> String {
    let name = element.variableName
    let parts = [
      names[name] == name ? nil : name, element.child("question")?.text,
      element.child("description")?.text,
    ]
    let text = parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ". ")
    return text.isEmpty ? "" : "title: \(SchemeDraft.quoted(text)), "
  }
}

// Inputs and decisions
extension SchemeImport {
  private mutating func writeInput(_ input: MarkupElement) {
    guard let form = inputTypes.form(of: input) else {
      let type = input.child("variable")?["typeRef"] ?? "none"
      report(
        "\(input.title) has the type '\(type)', which no input of a scheme can have", at: input,
        help: "take number, string, boolean or date, with a list of values or one range")
      return
    }
    let name = names[input.variableName]
    draft.add("\(name): {\(title(of: input))\(form)}", depth: 1, for: input)
  }

  private mutating func writeDecision(_ decision: MarkupElement) {
    if decision.child("knowledgeRequirement") != nil {
      report(
        "\(decision.title) calls a function, which a scheme does not have", at: decision,
        help: "write the function's logic into the decision")
      return
    }
    let logic = decision.children.first { element in
      ModelSchema.groups["expression"]?.contains { $0.name == element.name } ?? false
    }
    let heading = "\(names[decision.variableName]):"
    switch logic?.name {
    case "literalExpression":
      guard let source = renamed(logic, in: decision) else { return }
      draft.add(heading, depth: 1, for: decision)
      writeTitle(decision)
      draft.add("expression: \(SchemeDraft.quoted(source))", depth: 2, for: decision)
    case "decisionTable":
      guard let logic else { return }
      draft.add(heading, depth: 1, for: decision)
      writeTitle(decision)
      writeTable(logic, of: decision)
    case nil:
      report(
        "\(decision.title) has no logic", at: decision, help: "make it an input, or decide it")
    case let form?:
      report(
        "\(decision.title) is a boxed \(form), which a scheme does not have", at: decision,
        help: "write it as a literal expression or a table")
    }
  }

  private mutating func writeTitle(_ decision: MarkupElement) {
    let title = title(of: decision).dropLast(2)
    if !title.isEmpty { draft.add(String(title), depth: 2, for: decision) }
  }

  /// An expression with the scheme's names; nil where it cannot be read.
  private mutating func renamed(_ element: MarkupElement?, in decision: MarkupElement) -> String? {
    let source = element?.source ?? ""
    do throws(FEELFault) {
      let expression = try FEELExpression(
        parsing: source, names: names.all, mode: .feel)
      return names.renamed(source, expression.references)
    } catch {
      report("\(decision.title): \(error.message)", at: element ?? decision, help: error.help)
      return nil
    }
  }

  private mutating func renamedTests(
    _ element: MarkupElement, in decision: MarkupElement
  ) -> String? {
    let source = element.source.allSatisfy(\.isWhitespace) ? "-" : element.source
    do throws(FEELFault) {
      let tests = try UnaryTests(parsing: source, names: names.all, mode: .feel)
      return names.renamed(source, tests.references)
    } catch {
      report("\(decision.title): \(error.message)", at: element, help: error.help)
      return nil
    }
  }
}

// Tables
extension SchemeImport {
  private mutating func writeTable(_ table: MarkupElement, of decision: MarkupElement) {
    let policy = [table["hitPolicy"] ?? "UNIQUE", table["aggregation"]].compactMap { $0 }
      .joined(separator: " ")
    guard let hit = HitPolicy(text: policy) else {
      report(
        "\(decision.title) has the hit policy \(policy), which no table of a scheme has", at: table,
        help: "a scheme takes " + HitPolicy.allCases.map(\.rawValue).joined(separator: ", "))
      return
    }
    let inputs = table.children("input").compactMap { tableInput($0, in: decision) }
    let outputs = table.children("output")
    draft.add("table:", depth: 2, for: decision)
    draft.add("hit: \(hit.rawValue)", depth: 3, for: decision)
    draft.add("inputs: [\(inputs.joined(separator: ", "))]", depth: 3, for: decision)
    if outputs.count > 1 || hit == .priority {
      let names = outputs.map { output in
        let name =
          outputs.count > 1
          ? self.names.output(output["name"] ?? "", of: decision.variableName)
          : self.names[decision.variableName]
        let values = output.child("outputValues").flatMap { ModelInputTypes.values($0.source) }
        guard hit == .priority, let values else { return name }
        return "{name: \(name), values: [\(values.map(\.yaml).joined(separator: ", "))]}"
      }
      draft.add("outputs: [\(names.joined(separator: ", "))]", depth: 3, for: decision)
    }
    let defaults = outputs.compactMap { $0.child("defaultOutputEntry") }
    if !defaults.isEmpty {
      let sources = defaults.compactMap { renamed($0, in: decision) }.map(SchemeDraft.quoted)
      draft.add("default: [\(sources.joined(separator: ", "))]", depth: 3, for: decision)
    }
    draft.add("rows:", depth: 3, for: decision)
    for rule in table.children("rule") { writeRow(rule, of: decision) }
  }

  private mutating func tableInput(
    _ input: MarkupElement, in decision: MarkupElement
  ) -> String? {
    guard let source = renamed(input.child("inputExpression"), in: decision) else { return nil }
    guard let tests = input.child("inputValues")?.source else { return SchemeDraft.quoted(source) }
    guard let values = ModelInputTypes.values(tests) else {
      report(
        "\(decision.title) limits an input to '\(tests)', which no table of a scheme can",
        at: input,
        help: "list the values, or give the limits to the input data's type")
      return nil
    }
    let list = values.map(\.yaml).joined(separator: ", ")
    return "{expression: \(SchemeDraft.quoted(source)), values: [\(list)]}"
  }

  /// A rule with its annotations as a comment.
  private mutating func writeRow(_ rule: MarkupElement, of decision: MarkupElement) {
    let cells =
      rule.children("inputEntry").compactMap { renamedTests($0, in: decision) }
      + rule.children("outputEntry").compactMap { renamed($0, in: decision) }
    let notes = ([rule.child("description")?.text] + rule.children("annotationEntry").map(\.source))
      .compactMap { $0?.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
      .filter { !$0.isEmpty }
    let comment = notes.isEmpty ? "" : " # " + notes.joined(separator: "; ")
    draft.add(
      "- [\(cells.map(SchemeDraft.quoted).joined(separator: ", "))]\(comment)", depth: 4,
      for: decision)
  }
}
