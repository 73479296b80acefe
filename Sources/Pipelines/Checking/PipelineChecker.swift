// SPDX-License-Identifier: EUPL-1.2

public import Documents
import FEEL
public import StageKit
import Tables

/// Turns a pipeline file into a checked pipeline, or into every fault that it has.
public struct PipelineChecker: Sendable {
  public let catalog: Catalog
  /// `--set name=value`, as text.
  public var settings: [(name: String, value: String)] = []
  public var environment: [String: String] = [:]
  /// What `today()` reads unless the pipeline has a parameter `reference_date`.
  public var today: ReferenceDate = .unknown
  /// Finds plugins that are not compiled in.
  public var finder: (any PluginFinder)?
  /// Folders that hold plugins, named by whoever runs the program.
  public var pluginFolders: [String] = []
  public var lockDemand = LockDemand.ifPresent

  /// What is asked of `plugins.lock`.
  public enum LockDemand: Sendable {
    /// Nothing: it is about to be written.
    case none
    /// Where it is there, plugins are as it says.
    case ifPresent
    /// It is there and names every plugin that is used.
    case complete
  }

  public init(catalog: Catalog) { self.catalog = catalog }

  /// A checked pipeline where there are no errors; warnings come beside it.
  public struct Outcome: Sendable {
    public let pipeline: CheckedPipeline?
    public let diagnostics: [Diagnostic]
    /// The file, for showing faults; empty where it could not be read.
    public let file: SourceFile
    /// The plugins that it uses beside the compiled ones, with the range that it asks for.
    public var plugins: [(PluginDescription, range: String?)] = []
  }

  public func check(path: String) -> Outcome {
    let loaded = Document.load(path: path)
    return check(loaded)
  }

  public func check(_ file: SourceFile) -> Outcome {
    check(Document.parse(file))
  }

  private func check(_ loaded: Document) -> Outcome {
    let file = loaded.file
    guard let root = loaded.root else {
      return Outcome(pipeline: nil, diagnostics: loaded.diagnostics, file: file)
    }
    let (document, shape) = PipelineReader.read(root, of: file)
    var faults = loaded.diagnostics + shape
    guard let document else { return Outcome(pipeline: nil, diagnostics: faults, file: file) }
    let values = values(of: document, &faults)
    let date = referenceDate(values, document, &faults)
    let (catalog, plugins, broken) = resolvePlugins(of: document, &faults)
    var builder = InstanceBuilder(
      document: document, catalog: catalog, values: values, referenceDate: date)
    let instances = builder.instances(exceptOf: broken)
    faults += builder.diagnostics
    let hasErrors = faults.contains { $0.severity == .error }
    let pipeline =
      hasErrors
      ? nil
      : CheckedPipeline(
        document: document, values: values, referenceDate: date, instances: instances)
    return Outcome(
      pipeline: pipeline, diagnostics: faults.withoutRepeats.sorted(), file: file,
      plugins: plugins)
  }

  private func resolvePlugins(
    of document: PipelineDocument, _ faults: inout [Diagnostic]
  ) -> (Catalog, [(PluginDescription, range: String?)], broken: Set<String>) {
    guard let finder else { return (catalog, [], []) }
    var resolution = PluginResolution(
      document: document, compiled: catalog, folders: pluginFolders)
    let whole = resolution.catalog(finder)
    faults += resolution.diagnostics
    let used = resolution.used.values.sorted { $0.name < $1.name }
    checkLock(used, document, &faults)
    return (
      whole,
      used.map { plugin in
        (plugin, document.plugins.first { $0.name == plugin.name }?.range?.text)
      }, resolution.broken
    )
  }

  private func checkLock(
    _ used: [PluginDescription], _ document: PipelineDocument, _ faults: inout [Diagnostic]
  ) {
    guard !used.isEmpty, lockDemand != .none else { return }
    let path =
      document.folder.isEmpty ? PluginLock.fileName : "\(document.folder)/\(PluginLock.fileName)"
    let before = faults.count
    let lock = PluginLock.read(path: path, &faults)
    guard faults.count == before else { return }
    for plugin in used {
      if let lock, lock.contains(plugin.name) {
        faults += lock.faults(of: plugin, usedBy: document.file.name)
      } else if lock != nil || lockDemand == .complete {
        let use = document.stages.first { $0.pluginName == plugin.name }?.useNode
        faults.append(
          Diagnostic(
            .pluginNotLocked, severity: lockDemand == .complete ? .error : .warning,
            "plugin '\(plugin.name)' is not in \(path)",
            help: "note it there: proeftuin plugins lock \(document.file.name)",
            file: document.file.name, span: use?.span))
      }
    }
  }

  private func values(
    of document: PipelineDocument, _ faults: inout [Diagnostic]
  ) -> PipelineValues {
    var nodes = document.parameters.map { (name: $0.name, node: $0.value) }
    for (name, text) in settings {
      guard let position = document.parameters.firstIndex(where: { $0.name == name }) else {
        let names = document.parameters.map(\.name)
        faults.append(
          setting(
            "the pipeline has no parameter '\(name)'", document,
            help: Suggestion.question(for: name, among: names),
            notes: names.isEmpty ? [] : ["parameters: " + names.joined(separator: ", ")]))
        continue
      }
      let parameter = document.parameters[position]
      let node = Node(
        content: .scalar(Scalar(text: text, style: .plain)), span: parameter.value.span)
      if let fault = parameter.fault(of: node) {
        faults.append(setting(fault, document, help: "change --set \(name)=…"))
      } else {
        nodes[position].node = node
      }
    }
    let environment = document.environment.compactMap { name in
      self.environment[name].map { (name: name, value: $0) }
    }
    return PipelineValues(parameters: nodes, environment: environment)
  }

  private func setting(
    _ message: String, _ document: PipelineDocument, help: String?, notes: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      .badSetting, severity: .error, message, help: help, notes: notes,
      file: document.file.name, span: nil)
  }

  private func referenceDate(
    _ values: PipelineValues, _ document: PipelineDocument, _ faults: inout [Diagnostic]
  ) -> ReferenceDate {
    guard let node = values.parameters.first(where: { $0.name == "reference_date" })?.node else {
      return today
    }
    if let date = node.text.flatMap({ CalendarDate($0) }) { return .day(date) }
    faults.append(
      Diagnostic(
        .wrongType, severity: .error, "'reference_date' takes a date",
        help: "such as 2026-03-31", notes: [], file: document.file.name, span: node.span))
    return .unknown
  }
}

extension [Diagnostic] {
  /// Instances of one stage report the same fault; people want it once.
  fileprivate var withoutRepeats: [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return filter { seen.insert($0).inserted }
  }
}
