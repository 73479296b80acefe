// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import StageKit
import Tables

/// Checks of what stages do in honest use.
enum RunChecks {
  static let all = [
    golden, outputs, messages, repeatable, seed, privacy, flood, folder,
  ]

  static let golden = ConformanceCheck.ofStages(
    "golden", "Every stage succeeds on a golden context and leaves outputs that fit.",
    mend: "run the stage by hand on its example and mend what it says"
  ) { plugin, stage in
    let trial = try await plugin.goldenTrial(of: stage)
    switch trial.result {
    case .success: return .passed()
    case .failure(let fault):
      let place = fault.place.map { " (\($0.file):\($0.span.start.line))" } ?? ""
      return .failed(fault.message + place)
    }
  }

  static let outputs = ConformanceCheck.ofStages(
    "outputs", "The folder of outputs holds what the manifest declares and nothing else.",
    mend: "declare the file as an output, or write it into the working folder"
  ) { plugin, stage in
    let trial = try await plugin.goldenTrial(of: stage)
    let declared = stage.outputs.map { $0.fileName(stage) }
    let more = trial.written.filter { !declared.contains($0) }
    return more.isEmpty ? .passed() : .failed("not declared: " + more.joined(separator: ", "))
  }

  static let messages = ConformanceCheck.ofStages(
    "messages", "Messages are whole lines of JSON: 'opened' first, 'closed' last, each once.",
    mend: "use the helper, or write each message with its line end in one go"
  ) { plugin, stage in
    guard !plugin.isTool else { return .skipped("a tool tells nothing") }
    let summary = try await plugin.goldenTrial(of: stage).summary
    var faults: [String] = []
    if summary.openings != 1 { faults.append("'opened' came \(summary.openings) times") }
    if summary.closing == nil { faults.append("'closed' never came") }
    if summary.isOutOfOrder { faults.append("a message came before 'opened' or after 'closed'") }
    if summary.brokenLines > 0 { faults.append("\(summary.brokenLines) lines are no message") }
    if summary.tornBytes > 0 { faults.append("the last line is torn") }
    if !summary.unknownTypes.isEmpty {
      faults.append("unknown types: " + summary.unknownTypes.sorted().joined(separator: ", "))
    }
    return faults.isEmpty ? .passed() : .failed(faults.joined(separator: ", "))
  }

  static let repeatable = ConformanceCheck.ofStages(
    "repeatable", "The same context gives the same outputs again.",
    mend: "draw with the seed of the context; sort what has no order; keep the clock out of results"
  ) { plugin, stage in
    guard case .success(let first) = try await plugin.goldenTrial(of: stage).result else {
      return .skipped("there are no outputs")
    }
    guard case .success(let second) = try await plugin.trial(of: stage, .init()).result else {
      return .failed("the second time it fails")
    }
    let other = first.keys.filter { first[$0] != second[$0] }.sorted()
    return other.isEmpty ? .passed() : .failed("differs: " + other.joined(separator: ", "))
  }

  static let seed = ConformanceCheck.ofStages(
    "seed", "A stage that draws gives something else with another seed, and only such a stage.",
    mend: "give 'random_seed' to the generator, or take 'draws:' out of the manifest"
  ) { plugin, stage in
    guard stage.draws else { return .skipped("no stage draws") }
    guard case .success(let first) = try await plugin.goldenTrial(of: stage).result,
      case .success(let second) = try await plugin.trial(of: stage, .init(seed: 2)).result
    else { return .skipped("there are no outputs") }
    return first == second ? .failed("another seed gives the same") : .passed()
  }

  static let privacy = ConformanceCheck.ofStages(
    "privacy", "No text of the input stands in a message or in what the program prints.",
    mend: "name columns and counts in messages, never values; take prints of tables out"
  ) { plugin, stage in
    let trial = try await plugin.goldenTrial(of: stage)
    let texts = try GoldenContext(stage, of: plugin.manifest).privateTexts
    guard !texts.isEmpty else { return .skipped("the inputs have no texts") }
    let told = String(decoding: trial.printed + trial.messages, as: UTF8.self)
    // Which one it was is not said here either.
    let count = texts.count { told.contains($0) }
    return count == 0 ? .passed() : .failed("\(count) values of the input are told")
  }

  static let flood = ConformanceCheck.ofStages(
    "flood", "The program prints less than 1 MiB on a small input.",
    mend: "print less, or say it with the helper's progress"
  ) { plugin, stage in
    let trial = try await plugin.goldenTrial(of: stage)
    let bytes = trial.printed.count + trial.messages.count
    return bytes < 1 << 20 ? .passed() : .failed("it printed \(ExternalAttempt.size(bytes))")
  }

  static let folder = ConformanceCheck(
    name: "folder", demand: "Running stages leaves the plugin's folder as it was.",
    mend: "write into the working folder (the current one) instead"
  ) { plugin in
    for stage in plugin.manifest.stages { _ = try await plugin.goldenTrial(of: stage) }
    let new = Set(CodeDigest.paths(in: plugin.manifest.folder)).subtracting(plugin.paths).sorted()
    if !new.isEmpty { return .failed("new there: " + new.joined(separator: ", ")) }
    let digest = try AddPlugin.digest(of: plugin.manifest.folder)
    return digest == plugin.digest ? .passed() : .failed("a file there was changed")
  }
}
