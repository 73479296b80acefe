// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser

/// `--json`, on every command that answers.
struct AnswerOptions: ParsableArguments {
  @Flag(name: .long, help: "Answer with JSON on standard output.")
  var json = false
}

/// `--quiet` and `--verbose`, on commands that tell how far they are.
struct TalkOptions: ParsableArguments {
  @Flag(name: .long, help: "Tell nothing but faults.")
  var quiet = false

  @Flag(name: .long, help: "Tell more.")
  var verbose = false
}
