// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// Which instances are ready, running or done, and what the done ones left.
struct RunSchedule {
  private let pipeline: CheckedPipeline
  private var waiting: [Int]
  private var followers: [[Int]]
  private var ready: ReadyQueue
  private var running: [Int: Int] = [:]
  private var done: [StageResult?]

  init(_ pipeline: CheckedPipeline) {
    self.pipeline = pipeline
    let instances = pipeline.instances
    waiting = [Int](repeating: 0, count: instances.count)
    followers = [[Int]](repeating: [], count: instances.count)
    for (position, instance) in instances.enumerated() {
      let dependencies = instance.dependencies
      waiting[position] = dependencies.count
      for dependency in dependencies { followers[dependency].append(position) }
    }
    ready = ReadyQueue(instances.indices.filter { [waiting] in waiting[$0] == 0 })
    done = [StageResult?](repeating: nil, count: instances.count)
  }

  var isFinished: Bool { ready.isEmpty && running.isEmpty }
  var hasFailed: Bool { done.contains { $0?.status == .failed } }
  var results: [StageResult] { done.compactMap(\.self) }

  /// The next instance that fits beside those that run; one that needs more than all waits to be alone.
  mutating func next(within jobs: Int) -> Int? {
    guard let position = ready.first else { return nil }
    let used = running.values.reduce(0, +)
    let wanted = pipeline.instances[position].block.resources.cpus
    guard used == 0 || used + wanted <= jobs else { return nil }
    ready.removeFirst()
    return position
  }

  mutating func start(_ position: Int) {
    running[position] = pipeline.instances[position].block.resources.cpus
  }

  mutating func finish(_ position: Int, with result: StageResult) {
    running[position] = nil
    done[position] = result
    for follower in followers[position] {
      waiting[follower] -= 1
      if waiting[follower] == 0 { ready.insert(follower) }
    }
  }

  /// Ends everything that has not run; gives the results so made.
  mutating func cancelRest() -> [StageResult] {
    var cancelled: [StageResult] = []
    for position in done.indices where done[position] == nil {
      let instance = pipeline.instances[position]
      var result = StageResult(
        id: instance.id, use: instance.declaration.name, status: .cancelled)
      result.reason = "the run was interrupted"
      done[position] = result
      cancelled.append(result)
    }
    return cancelled
  }

  func isSkipped(_ position: Int) -> Bool { done[position]?.status == .skipped }

  /// Says which instance an instance waits for in vain.
  func failedDependency(of position: Int) -> String? {
    for dependency in pipeline.instances[position].dependencies {
      switch done[dependency]?.status {
      case .failed: return "\(pipeline.instances[dependency].id) failed"
      case .cancelled: return "\(pipeline.instances[dependency].id) did not run"
      case .ran, .reused, .skipped, nil: continue
      }
    }
    return nil
  }

  func outputs(for position: Int) -> [Int: [String: ArtifactReference]] {
    var outputs: [Int: [String: ArtifactReference]] = [:]
    for dependency in pipeline.instances[position].dependencies {
      outputs[dependency] = done[dependency]?.outputs
    }
    return outputs
  }

  /// By port, what is delivered with its label; outputs that were left unset are left out.
  func inputs(for position: Int) -> [String: [Labeled<ArtifactReference>]] {
    pipeline.instances[position].inputs.mapValues { sources in
      sources.compactMap { source in
        done[source.instance]?.outputs[source.port].map {
          Labeled("\(pipeline.instances[source.instance].id)", $0)
        }
      }
    }
  }
}

/// The instances that may start, lowest position first.
private struct ReadyQueue {
  private var items: [Int]
  private var head = 0

  init(_ items: [Int]) { self.items = items }

  var isEmpty: Bool { head == items.count }
  var first: Int? { isEmpty ? nil : items[head] }

  mutating func removeFirst() { head += 1 }

  mutating func insert(_ item: Int) {
    var low = head
    var high = items.count
    while low < high {
      let middle = (low + high) / 2
      if items[middle] < item { low = middle + 1 } else { high = middle }
    }
    items.insert(item, at: low)
  }
}
