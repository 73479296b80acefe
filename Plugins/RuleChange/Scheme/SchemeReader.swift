// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Reads the blocks of scheme and reform files and collects every fault.
struct SchemeReader {
  var faults = SchemeFaults()
  /// The scheme's own law, to which articles belong that name none.
  var legalContext: [LegalReference] = []
  /// The scales, which expressions call as functions.
  var functions: Set<String> = []
  var entities = SchemeEntities()

  /// A whole scheme with all its faults; nil where it has errors.
  static func scheme(_ root: LocatedNode) -> (scheme: Scheme?, faults: SchemeFaults) {
    var reader = SchemeReader()
    guard let read = reader.scheme(root) else { return (nil, reader.faults) }
    guard !reader.faults.hasErrors else { return (nil, reader.faults) }
    let (scheme, faults) = read.settled()
    reader.faults.add(faults.diagnostics)
    return (reader.faults.hasErrors ? nil : scheme, reader.faults)
  }

  private mutating func scheme(_ root: LocatedNode) -> Scheme? {
    guard root.node.entries != nil else {
      faults.reportWrongType(
        "a scheme", takes: "a map with 'scheme', 'inputs' and 'decisions'", at: root)
      return nil
    }
    if let reform = root["reform"], root["scheme"] == nil {
      faults.report(
        .schemeMissing, "this is a reform, a patch on a scheme", at: reform.opening,
        help: "name the scheme's file, and this one under 'reforms'")
      return nil
    }
    allow(["scheme", "entities", "parameters", "inputs", "decisions", "tests"], in: root, "scheme")
    guard let head = required("scheme", of: root, "a scheme file starts with 'scheme: {id: …}'")
    else { return nil }
    allow(["id", "title", "owner", "legal", "entity"], in: head, "the block 'scheme'")
    let id = requiredText("id", of: head, "a short name for the scheme") ?? ""
    checkIdentifier(id, of: head["id"] ?? head)
    var scheme = Scheme(
      id: id, title: text("title", of: head) ?? id, owner: text("owner", of: head),
      legal: legal(head), origin: root)
    legalContext = scheme.legal
    entities = entities(of: root, head)
    scheme.entities = entities
    var names = NameCheck(taken: entities.reserved)
    for (name, block) in entries("parameters", of: root) where names.admit(name, &faults) {
      if let parameter = parameter(name, block) { scheme.parameters.append(parameter) }
    }
    functions = scheme.functions
    for (name, block) in entries("inputs", of: root) where names.admit(name, &faults) {
      if let input = input(name, block) { scheme.inputs.append(input) }
    }
    if scheme.inputs.isEmpty, !faults.hasErrors {
      faults.report(
        .schemeMissing, "the scheme needs to know nothing", at: root,
        help: "add 'inputs:' with the columns of the population that the rules look at")
    }
    let decisions = entries("decisions", of: root)
    if decisions.isEmpty, !faults.hasErrors {
      faults.report(
        .schemeMissing, "the scheme decides nothing", at: root,
        help: "add 'decisions:' with at least one expression or table")
    }
    for (name, block) in decisions where names.admit(name, &faults) {
      if let decision = decision(name, block, in: scheme) { scheme.decisions.append(decision) }
    }
    scheme.tests = tests(root["tests"], in: scheme)
    return scheme
  }
}

/// Names of parameters, inputs and decisions: one space, so that an expression knows what it names.
struct NameCheck {
  private var taken: Set<String> = []

  init(taken: [String] = []) { self.taken = Set(taken) }

  /// Whether a name may be used; reports why not.
  mutating func admit(_ name: LocatedNode, _ faults: inout SchemeFaults) -> Bool {
    let text = name.node.text ?? ""
    guard Self.isName(text), !Self.reserved.contains(text) else {
      faults.report(
        .schemeName, "'\(text)' cannot be a name here", at: name,
        help: Self.reserved.contains(text)
          ? "the word means something in expressions; choose another"
          : "use letters, digits and underscores, a letter first")
      return false
    }
    guard taken.insert(text).inserted else {
      faults.report(
        .schemeName, "there is already something named '\(text)'", at: name,
        help: "parameters, inputs and decisions share their names")
      return false
    }
    return true
  }

  /// Letters, digits and underscores of ASCII, a letter first.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isLetter else { return false }
    return text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
  }

  private static let reserved: Set = [
    "parameters", "each", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies",
    "and", "or", "not", "between", "instance", "of", "true", "false", "null", "function", "item",
    "partial",
  ]
}

extension UInt8 {
  fileprivate var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }

  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
