// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// One try of an external stage: inputs laid down, the program run, its word and its outputs judged.
struct ExternalAttempt: Sendable {
  let plugin: PluginManifest
  let stage: StageManifest
  let settings: StageSettings
  /// The declared variables with their values.
  let environment: [String: String]
  let isNetworkGranted: Bool
  let context: StageContext

  func run(_ inputs: [String: [Labeled<DeliveredArtifact>]]) async throws -> [String: Artifact] {
    let policy = try Policy.current()
    try checkNetwork(policy)
    return plugin.isWorker
      ? try await runOnWorker(inputs, policy) : try await runOnce(inputs, policy)
  }

  var isTool: Bool { plugin.protocolVersion == PluginManifest.ProtocolVersion.none }

  /// What the manifest wants, lowered by the operator's policy and by the pipeline.
  func limits(_ policy: Policy) -> Limits {
    plugin.limits.lowered(by: policy.limits)
      .lowered(by: Limits(memory: context.surroundings.memoryBytes)).filled(with: .standard)
  }

  /// A program of its own for this stage alone.
  private func runOnce(
    _ inputs: [String: [Labeled<DeliveredArtifact>]], _ policy: Policy
  ) async throws -> [String: Artifact] {
    let scratch = try ScratchFolder(context.scratch)
    defer { scratch.remove() }
    let folder = try AttemptFolder(in: scratch.path)
    let limits = limits(policy)
    let delivery = try prepare(
      inputs, in: folder, mayShare: try Launch.isSandboxed(policy), limits: limits)
    let launch = try launch(delivery, folder, policy: policy, limits: limits)
    let log = MessageLog(folder, hiding: redaction) { [context] in context.tell($0) }
    let clock = ContinuousClock()
    let start = clock.now
    let ending = try await follow(log) { try await begin(launch, folder) }
    try folder.write(ending, after: clock.now - start)
    return try judge(
      .ended(ending), log, folder, delivery, limits, printed: printed(in: folder))
  }

  /// What the program printed, but for what is an output.
  func printed(in folder: AttemptFolder) -> [(name: String, bytes: [UInt8])] {
    folder.printed().filter { stage.printedOutput == nil || $0.name != AttemptFolder.outputLog }
  }

  /// The program of this stage, ready to be started in its folder.
  func launch(
    _ delivery: InputDelivery, _ folder: AttemptFolder, policy: Policy, limits: Limits
  ) throws(StageFault) -> Launch {
    try plugin.checkUnchanged()
    return try Launch(
      try program(policy, delivery, folder), in: folder,
      view: view(writable: folder.path, readable: [folder.inputs, folder.context], policy),
      policy: policy, limits: limits, environment: try variables(for: folder))
  }

  private func begin(_ launch: Launch, _ folder: AttemptFolder) async throws -> ProgramEnding {
    do {
      return try await RunningProgram(launch).run(in: folder)
    } catch let error as CancellationError {
      throw error
    } catch {
      throw StageFault(
        "its program could not be started", help: "check that it runs by hand", kind: .bug,
        place: (stage.command ?? plugin.command)?.place)
    }
  }

  /// Reads messages while something goes on, and the last of them when it has ended.
  func follow<Value: Sendable>(
    _ log: MessageLog, _ work: () async throws -> Value
  ) async throws -> Value {
    let reading = Task.detached {
      var pause = Duration.milliseconds(20)
      while !Task.isCancelled {
        try? await Task.sleep(for: pause)
        // The last of them is read below; whoever judges reads them once.
        if Task.isCancelled { return }
        pause = min(pause * 2, .milliseconds(200))
        log.drain()
      }
    }
    defer {
      reading.cancel()
      log.drain()
    }
    return try await work()
  }

  /// Lays down the inputs and writes `context.json`.
  func prepare(
    _ inputs: [String: [Labeled<DeliveredArtifact>]], in folder: AttemptFolder, mayShare: Bool,
    limits: Limits
  ) throws -> InputDelivery {
    var delivery = InputDelivery(stage: stage, folder: folder, mayShare: mayShare)
    try delivery.deliver(inputs)
    try delivery.checkColumns(settings)
    try delivery.copy(settings.files)
    let json = try ContextFile(
      plugin: plugin, stage: stage, settings: settings, context: context, folder: folder,
      limits: limits
    ).json(inputs: delivery.json, files: delivery.files)
    try folder.write(Array(json.compact.utf8), to: folder.context)
    return delivery
  }

