// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit

/// Makes the instances of every stage: fan-out, parameters, wiring and columns, all faults collected.
struct InstanceBuilder {
  let document: PipelineDocument
  let catalog: Catalog
  let values: PipelineValues
  let referenceDate: ReferenceDate
  private(set) var diagnostics: [Diagnostic] = []
  /// Positions of the instances of each stage.
  private var positions: [String: [Int]] = [:]
  private var built: [StageInstance] = []
  private var columns = ColumnKnowledge()
  private let parsed = ParsedExpressions()
  private let folder: String

  init(
    document: PipelineDocument, catalog: Catalog, values: PipelineValues,
    referenceDate: ReferenceDate
  ) {
    self.document = document
    self.catalog = catalog
    self.values = values
    self.referenceDate = referenceDate
    folder = document.folder
  }

  /// All instances; stages of plugins that cannot be used are passed over, since their own faults are told.
  mutating func instances(exceptOf broken: Set<String> = []) -> [StageInstance] {
    let stages = document.stages
    let declarations = declarations(exceptOf: broken)
    var wiring = StageWiring(document: document, declarations: declarations)
    let feeds = stages.map { wiring.feeds(of: $0) }
    diagnostics += wiring.diagnostics
    let index = Dictionary(
      stages.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let order = StageOrder(
      needs: feeds.map { $0.compactMap { index[$0.reference.stage] } })
    if let cycle = order.cycle { report(cycle, feeds) }
    for position in order.order {
      if let declaration = declarations[stages[position].id] {
        build(stages[position], declaration, feeds[position])
      }
    }
    diagnostics += OutcomeInEligible.warnings(built, in: document)
    return built
  }

  private mutating func declarations(exceptOf broken: Set<String>) -> [String: StageDeclaration] {
    var result: [String: StageDeclaration] = [:]
    for block in document.stages {
      if let declaration = catalog[block.use] {
        result[block.id] = declaration
        continue
      }
      if broken.contains(block.pluginName) { continue }
      let plugin = block.use.split(separator: "/").first.map { "\($0)/" } ?? ""
      let siblings = catalog.names.filter { $0.hasPrefix(plugin) }
      report(
        .unknownStage, "there is no stage '\(block.use)'", block.useNode,
        help: Suggestion.question(for: block.use, among: catalog.names),
        notes: siblings.isEmpty
          ? ["'proeftuin stages' lists them all"]
          : ["stages: " + siblings.joined(separator: ", ")])
    }
    return result
  }

  private mutating func build(
    _ block: StageBlock, _ declaration: StageDeclaration, _ feeds: [StageWiring.Feed]
  ) {
    checkNames(block, declaration)
    var fanOut = FanOutExpansion(file: document.file, values: values, referenceDate: referenceDate)
    let combinations = fanOut.combinations(of: block)
    let spans = Dictionary(
      block.with.flatMap { parameter in
        let entries = parameter.value.entries ?? []
        return [
          (parameter.name, parameter.value.isOmitted ? parameter.key.span : parameter.value.span)
        ]
          + entries.map { ("\(parameter.name).\($0.name)", $0.key.span) }
      }, uniquingKeysWith: { first, _ in first })
    diagnostics += fanOut.diagnostics
    for axes in combinations {
      let id = InstanceID(
        block.id, each: axes.map { InstanceID.Axis(key: $0.key, value: $0.node.text ?? "") })
      let values = values.with(each: axes.map { (key: $0.key, value: FEELValue($0.node)) })
      guard let instance = instance(id, block, declaration, feeds, values, spans) else { continue }
      positions[block.id, default: []].append(built.count)
      built.append(instance)
    }
  }

  private mutating func instance(
    _ id: InstanceID, _ block: StageBlock, _ declaration: StageDeclaration,
    _ feeds: [StageWiring.Feed], _ values: PipelineValues, _ spans: [String: SourceSpan]
  ) -> StageInstance? {
    let inputs = sources(of: id, block, feeds)
    var interpolation = Interpolation(
      file: document.file, values: values, referenceDate: referenceDate)
    var nodes: [String: Node] = [:]
    for entry in block.with {
      let schema = declaration.parameters.first { $0.name == entry.name }?.schema
      guard let schema else { continue }
      let node = interpolation.resolve(entry.value, as: schema)
      if !node.isNull { nodes[entry.name] = node }
    }
    diagnostics += interpolation.diagnostics
    var reading = ParameterReading(
      file: document.file, folder: folder, constants: values.constants,
      referenceDate: referenceDate, parsed: parsed)
    let isWanted = evaluateWhen(block, in: &reading)
    let readable = interpolation.diagnostics.isEmpty
    let loaded = readable ? declaration.load(nodes, &reading) : nil
    diagnostics += reading.diagnostics
    guard let loaded else { return nil }
    check(reading.files, block)
    let connected = Set(feeds.map(\.input.name))
    if let fault = loaded.validate() ?? loaded.validateConnected(connected) {
      let span = fault.parameter.flatMap { nodes[$0]?.span } ?? block.useNode.span
      report(.stageFault, fault.message, span, help: fault.help)
    }
    diagnostics += columns.check(
      position: built.count, loaded: loaded, declaration: declaration, inputs: inputs,
      reading: reading, block: block)
    return StageInstance(
      id: id, block: block, declaration: declaration, loaded: loaded, inputs: inputs,
      seed: seed(loaded, declaration, block), files: reading.files,
      secrets: reading.secrets.sorted(), isWanted: isWanted,
      parameterSpans: spans)
  }

  /// Unknown and missing parameters, once for the stage.
  private mutating func checkNames(_ block: StageBlock, _ declaration: StageDeclaration) {
    let names = declaration.parameters.map(\.name)
    for entry in block.with where !names.contains(entry.name) {
      if entry.isLikelyBrokenExpression {
        report(
          .halfExpression,
          "YAML cut this expression in two: '\(entry.name)' became a key without a value",
          entry.key.span,
          help: "inside { } a comma or colon ends a value; write 'with:' in block form",
          notes: ["with:", "  parameter: the whole expression on a line of its own"])
        continue
      }
      report(
        .unknownParameter, "\(declaration.name) has no parameter '\(entry.name)'", entry.key,
        help: Suggestion.question(for: entry.name, among: names),
        notes: names.isEmpty
          ? ["it has no parameters"] : ["parameters: " + names.joined(separator: ", ")])
    }
    let given = Set(block.with.filter { !$0.value.isNull }.map(\.name))
    for parameter in declaration.parameters
    where parameter.isRequired && !given.contains(parameter.name) {
      report(
        .missingParameter, "\(declaration.name) needs parameter '\(parameter.name)'",
        block.useNode, help: "add \(parameter.name): \(parameter.schema.phrase)",
        notes: [parameter.help])
    }
  }

  private mutating func evaluateWhen(
    _ block: StageBlock, in reading: inout ParameterReading
  ) -> Bool {
    guard let node = block.when else { return true }
    var own = reading
    own.parameter = "when"
    guard let expression = Expression.read(node, in: &own) else {
      diagnostics += own.diagnostics
      return true
    }
    do {
      let value = try expression.feel.evaluate(in: expression.scope)
      if let wanted = value.boolean { return wanted }
      if value.isNull { return false }
      report(.wrongType, "'when' gives true or false, not a \(value.kind)", node)
    } catch {
      own.report(error, at: node)
      diagnostics += own.diagnostics
    }
    return true
  }

  private mutating func check(_ files: [InputFile], _ block: StageBlock) {
    for file in files where !file.isAddress && !FileStatus.exists(path: file.location) {
      report(
        .missingFile, "there is no file '\(file.path)'", file.span ?? block.useNode.span,
        help: document.folder.isEmpty
          ? "paths are relative to the pipeline file"
          : "paths are relative to the pipeline file, in \(document.folder)")
    }
  }

  private mutating func seed(
    _ loaded: LoadedStage, _ declaration: StageDeclaration, _ block: StageBlock
  ) -> UInt64? {
    guard loaded.isDrawing else { return nil }
    if let seed = loaded.seed { return seed }
    let node = values.parameters.first { $0.name == "seed" }?.node
    if let seed = node?.scalar?.integer, seed >= 0 { return UInt64(seed) }
    report(
      .missingSeed, "\(declaration.name) draws random numbers and has no seed", block.useNode,
      help: "add 'seed: 20260101' under 'parameters:', or under this stage's 'with:'")
    return nil
  }

  /// Matches the references of a stage with instances, for one of its own instances.
  private mutating func sources(
    of id: InstanceID, _ block: StageBlock, _ feeds: [StageWiring.Feed]
  ) -> [String: [InputSource]] {
    var result: [String: [InputSource]] = [:]
    for feed in feeds {
      let candidates = positions[feed.reference.stage] ?? []
      let matching = candidates.filter { matches(built[$0].id, feed.reference, id) }
      if matching.isEmpty, !candidates.isEmpty {
        report(
          .unknownReference, "'\(feed.reference.stage)' has no such instance for '\(id)'",
          feed.node,
          notes: [
            "instances: " + candidates.prefix(8).map { "\(built[$0].id)" }.joined(separator: ", ")
          ])
      }
      result[feed.input.name, default: []] += matching.map {
        InputSource(instance: $0, port: feed.outputPort)
      }
    }
    for feed in feeds where !feed.input.isList {
      let count = result[feed.input.name]?.count ?? 0
      if count > 1, block.inputs.first(where: { $0.references.count > 1 }) == nil {
        report(
          .tooManyInputs,
          "port '\(feed.input.name)' takes \(feed.input.phrase); this delivers \(count)", feed.node,
          help:
            "name one instance, as in \(built[positions[feed.reference.stage]?.first ?? 0].id), "
            + "or fan this stage out over the same 'each'")
      }
    }
    return result
  }

  private func matches(_ source: InstanceID, _ reference: PortReference, _ receiver: InstanceID)
    -> Bool
  {
    if !reference.selection.isEmpty {
      return reference.selection.allSatisfy { wanted in
        source.each.contains { $0.key == wanted.key && $0.value == wanted.value }
      }
    }
    let receiverKeys = receiver.each.map(\.key)
    guard !source.each.isEmpty, source.each.allSatisfy({ receiverKeys.contains($0.key) }) else {
      return true
    }
    return source.each.allSatisfy { receiver.each.contains($0) }
  }

  private mutating func report(_ cycle: [Int], _ feeds: [[StageWiring.Feed]]) {
    let names = cycle.map { document.stages[$0].id }
    let node = feeds[cycle[0]].first { $0.reference.stage == names[1] }?.node
    report(
      .cycle, "stages wait for each other: \(names.joined(separator: " → "))",
      node ?? document.stages[cycle[0]].idNode, help: "take one of these references away")
  }

  private mutating func report(
    _ code: DiagnosticCode, _ message: String, _ node: Node, help: String? = nil,
    notes: [String] = []
  ) {
    report(code, message, node.span, help: help, notes: notes)
  }

  private mutating func report(
    _ code: DiagnosticCode, _ message: String, _ span: SourceSpan, help: String? = nil,
    notes: [String] = []
  ) {
    diagnostics.append(
      Diagnostic(
        code, severity: .error, message, help: help, notes: notes,
        file: document.file.name, span: span))
  }
}
