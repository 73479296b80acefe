// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation

// The rules' part of `make bench`: figures of this machine in this run, beside what was asked for and,
// where it is installed, OpenFisca on the same formula. Nothing here passes or fails.
if CommandLine.arguments.count == 4, CommandLine.arguments[1] == "allowance" {
  // Started by the figures themselves, so that it runs on one processor.
  try AllowanceFigures.measure(CommandLine.arguments[2], CommandLine.arguments[3])
  exit(0)
}
print(Figure(name: "figure", value: "here", target: "asked for", peer: "peer").line())
// All of them, or those that are named.
let wanted = CommandLine.arguments.dropFirst()
if wanted.isEmpty || wanted.contains("openfisca") {
  for figure in try AllowanceFigures.all() { print(figure.line()) }
}
if wanted.isEmpty || wanted.contains("schemes") {
  for figure in try await ProposalFigures.all() { print(figure.line()) }
}
if wanted.isEmpty || wanted.contains("table") {
  for figure in try TableFigures.all() { print(figure.line()) }
}
if wanted.isEmpty || wanted.contains("differential") {
  for figure in try DifferentialFigures.all() { print(figure.line()) }
}
