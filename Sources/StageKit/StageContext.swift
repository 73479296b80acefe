// SPDX-License-Identifier: EUPL-1.2

public import Logging
public import Tables

/// What `StageContext.random(for:)` gives; its members are those of module Tables.
public typealias RandomStream = Tables.RandomStream
/// What `StageContext.randomStreams()` gives.
public typealias RandomStreams = Tables.RandomStreams

/// What a running stage may ask of the runner.
public struct StageContext: Sendable {
  /// The instance, as in `sites[center=Anacostia]`.
  public let instance: String
  /// The pipeline's name: what the effects table calls the experiment where there is no pilot card.
  public let experiment: String
  public let referenceDate: ReferenceDate
  /// Never log the values of people.
  public let logger: Logger
  /// A folder of this attempt's own; it goes when the stage ends.
  public let scratch: String
  /// Whose run this is, what the stage may use, and what outlives it; none of it may change a result.
  public let surroundings: StageSurroundings
  private let stage: String
  private let seed: UInt64?
  private let secrets: [String: String]
  private let report: @Sendable (StageReport) -> Void

  public init(
    stage: String, instance: String, experiment: String, seed: UInt64? = nil,
    referenceDate: ReferenceDate = .unknown, logger: Logger = Logger(label: "proeftuin.stage"),
    scratch: String = "", secrets: [String: String] = [:],
    surroundings: StageSurroundings = StageSurroundings(),
    report: @escaping @Sendable (StageReport) -> Void = { _ in }
  ) {
    self.stage = stage
    self.instance = instance
    self.experiment = experiment
    self.seed = seed
    self.referenceDate = referenceDate
    self.logger = logger
    self.scratch = scratch
    self.secrets = secrets
    self.surroundings = surroundings
    self.report = report
  }

  /// The stream for one replicate: hash(seed, plugin/stage, index).
  ///
  /// - Throws: `StageFault` where the stage did not declare that it draws.
  public func random(for index: Int = 0) throws(StageFault) -> RandomStream {
    try randomStreams()[index]
  }

  /// All streams of the stage, for a computation that takes one for each of its replicates.
  ///
  /// - Throws: as `random(for:)`.
  public func randomStreams() throws(StageFault) -> RandomStreams {
    guard let seed else {
      throw StageFault(
        "\(stage) draws random numbers, which its StageInfo does not say", kind: .bug)
    }
    return RandomStreams(seed: seed, name: stage)
  }

  /// The seed itself, for a stage that hands it to a program of its own.
  package var seedValue: UInt64? { seed }

  /// Says how far the work is.
  public func progress(_ done: Int, of total: Int) { report(.progress(done: done, total: total)) }

  /// Publishes a figure about the run itself, such as rows read.
  public func metric(_ name: String, _ value: Double, unit: String = "") {
    report(.metric(name: name, value: value, unit: unit))
  }

  /// Tells people something that is no fault.
  public func note(_ text: String) { report(.note(text)) }

  /// Passes on what a program of the stage's own tells.
  public func tell(_ report: StageReport) { self.report(report) }

  /// Ends the stage where the run was interrupted or the time is up.
  public func checkCancellation() throws { try Task.checkCancellation() }

  /// A secret's value, read where the operator keeps it; nil where it is not set.
  public func secret(_ name: String) -> String? { secrets[name] }
}

/// What a running stage tells.
public enum StageReport: Sendable, Hashable {
  case progress(done: Int, total: Int)
  case metric(name: String, value: Double, unit: String)
  case note(String)
  /// Something that was looked at; one that matters and did not pass is told to people.
  case check(name: String, passed: Bool, matters: Bool, message: String?)
  /// For developers.
  case log(level: String, message: String)
}
