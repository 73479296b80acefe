// SPDX-License-Identifier: EUPL-1.2

/// What the runner gives a stage to work in: whose run it is, what it may use, and what outlives it.
///
/// None of it may change a result.
public struct StageSurroundings: Sendable {
  /// The run's id; empty outside a store.
  public var run = ""
  /// Which try this is, from 1.
  public var attempt = 1
  /// How many processors the stage may use.
  public var cpus = 1
  /// How many bytes of memory it may use, where the pipeline says so.
  public var memoryBytes: Int?
  /// How long it may take, where the pipeline says so.
  public var timeLimit: Duration?
  /// A folder that stays until the run ends; empty where there is none.
  public var runFolder = ""
  /// The folder of the store, which no program of a stage gets to see; empty where there is none.
  public var storeFolder = ""
  /// What stages of one run share.
  public var resources: RunResources
  /// Keeps a log file with the run; gives its new path, or nil where runs are not kept.
  public var keepLog: @Sendable (_ path: String) -> String?

  public init(
    resources: RunResources = RunResources(),
    keepLog: @escaping @Sendable (_ path: String) -> String? = { _ in nil }
  ) {
    self.resources = resources
    self.keepLog = keepLog
  }
}

/// Things that stages of one run share and that end with it, such as a program that stays.
public actor RunResources {
  /// Ends with the run.
  public protocol Resource: Sendable {
    func end() async
  }

  private var known: [String: any Resource] = [:]

  public init() {}

  /// The resource under a name; made where there is none yet.
  public func resource<R: Resource>(_ name: String, make: @Sendable () -> R) -> R {
    if let resource = known[name] as? R { return resource }
    let resource = make()
    known[name] = resource
    return resource
  }

  /// Ends everything; called by the runner.
  public func end() async {
    let resources = known.values
    known = [:]
    for resource in resources { await resource.end() }
  }
}