  /// The network needs three to agree: manifest, pipeline and operator.
  private func checkNetwork(_ policy: Policy) throws(StageFault) {
    guard plugin.wantsNetwork else { return }
    guard isNetworkGranted else {
      throw StageFault(
        "plugin '\(plugin.name)' asks for the network, and the pipeline does not grant it",
        help: "grant it there: plugins: {\(plugin.name): {network: true}}", kind: .user)
    }
    guard policy.network.contains(plugin.name) else {
      throw StageFault(
        "plugin '\(plugin.name)' asks for the network, and this machine's policy does not grant it",
        help: "whoever runs the machine may add it to the policy file: network: [\(plugin.name)]",
        kind: .user)
    }
  }

  /// What the program sees of the disk and the network.
  private func view(writable: String, readable: [String], _ policy: Policy) -> Launch.View {
    // A store may lie in the plugin's own folder, whether it is this run's or another.
    let stores = [context.surroundings.storeFolder, "\(plugin.folder)/.proeftuin"]
      .filter { !$0.isEmpty && $0 != "/.proeftuin" }.map { Program.absolute($0) }
      .filter(FileStatusCheck.isFolder)
    return Launch.View(
      writable: [writable], readable: readable, hidden: Array(Set(stores)).sorted(),
      hasNetwork: plugin.wantsNetwork && isNetworkGranted && policy.network.contains(plugin.name))
  }

  /// The program with its arguments, placeholders replaced.
  private func program(
    _ policy: Policy, _ delivery: InputDelivery, _ folder: AttemptFolder
  ) throws(StageFault) -> Program {
    guard let command = stage.command ?? plugin.command else {
      throw StageFault("the plugin names no program", kind: .bug, place: plugin.namePlace)
    }
    let arguments = command.arguments.dropFirst().compactMap { word in
      let argument = ToolArgument(word)
      return isTool && argument.isPlaceholder
        ? argument.value(self, delivery, folder) : Program.resolved(word, in: plugin.folder)
    }
    return try Program(
      command.arguments[0], arguments: arguments, of: plugin, at: command.place, policy: policy)
  }

  /// The program of a worker, ready to be started in its folder.
  func launchOfWorker(
    in folder: AttemptFolder, policy: Policy, limits: Limits, variables: [String: String]
  ) throws(StageFault) -> Launch {
    guard let command = plugin.command else {
      throw StageFault("the plugin names no program", kind: .bug, place: plugin.namePlace)
    }
    try plugin.checkUnchanged()
    let program = try Program(
      command.arguments[0],
      arguments: command.arguments.dropFirst().map { Program.resolved($0, in: plugin.folder) },
      of: plugin, at: command.place, policy: policy)
    return try Launch(
      program, in: folder,
      view: view(writable: folder.path, readable: [folder.inputs], policy), policy: policy,
      limits: limits, environment: variables)
  }

  func variables(for folder: AttemptFolder) throws(StageFault) -> [String: String] {
    var variables = try sharedVariables()
    if !isTool {
      variables["PROEFTUIN_CONTEXT"] = folder.context
      variables["PROEFTUIN_MESSAGES"] = folder.messages
    }
    return variables
  }

  /// The values of the stage's secrets, to be taken out of what the program says.
  var redaction: Redaction { Redaction(settings.secrets.values.compactMap { context.secret($0) }) }

  /// Declared variables, secrets and the number of threads.
  func sharedVariables() throws(StageFault) -> [String: String] {
    var variables = environment
    let threads = "\(context.surroundings.cpus)"
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
      variables[name] = threads
    }
    for (parameter, name) in settings.secrets {
      guard let value = context.secret(name) else {
        throw StageFault(
          "the secret '\(name)' is not set", at: parameter,
          help: "set the variable \(name), or name a file with it in \(name)_FILE", kind: .user)
      }
      variables[name] = value
    }
    return variables
  }
}
